"""ガイドラインの版の窓口: what is published, who has read it, what became different, and when it is due for review."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from ai_gov.documents import html
from ai_gov.documents.guideline.changes import Passage, Revision, settings_changed, text_changed
from ai_gov.documents.guideline.embedded import Embedded
from ai_gov.documents.guideline.published import Published
from ai_gov.documents.guideline.template import Template
from ai_gov.documents.guideline.version import Content, Version, in_force, review_due, upcoming
from ai_gov.errors import BadRequest, Conflict, UnknownRoute
from ai_gov.model import Actor, Event, japan_date
from ai_gov.service.ports import Clock

PUBLISHED: Final = "guideline_published"
REVIEWED: Final = "guideline_reviewed"
ACKNOWLEDGED: Final = "guideline_acknowledged"
MOST_BYTES: Final = 20_000_000
_ORDER: Final = ("md", "html", "docx", "pdf")
_TITLE: Final = "生成AIの利用ガイドライン"
_MOST_TITLE: Final = 100


@dataclass(frozen=True, slots=True)
class Tally:
    """所属ごとの確認の数: of the staff of a department, how many have read a version."""

    department: str
    name: str
    read: int
    all: int


class VersionStore(Protocol):
    """保存: each write puts its event beside it in one transaction; all raise StoreFailed."""

    def add(self, version: Version, content: Content, files: Mapping[str, bytes], event: Event) -> bool:
        """Keep a version, unless there is one of its number."""
        ...

    def versions(self, organisation: str) -> list[Version]:
        """Every version, the newest first."""
        ...

    def content(self, organisation: str, number: int) -> Content:
        """The text of one; empty where there is none."""
        ...

    def file(self, organisation: str, number: int, kind: str) -> bytes | None:
        """A file as it was published."""
        ...

    def review(self, organisation: str, number: int, on: dt.date, event: Event) -> None:
        """Note that somebody looked at a version and found it right."""
        ...

    def acknowledge(self, organisation: str, person: str, number: int, event: Event) -> bool:
        """Note that somebody has read a version; False where that was noted before."""
        ...

    def acknowledgements(self, organisation: str, person: str) -> Mapping[int, dt.datetime]:
        """Which versions somebody has read, and when."""
        ...

    def tallies(self, organisation: str, number: int, on: dt.date) -> list[Tally]:
        """How many of the staff of each department have read a version."""
        ...

    def organisation_name(self, organisation: str) -> str:
        """The name of a 団体; its id where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """前の版との違い. ``settings`` only where both versions carry their data."""

    settings: tuple[Revision, ...] = ()
    text: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """読むもの: the version somebody should read, and whether they have."""

    version: Version
    read_at: dt.datetime | None
    before: Version | None
    """The version that the person read last, to compare with."""


class GuidelineVersions:
    """ガイドラインの版の窓口."""

    def __init__(
        self,
        store: VersionStore,
        *,
        clock: Clock,
        read: Callable[[bytes, str], Published],
        template: Callable[[], Template],
    ) -> None:
        """``read`` makes out a file by the ending of its name; ``template`` gives the words for settings."""
        self._store = store
        self._clock = clock
        self._read = read
        self._template = template

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self._clock.now())

    def publish(
        self, actor: Actor, files: Mapping[str, bytes], *, effective: dt.date | None = None, title: str = ""
    ) -> Version:
        """公表する: files of one version, by their names. Raises BadRequest, ConfigError; nothing is kept then."""
        read = [self._read(data, name) for name, data in files.items()]
        if not read:
            raise BadRequest("公表する文書のファイルを選んでください（.docx・.pdf・.html・.md）。", param="file")
        if max(map(len, files.values())) > MOST_BYTES:
            raise BadRequest(f"文書が大きすぎます（1つ {MOST_BYTES // 1_000_000} メガバイトまで）。", param="file")
        kinds = [document.kind for document in read]
        if len(set(kinds)) < len(kinds):
            raise BadRequest("同じ形のファイルが2つあります。1つの版には、形ごとに1つを選んでください。", param="file")
        data = self._data(actor.organisation, read)
        by_kind: dict[str, bytes] = dict(
            sorted(zip(kinds, files.values(), strict=True), key=lambda item: _ORDER.index(item[0]))
        )
        earlier = self._store.versions(actor.organisation)
        version = Version(
            actor.organisation,
            earlier[0].number + 1 if earlier else 1,
            (title.strip() or self._title(data))[:_MOST_TITLE],
            self._effective(effective, data),
            self._clock.now(),
            actor.person,
            _digest(by_kind),
            data,
            kinds=tuple(by_kind),
        )
        if earlier and earlier[0].digest == version.digest:
            raise Conflict(f"第{earlier[0].number}版と同じファイルです。変えてから公表してください。")
        text = min((item for item in read if item.readable), key=lambda item: _ORDER.index(item.kind), default=None)
        content = Content(text.sections, html.fragment(text.blocks)) if text else Content()
        told = {"number": version.number, "title": version.title, "effective": version.effective.isoformat()}
        event = self._event(PUBLISHED, actor, {**told, "digest": version.digest, "kinds": list(by_kind)})
        if not self._store.add(version, content, by_kind, event):
            raise Conflict("ほかの人が先に新しい版を公表しました。画面を開き直して、違いを確かめてください。")
        return version

    def versions(self, organisation: str) -> list[Version]:
        """すべての版: the newest first."""
        return self._store.versions(organisation)

    def version(self, organisation: str, number: int) -> Version:
        """One version. Raises UnknownRoute."""
        found = next((item for item in self.versions(organisation) if item.number == number), None)
        if found is None:
            raise UnknownRoute(f"ガイドラインの第{number}版はありません。版の一覧から選び直してください。")
        return found

    def in_force(self, organisation: str) -> Version | None:
        """施行中の版."""
        return in_force(self.versions(organisation), self.today())

    def content(self, version: Version) -> Content:
        """版の中身."""
        return self._store.content(version.organisation, version.number)

    def file(self, version: Version, kind: str) -> bytes:
        """A file as it was published. Raises UnknownRoute."""
        found = self._store.file(version.organisation, version.number, kind)
        if found is None:
            raise UnknownRoute("その形のファイルは公表されていません。版の画面から選び直してください。")
        return found

    def difference(self, old: Version, new: Version) -> Difference:
        """版の違い."""
        settings = settings_changed(old.data, new.data, self._template()) if old.data and new.data else []
        before, after = self.content(old).sections, self.content(new).sections
        return Difference(tuple(settings), tuple(text_changed(before, after)) if before and after else ())

    def to_read(self, organisation: str, person: str) -> list[Reading]:
        """読むもの: the version in force, and the one that comes into force next."""
        versions, today = self.versions(organisation), self.today()
        read = self._store.acknowledgements(organisation, person)
        wanted = [item for item in (in_force(versions, today), upcoming(versions, today)) if item is not None]
        out = []
        for item in wanted:
            earlier = [other for other in versions if other.number < item.number and other.number in read]
            before = max(earlier, key=lambda other: other.number, default=None)
            out.append(Reading(item, read.get(item.number), before))
        return out

    def acknowledge(self, actor: Actor, number: int) -> None:
        """確認したことを登録する. Raises UnknownRoute, Conflict where it is no longer the one to read."""
        version = self.version(actor.organisation, number)
        if number not in {item.version.number for item in self.to_read(actor.organisation, actor.person)}:
            raise Conflict(f"第{number}版は、いま読む版ではありません。画面を開き直して、新しい版を読んでください。")
        data = {"number": number, "digest": version.digest}
        self._store.acknowledge(actor.organisation, actor.person, number, self._event(ACKNOWLEDGED, actor, data))

    def has_read(self, organisation: str, person: str, number: int) -> bool:
        """Whether somebody has read a version."""
        return number in self._store.acknowledgements(organisation, person)

    def tallies(self, version: Version) -> list[Tally]:
        """所属ごとの確認の数."""
        return self._store.tallies(version.organisation, version.number, self.today())

    def due(self, organisation: str, month: int | None) -> dt.date | None:
        """見直しの時期: since which day the newest version is due for review; none where it isn't, or there is none."""
        versions = self.versions(organisation)
        return review_due(month, versions[0].looked_at, self.today()) if versions else None

    def review(self, actor: Actor) -> Version:
        """見直して、改めるところがないと確かめたことを記録する. Raises Conflict where nothing was published."""
        versions = self.versions(actor.organisation)
        if not versions:
            raise Conflict("公表したガイドラインがまだありません。先に公表してください。")
        newest = versions[0]
        event = self._event(REVIEWED, actor, {"number": newest.number, "digest": newest.digest})
        self._store.review(newest.organisation, newest.number, self.today(), event)
        return newest

    def _data(self, organisation: str, read: list[Published]) -> Embedded | None:
        """What the files carry: all the same, and of this organisation."""
        carried = [(document.path, document.data) for document in read if document.data is not None]
        if not carried:
            return None
        path, first = carried[0]
        for other, data in carried[1:]:
            if data != first:
                raise BadRequest(
                    f"{path} と {other} は、別のときに作られた文書です。"
                    "同じ回答と方針から作り直した一組を選んでください。",
                    param="file",
                )
        name = self._store.organisation_name(organisation)
        if first.municipality != name:
            raise BadRequest(
                f"この文書は「{first.municipality}」のものです。「{name}」の版としては公表できません。"
                "別の団体の文書でないか、質問「団体の名前」の答えと団体の登録が合っているかを確かめてください。",
                param="file",
            )
        return first

    def _title(self, data: Embedded | None) -> str:
        form = self._template().structure.titles.get(data.instrument) if data else None
        return form.title.replace("$municipality ", data.municipality) if form and data else _TITLE

    def _effective(self, given: dt.date | None, data: Embedded | None) -> dt.date:
        if given is not None:
            return given
        try:
            return dt.date.fromisoformat(data.answers.get("effective", "") if data else "")
        except ValueError:
            message = "この文書には施行日のデータがありません。施行日を入力してください。"
            raise BadRequest(message, param="effective") from None

    def _event(self, kind: str, actor: Actor, data: Mapping[str, object]) -> Event:
        return Event(kind, self._clock.now(), "", actor.organisation, actor.department, actor.person, dict(data))


def _digest(files: Mapping[str, bytes]) -> str:
    state = hashlib.sha256()
    for kind, data in files.items():
        state.update(f"{kind} {hashlib.sha256(data).hexdigest()}\n".encode())
    return state.hexdigest()
