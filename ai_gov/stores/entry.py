"""監査記録の1行: what a reader of the log gets, and what can be asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ai_gov.audit.event import MalformedEntryError, parse, timestamp
from ai_gov.model import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """監査記録. ``position`` counts up in the order of writing; ``seq`` from 0, none before it is sequenced.

    ``event`` is none where the text was deleted or can't be read any more (``audit verify`` says which).
    """

    position: int
    id: str
    seq: int | None
    columns: Mapping[str, str]
    event: Event | None = field(repr=False)


def readable(text: str | None) -> Event | None:
    """The event of a stored text, if it is one."""
    try:
        return None if text is None else parse(text)[1]
    except MalformedEntryError:
        return None


@dataclass(frozen=True, slots=True)
class Filter:
    """絞り込み: what an entry must be; empty fields don't matter. ``since`` and ``until`` (exclusive) are times."""

    exchange: str = ""
    kind: str = ""
    organisation: str = ""
    department: str = ""
    actor: str = ""
    destination: str = ""
    level: str = ""
    action: str = ""
    outcome: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def equal(self) -> dict[str, str]:
        """The columns that must have a certain value.

        >>> Filter(actor="1001", level="3B").equal()
        {'actor': '1001', 'level': '3B'}
        """
        values = {name: getattr(self, name) for name in _EQUAL}
        return {name: value for name, value in values.items() if value}

    def admits(self, columns: Mapping[str, str]) -> bool:
        """Whether an entry with these columns is asked for."""
        return (
            all(columns[name] == value for name, value in self.equal().items())
            and (self.since is None or columns["at"] >= timestamp(self.since))
            and (self.until is None or columns["at"] < timestamp(self.until))
        )


_EQUAL: Final = (
    "exchange",
    "kind",
    "organisation",
    "department",
    "actor",
    "destination",
    "level",
    "action",
    "outcome",
)
EVERYTHING: Final = Filter()


@dataclass(frozen=True, slots=True)
class Counts:
    """件数: of the log."""

    entries: int
    waiting: int
    checkpoints: int
