"""台帳のポート: what ``service.uses`` needs of the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ai_gov.model import Event
from ai_gov.people.model import Member
from ai_gov.register.record import Application
from ai_gov.review.record import Who

Replaced = Callable[[Application], tuple[Application, Event]]
"""更新: what becomes of the application whose approval another one replaces, and its entry."""


class UseStore(Protocol):
    """保存: each write puts its event beside it in one transaction; all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        ...

    def add(self, application: Application, event: Event) -> None:
        """A new one."""
        ...

    def change(self, before: Application, after: Application, event: Event, replaced: Replaced) -> bool:
        """By compare-and-set on the version; an approval replaces the one in force of the same use."""
        ...

    def application(self, id_: str) -> Application | None:
        """One."""
        ...

    def of_person(self, who: Who, limit: int) -> list[Application]:
        """The newest of somebody."""
        ...

    def of_organisation(self, organisation: str, limit: int) -> list[Application]:
        """The newest of all."""
        ...

    def held(self, organisation: str) -> tuple[Application, ...]:
        """台帳の記載: what is approved and what was ended; at most a second old."""
        ...
