"""申し出への対応: what staff suggested, and what 情報担当 decided of it, which is an entry each time.

The state of a suggestion is the last decision on it that the log holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ai_gov.audit.found import Recorded
from ai_gov.errors import BadRequest, UnknownRoute
from ai_gov.model import Event, Json, Step
from ai_gov.people.model import Person
from ai_gov.service.ports import Clock
from ai_gov.service.suggestions import KIND, Log, Suggestion, suggestion_of

DECIDED: Final = "suggestion_decided"
NOTE: Final = 200
"""Characters of a note."""
MOST: Final = 2000
"""Suggestions that are looked at, the newest first."""


class State(StrEnum):
    """状態: 未対応・対応済み・見送り."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Handled:
    """申し出と状態."""

    suggestion: Suggestion
    state: State = State.OPEN
    note: str = field(default="", repr=False)
    actor: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """規則ごとのまとまり: false alarms of a rule, or missed words of a type."""

    about: str
    key: str
    """The rule's id, or the type where no rule found it."""
    items: tuple[Handled, ...]

    @property
    def open(self) -> int:
        """How many wait."""
        return sum(item.state is State.OPEN for item in self.items)


class SuggestionDesk:
    """申し出への対応の窓口. ``confidential`` says whether a note names somebody; such a one is refused."""

    def __init__(
        self,
        *,
        log: Log,
        record: Callable[[Step], object],
        clock: Clock,
        confidential: Callable[[str], bool],
        catch_up: Callable[[], object],
    ) -> None:
        self._log = log
        self._record = record
        self._clock = clock
        self._confidential = confidential
        self._catch_up = catch_up

    def groups(self, organisation: str, *, state: State | None = State.OPEN) -> list[Group]:
        """規則ごとの一覧: those with the most first; every state where ``state`` is none."""
        grouped: dict[tuple[str, str], list[Handled]] = {}
        for item in self._all(organisation):
            if state is None or item.state is state:
                about, of = item.suggestion.about, item.suggestion
                grouped.setdefault((about, of.rule or of.type), []).append(item)
        groups = [Group(about, key, tuple(items)) for (about, key), items in grouped.items()]
        return sorted(groups, key=lambda group: (-group.open, -len(group.items), group.key))

    def waiting(self, organisation: str) -> int:
        """未対応の件数."""
        return sum(item.state is State.OPEN for item in self._all(organisation))

    def decide(self, by: Person, position: int, state: State, note: str) -> None:
        """決める: an entry. Raises UnknownRoute for a suggestion of nobody here, BadRequest for a note."""
        note = " ".join(note.split())
        found = next((item for item in self._all(by.organisation) if item.suggestion.position == position), None)
        if found is None:
            raise UnknownRoute("その申し出はありません。一覧から選び直してください。")
        if len(note) > NOTE:
            raise BadRequest(f"メモは{NOTE}文字までにしてください。", param="note")
        if state is State.DECLINED and not note:
            raise BadRequest("見送るときは、理由をメモに書いてください。", param="note")
        if note and self._confidential(note):
            raise BadRequest(
                "メモに個人の氏名や番号があります。記録に残るので、書かずに言い換えてください。", param="note"
            )
        data: dict[str, Json] = {"suggestion": position, "state": state.value, "note": note}
        data |= {"about": found.suggestion.about, "rule": found.suggestion.rule, "type": found.suggestion.type}
        now = self._clock.now()
        self._record(Step(None, Event(DECIDED, now, "", by.organisation, by.department, by.id, data)))

    def _all(self, organisation: str) -> list[Handled]:
        self._catch_up()
        decided = self._decisions((organisation,))
        found = self._log.of_kind(KIND, organisations=(organisation,), limit=MOST)
        return [_handled(suggestion_of(entry), decided) for entry in found]

    def _decisions(self, organisations: Collection[str]) -> Mapping[int, Recorded]:
        entries: Sequence[Recorded] = self._log.of_kind(DECIDED, organisations=organisations, limit=MOST)
        out: dict[int, Recorded] = {}
        for entry in entries:  # the newest first
            position = entry.event.data.get("suggestion") if entry.event else None
            if isinstance(position, int):
                out.setdefault(position, entry)
        return out


def _handled(suggestion: Suggestion, decided: Mapping[int, Recorded]) -> Handled:
    entry = decided.get(suggestion.position)
    if entry is None or entry.event is None:
        return Handled(suggestion)
    data = entry.event.data
    at = dt.datetime.fromisoformat(entry.columns["at"])
    return Handled(suggestion, State(str(data["state"])), str(data.get("note", "")), entry.columns["actor"], at)
