"""規則の変更の窓口: a changed set of files is checked, shown as a difference, and put in force, or nothing happens.

What is proposed stays with whoever proposes it (in the page); between proposal and application nothing is kept here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ai_gov.documents.guideline.template import Template
from ai_gov.errors import BadRequest, Conflict, FailClosed, UnknownRoute
from ai_gov.model import Json, japan_date
from ai_gov.people.model import Member
from ai_gov.people.permissions import check_can_edit_rules
from ai_gov.service import guideline_impact
from ai_gov.service.governance import digest, overlay
from ai_gov.service.ports import Clock, Reader
from ai_gov.service.ruleset import OWN, changed_paths, checked, difference, place_of

MOST_CHARACTERS = 2_000_000
"""Of all the files of a set together."""


class AppliedSet(Protocol):
    """適用された設定."""

    @property
    def digest(self) -> str: ...  # noqa: D102
    @property
    def files(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def applied_at(self) -> str: ...  # noqa: D102
    @property
    def actor(self) -> str: ...  # noqa: D102


class Sets(Protocol):
    """設定の台帳."""

    def current(self) -> AppliedSet | None:
        """The set in force."""
        ...

    def apply(
        self,
        files: Mapping[str, str],
        *,
        digest: str,
        actor: str,
        diff: Json,
        organisation: str = "",
        expected: str | None = None,
    ) -> AppliedSet:
        """Put a set in force with its entry. Raises Conflict where another than ``expected`` is in force."""
        ...


@dataclass(frozen=True, slots=True)
class Proposal:
    """変更の案: against the set of digest ``base``. ``changed`` holds each file that differs (none: it goes)."""

    base: str
    digest: str
    changed: Mapping[str, str | None] = field(repr=False)
    diff: tuple[str, ...] = field(repr=False)
    impact: tuple[str, ...] = ()
    rules: int = 0
    prompts: int = 0


class RuleDesk:
    """規則の変更の窓口. ``signed`` says how the log names somebody."""

    def __init__(
        self,
        sets: Sets,
        *,
        reader: Reader,
        clock: Clock,
        shipped: Callable[[], Mapping[str, str]],
        template: Callable[[], Template],
        signed: Callable[[Member], str],
    ) -> None:
        self._sets = sets
        self._reader = reader
        self._clock = clock
        self._shipped = shipped
        self._template = template
        self._signed = signed

    def current(self) -> AppliedSet:
        """適用中の設定. Raises FailClosed where there is none."""
        found = self._sets.current()
        if found is None:
            raise FailClosed("設定がまだ適用されていません。サーバーを一度起動してください。")
        return found

    def shipped(self) -> Mapping[str, str]:
        """出荷時の設定: of the version that runs."""
        return self._shipped()

    def text(self, path: str) -> str:
        """A file of the set in force. Raises UnknownRoute."""
        found = self.current().files.get(path)
        if found is None:
            raise UnknownRoute("そのファイルは適用中の設定にありません。一覧から選び直してください。")
        return found

    def with_file(self, path: str, text: str) -> dict[str, str]:
        """1つのファイルを変えた組: the set in force with one file changed or added."""
        place = place_of(fine_path(path))
        return {**self.current().files, place: text.replace("\r\n", "\n").replace("\r", "\n")}

    def without_own(self, path: str) -> dict[str, str]:
        """出荷時に戻した組: without a municipality's own file, or with the shipped text of one that there is once."""
        files = dict(self.current().files)
        original = self._shipped().get(path)
        if path.startswith(OWN) and path in files:
            del files[path]
        elif original is not None and path in files:
            files[path] = original
        else:
            raise BadRequest("出荷時のものがないファイルです。")
        return files

    def with_own(self, own: Mapping[str, str]) -> dict[str, str]:
        """フォルダー一式にした組: the shipped files and these in their place, as ``ai-gov rules apply`` does."""
        return overlay(self._shipped(), {fine_path(path): text for path, text in own.items()})

    def propose(self, files: Mapping[str, str]) -> Proposal:
        """変更を確かめる. Raises ConfigError with every problem, BadRequest where nothing would change."""
        now = self.current()
        if sum(map(len, files.values())) > MOST_CHARACTERS:
            raise BadRequest(f"設定のファイルが大きすぎます（全部で{MOST_CHARACTERS:,}文字まで）。")
        changed = changed_paths(now.files, files)
        if not changed:
            raise BadRequest("適用中の設定と同じです。変更はありません。")
        made = checked(files, self._reader, self.today())
        impact = guideline_impact.touched(self._template(), now.files, files)
        diff = tuple(difference(now.files, files))
        return Proposal(now.digest, made.digest, changed, diff, tuple(impact), len(made.rules), len(made.prompts))

    def apply(self, by: Member, base: str, changed: Mapping[str, str | None]) -> AppliedSet:
        """適用する: what was proposed against ``base``. Raises Conflict where another set came in force meanwhile."""
        check_can_edit_rules(by, by.person.organisation, on=self.today())
        now = self.current()
        if now.digest != base:
            raise Conflict("確かめている間に、別の設定が適用されました。今の設定との違いを、もう一度確かめてください。")
        files = {**now.files, **{place_of(fine_path(path)): text for path, text in changed.items() if text is not None}}
        for path in (path for path, text in changed.items() if text is None):
            files.pop(path, None)
        proposal = self.propose(files)
        return self._sets.apply(
            files, digest=digest(files), actor=self._signed(by), diff=list(proposal.diff), expected=base
        )

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self._clock.now())


FOLDERS = ("redaction_rules/", "prompts/", f"{OWN}redaction_rules/", f"{OWN}prompts/")


def fine_path(path: str) -> str:
    """A path that a file of a set may have. Raises BadRequest.

    >>> fine_path("redaction_rules/local/library.yaml")
    'redaction_rules/local/library.yaml'
    """
    parts = path.split("/")
    odd = any(part in ("", ".", "..") or part.startswith(".") for part in parts)
    if odd or not path.isprintable() or "\\" in path or len(path) > 200 or not path.startswith(FOLDERS):
        raise BadRequest(
            "ファイルの名前は redaction_rules/ か prompts/ で始めてください。例: redaction_rules/local/toshokan.yaml",
            param="path",
        )
    if not path.endswith((".yaml", ".yml")):
        raise BadRequest("ファイルの名前は .yaml で終えてください。", param="path")
    return path
