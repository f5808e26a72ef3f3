"""記録付きの保存: what stores share whose every change has its entry in the same transaction."""

from __future__ import annotations

import sqlalchemy as sa

from ai_gov.model import Event, Step
from ai_gov.people.model import Member
from ai_gov.stores.append import append, draft
from ai_gov.stores.engine import Database
from ai_gov.stores.peoplestore import PeopleStore


class RecordingStore:
    """記録付きの保存: over a database and the register of people."""

    def __init__(self, database: Database, people: PeopleStore, *, instance: str) -> None:
        self._database = database
        self._people = people
        self._instance = instance

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        return self._people.member(organisation, person)

    def record_event(self, event: Event) -> None:
        """An entry that changes nothing else."""
        with self._database.write() as connection:
            self._append(connection, event)

    def _append(self, connection: sa.Connection, event: Event) -> None:
        append(connection, draft(Step(None, event)), instance=self._instance)
