"""申し出: what staff say was missed, or was no secret, for 情報担当. Never the value: its kind and its surroundings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from ai_gov.audit import tokens
from ai_gov.audit.found import Recorded
from ai_gov.errors import BadRequest
from ai_gov.model import Actor, Edit, Event, Json, Step
from ai_gov.service.chat import Chat, Looked, Typed
from ai_gov.service.marking import OTHER, may_be_my_number
from ai_gov.service.ports import Clock, Keys

KIND: Final = "suggestion"
AROUND: Final = 20
"""Characters kept on either side, masked."""
LONGEST: Final = 100

About = Literal["missed", "false_alarm"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """申し出1件."""

    position: int
    at: dt.datetime
    organisation: str
    department: str
    about: str
    type: str
    rule: str
    context: str = field(repr=False)


class Log(Protocol):
    """監査ログ: entries of a kind, the newest first."""

    def of_kind(
        self, kind: str, *, organisations: Collection[str] = (), before: int | None = None, limit: int = 50
    ) -> Sequence[Recorded]:
        """At most ``limit``, older than ``before``."""
        ...


class Suggestions:
    """申し出の窓口: ``record`` writes an entry durably."""

    def __init__(
        self, chat: Chat, *, record: Callable[[Step], Awaitable[object]], clock: Clock, keys: Keys, log: Log
    ) -> None:
        self._chat = chat
        self._record = record
        self._clock = clock
        self._keys = keys
        self._log = log

    async def missed(self, actor: Actor, typed: Typed, word: str, type_: str) -> None:
        """見落とし: a word of the text that should have been hidden. Raises BadRequest, StoreFailed."""
        word = word.strip()
        looked = await self._chat.look(typed, actor.organisation)
        known = {rule.entity for rule in looked.governance.rules.values()} | {OTHER}
        if not word or len(word) > LONGEST or type_ not in known:
            raise BadRequest(f"見落とした語（{LONGEST}文字まで）と種類を入れてください。", param="word")
        document = looked.seen.document
        at = document.text.find(word, document.starts[-1])
        if at < 0:
            raise BadRequest("その語は、今の文章の中にありません。文章のとおりに入れてください。", param="word")
        if any(edit.start < at + len(word) and at < edit.end for edit in looked.seen.logged.edits):
            raise BadRequest("その語は、すでに伏せることになっています。", param="word")
        context = _context(looked, Edit(at, at + len(word), "〔見落とし〕"), word)
        data: dict[str, Json] = {"about": "missed", "type": type_, "rule": "", "context": context}
        if type_ not in tokens.FORBIDDEN and not may_be_my_number(word):
            data["value_hmac"] = self._code(actor, type_, word)
        await self._write(actor, data)

    async def false_alarm(self, actor: Actor, typed: Typed, number: int) -> None:
        """誤検知: the finding of that number in the text is none. Raises BadRequest, StoreFailed."""
        looked = await self._chat.look(typed, actor.organisation)
        start = looked.seen.document.starts[-1]
        here = [found for found in looked.seen.findings if found.start >= start]
        if not 1 <= number <= len(here):
            raise BadRequest("文章が変わったため、どの語のことか分かりません。もう一度選んでください。", param="number")
        found = here[number - 1]
        edit = next(edit for edit in looked.seen.logged.edits if edit.start == found.start)
        data: dict[str, Json] = {"about": "false_alarm", "type": found.type, "rule": found.rule}
        data["context"] = _context(looked, edit, "")
        if not found.irreversible and found.type not in tokens.FORBIDDEN:
            data["value_hmac"] = self._code(actor, found.type, looked.seen.document.text[found.start : found.end])
        await self._write(actor, data)

    def listed(self, organisations: Collection[str], *, before: int | None = None, limit: int = 50) -> list[Suggestion]:
        """申し出の一覧: the newest first."""
        found = self._log.of_kind(KIND, organisations=organisations, before=before, limit=limit)
        return [suggestion_of(entry) for entry in found]

    def _code(self, actor: Actor, type_: str, value: str) -> str:
        key = self._keys.hmac_key("search", actor.organisation)
        return tokens.token(type_, value, key, actor.organisation)

    async def _write(self, actor: Actor, data: dict[str, Json]) -> None:
        now = self._clock.now()
        await self._record(Step(None, Event(KIND, now, "", actor.organisation, actor.department, actor.person, data)))


def _context(looked: Looked, edit: Edit, word: str) -> str:
    """What stands around a place, everything that is found in it masked, and the word wherever it stands."""
    document = looked.seen.document
    text, start = document.text, document.starts[-1]
    others = [other for other in looked.seen.logged.edits if other.start != edit.start]
    before = _masked(text, others, max(start, edit.start - AROUND), edit.start)
    after = _masked(text, others, edit.end, min(len(text), edit.end + AROUND))
    if word:
        before, after = (part.replace(word, "〔同じ語〕") for part in (before, after))
    return f"{before}{edit.replacement}{after}"


def _masked(text: str, edits: Sequence[Edit], start: int, end: int) -> str:
    out, at = [], start
    for edit in edits:
        if edit.end <= start or edit.start >= end:
            continue
        out += [text[at : max(at, edit.start)], edit.replacement]
        at = edit.end
    return "".join([*out, text[at:end]])


def suggestion_of(entry: Recorded) -> Suggestion:
    """The suggestion that an entry holds."""
    data = entry.event.data if entry.event else {}
    told = {name: str(data.get(name, "")) for name in ("about", "type", "rule", "context")}
    columns = entry.columns
    at = dt.datetime.fromisoformat(columns["at"])
    return Suggestion(entry.position, at, columns["organisation"], columns["department"], **told)
