"""事故のポート: what ``service.incidents`` needs of the store, and what it gives to read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from ai_gov.audit.found import Use
from ai_gov.audit.incidents import Incident
from ai_gov.model import Event


class IncidentStore(Protocol):
    """保存: each write puts its events beside it in one transaction; all raise StoreFailed."""

    def add(self, organisation: str, year: int, make: Callable[[str], tuple[Incident, Sequence[Event]]]) -> Incident:
        """A new one under the next number of a fiscal year."""
        ...

    def change(self, before: Incident, after: Incident, events: Sequence[Event]) -> bool:
        """Whether ``before`` was still what is there; nothing is written where it was not."""
        ...

    def incident(self, id_: str) -> Incident | None:
        """One."""
        ...

    def listed(self, organisations: Collection[str], limit: int) -> list[Incident]:
        """Those of organisations (of all where none is named): open ones first, the oldest of them first."""
        ...

    def of_record(self, record: str) -> list[Incident]:
        """Those that a record is linked to."""
        ...

    def record_event(self, event: Event) -> None:
        """An entry that changes nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class Raised:
    """警報1件, as its entry tells it. ``organisation`` is empty for one of the machine."""

    id: str
    at: dt.datetime
    title: str
    subject: str
    organisation: str = ""
    department: str = ""
    person: str = ""
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """事故の詳細: with what the log says of the linked records, and the alert. ``gone``: records it has no more."""

    incident: Incident
    uses: tuple[Use, ...] = ()
    gone: tuple[str, ...] = ()
    alert: Raised | None = None
    can_write: bool = False
