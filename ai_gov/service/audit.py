"""監査: who may look at the log finds uses and residents in it; every look is an entry with its purpose.

Called by the command line and by the pages. Nothing here blocks for long, but all of it reads the database: an event
loop calls it in a thread.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ai_gov.audit import tokens
from ai_gov.audit.facets import Facets
from ai_gov.audit.found import Recorded, Use, use_of
from ai_gov.audit.residents import Grade, Resident, Sign, best, signs
from ai_gov.audit.search import OUTCOME, Query
from ai_gov.errors import BadRequest, Forbidden
from ai_gov.model import Event, Json, Step, japan_date
from ai_gov.people.model import Member
from ai_gov.people.permissions import can_read_log, check_can_read_log
from ai_gov.service.ports import Clock, Keys

LIMIT = 50
"""Uses on a page where nothing else is said."""

PURPOSE_SIZE = (4, 200)
"""Characters of a purpose, at least and at most."""

UNFINDABLE = (
    "検知されなかった氏名・住所・番号（あだ名、間取りや家族構成などからの推測、画像）は見つかりません。",
    "個人番号は、照合のための符号も作らないため、値では見つかりません（検知された利用は職員と種類で探せます）。",
    "同姓同名の別の住民や、同じ町名の別の市町村の住所も「一致」になります。記録された前後の文章で確かめてください。",
    "読みは、仮名で書かれていたものとだけ照合します。漢字の氏名は漢字で指定してください。",
    "保存期間を過ぎて削除された記録は見つかりません。",
)
"""照合で分からないこと: said with every answer."""


class Hit(Protocol):
    """該当: what was found, with every entry of its exchange, and the codes of a resident that it holds."""

    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def entries(self) -> Sequence[Recorded]: ...  # noqa: D102
    @property
    def tokens(self) -> frozenset[str]: ...  # noqa: D102


class Page(Protocol):
    """1ページ: ``before`` is the next page's, none where this is the last."""

    @property
    def hits(self) -> Sequence[Hit]: ...  # noqa: D102
    @property
    def before(self) -> int | None: ...  # noqa: D102


class LogPort(Protocol):
    """監査ログの検索: what a store does for it."""

    def catch_up(self) -> int:
        """Let a search see every entry that is in the tree."""
        ...

    def find(self, query: Query, *, now: dt.datetime, before: int | None = None, limit: int = LIMIT) -> Page:
        """The newest uses first."""
        ...

    def facets(self, query: Query, *, now: dt.datetime, most: int) -> Facets:
        """How the newest of them divide."""
        ...

    def holding(
        self,
        wanted: Collection[str],
        organisation: str,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        before: int | None = None,
        limit: int = LIMIT,
    ) -> Page:
        """The newest entries of an organisation that hold one of the codes."""
        ...


@dataclass(frozen=True, slots=True)
class LogReader:
    """閲覧者: ``organisations`` are those whose records may be seen, none for all of them (who runs the machine).

    ``reads_text``: only who holds a role for the log reads what was written; 情報担当 never do.
    """

    name: str
    organisations: frozenset[str] | None = None
    reads_text: bool = False
    login: str = ""  # of the terminal, where there is one


@dataclass(frozen=True, slots=True)
class Found:
    """検索結果の1ページ. Give ``before`` back for the next one."""

    uses: tuple[Use, ...]
    before: int | None = None
    facets: Facets = field(default_factory=Facets)


@dataclass(frozen=True, slots=True)
class ResidentUse:
    """住民を含む利用: how surely, by what, and what became of it."""

    use: Use
    grade: Grade
    by: tuple[str, ...]
    passed: str  # 伏せて送信, そのまま送信 …


@dataclass(frozen=True, slots=True)
class ResidentUses:
    """照合結果の1ページ, and what such a search can't find."""

    uses: tuple[ResidentUse, ...]
    before: int | None = None
    unfindable: tuple[str, ...] = field(default=UNFINDABLE, repr=False)


def log_reader(member: Member, organisations: Iterable[str], *, on: dt.date) -> LogReader:
    """閲覧者: of a person with the role for it. Raises Forbidden where no organisation's log may be read."""
    known = list(organisations)
    allowed = frozenset(name for name in known if can_read_log(member, name, on=on))
    if not allowed:
        check_can_read_log(member, member.person.organisation, on=on)
        raise Forbidden("監査ログを見られる団体がありません。情報担当またはCAIOに相談してください。")
    return LogReader(member.person.id, allowed, reads_text=True)


class AuditService:
    """監査の窓口: ``record`` writes an entry durably; ``confidential`` says whether a purpose names somebody."""

    def __init__(
        self,
        *,
        log: LogPort,
        keys: Keys,
        clock: Clock,
        record: Callable[[Step], object],
        confidential: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._log = log
        self._keys = keys
        self._clock = clock
        self._record = record
        self._confidential = confidential

    def search(
        self,
        reader: LogReader,
        query: Query,
        *,
        purpose: str,
        before: int | None = None,
        limit: int = LIMIT,
        count: int = 0,
    ) -> Found:
        """検索: the newest uses first. ``count``: of how many to tell how they divide. Raises Forbidden, BadRequest."""
        purpose = self._purpose(purpose)
        if query.text and not reader.reads_text:
            raise Forbidden(
                "送信した文章を検索できるのは、CAIO・CAIO補佐官・監査の役割がある人だけです。"
                "端末の命令では、自分の職員番号も指定してください。"
            )
        query = replace(query, organisations=within(reader, query.organisations))
        self._log.catch_up()
        page = self._log.find(query, now=self._clock.now(), before=before, limit=limit)
        uses = tuple(
            use_of(hit.position, hit.entries, text=query.text, reads_text=reader.reads_text) for hit in page.hits
        )
        data: dict[str, Json] = {"how": "search", "filter": query.shown(), "purpose": purpose, "count": len(uses)}
        if query.text:
            data["text_hmac"] = self._code("QUERY", query.text, "")
        if before is not None:
            data["before"] = before
        self._looked(reader, data, _one(query.organisations))
        divided = self._log.facets(query, now=self._clock.now(), most=count) if count else Facets()
        return Found(uses, page.before, divided)

    def residents(
        self,
        reader: LogReader,
        resident: Resident,
        organisation: str,
        *,
        purpose: str,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        before: int | None = None,
        limit: int = LIMIT,
    ) -> ResidentUses:
        """住民の照合: which uses of an organisation held this resident. Raises Forbidden, BadRequest."""
        purpose = self._purpose(purpose, resident)
        if not reader.reads_text:
            raise Forbidden(
                "住民を照合できるのは、CAIO・CAIO補佐官・監査の役割がある人だけです。"
                "端末の命令では、自分の職員番号も指定してください。"
            )
        within(reader, (organisation,))
        key = self._keys.hmac_key("search", organisation)
        wanted = signs(resident, key, organisation)
        page = self._log.holding(wanted.keys(), organisation, since=since, until=until, before=before, limit=limit)
        found = tuple(_resident_use(hit, wanted) for hit in page.hits)
        self._looked(
            reader,
            {
                "how": "resident",
                "filter": {"organisations": [organisation], "asked": resident.kinds()},
                "resident_hmac": sorted(code for code, sign in wanted.items() if sign.grade is Grade.MATCH),
                "purpose": purpose,
                "count": len(found),
                **({} if before is None else {"before": before}),
            },
            organisation,
        )
        return ResidentUses(found, page.before)

    def _purpose(self, purpose: str, resident: Resident | None = None) -> str:
        purpose = " ".join(purpose.split())
        least, most = PURPOSE_SIZE
        if not least <= len(purpose) <= most:
            raise BadRequest(f"検索の目的を{least}〜{most}文字で書いてください（例: 開示請求 第12号への対応）。")
        if (resident is not None and resident.appears_in(purpose)) or self._confidential(purpose):
            raise BadRequest(
                "検索の目的に、氏名・住所・番号などを書かないでください。目的は監査記録にそのまま残ります。"
                "受付番号や件名で書いてください。"
            )
        return purpose

    def _code(self, kind: str, value: str, organisation: str) -> str:
        return tokens.token(kind, value, self._keys.hmac_key("search", organisation), organisation)

    def _looked(self, reader: LogReader, data: dict[str, Json], organisation: str) -> None:
        """Write the entry of a look at the log. Raises StoreFailed: then nothing is shown."""
        if reader.login:
            data["login"] = reader.login
        self._record(Step(None, Event("log_read", self._clock.now(), "", organisation, "", reader.name, data)))

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self._clock.now())


def within(reader: LogReader, asked: Sequence[str]) -> tuple[str, ...]:
    """The organisations to look at: those asked for, if they may be seen; all that may be where none is named."""
    if reader.organisations is None:
        return tuple(asked)
    refused = [name for name in asked if name not in reader.organisations]
    if refused:
        raise Forbidden(
            f"{'・'.join(refused)} の監査ログを見る役割がありません。その団体の情報担当またはCAIOに相談してください。"
        )
    return tuple(asked) or tuple(sorted(reader.organisations))


def _one(organisations: Sequence[str]) -> str:
    return organisations[0] if len(organisations) == 1 else ""


def _resident_use(hit: Hit, wanted: dict[str, Sign]) -> ResidentUse:
    grade, by, clear = best({code: wanted[code] for code in hit.tokens})
    use = use_of(hit.position, hit.entries, reads_text=True)
    at = next((entry for entry in hit.entries if entry.position == hit.position), hit.entries[0])
    if at.columns["kind"] == OUTCOME:
        passed = "回答に含まれる"
    elif use.action in ("allow", "redact"):
        passed = "そのまま送信" if clear else "伏せて送信"
    else:
        passed = "送信していない"
    return ResidentUse(use, grade, by, passed)
