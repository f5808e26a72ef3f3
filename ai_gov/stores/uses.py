"""利用台帳の保存: applications for uses of AI, each change with its entry in one transaction."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from typing import Any, Final

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import Event, Json
from ai_gov.register.record import Application, Judged, Wanted
from ai_gov.register.states import UseState
from ai_gov.review.record import Who
from ai_gov.service.use_ports import Replaced
from ai_gov.stores.engine import Database
from ai_gov.stores.peoplestore import PeopleStore, date
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.registertables import use_applications as table

FRESH_S: Final = 1.0
"""How long a process may go on with the register it knows before it looks again (seconds)."""
_HELD: Final = (UseState.APPROVED.value, UseState.ENDED.value)


class UseApplications(RecordingStore):
    """利用台帳の保存: service.use_ports.UseStore."""

    def __init__(self, database: Database, people: PeopleStore, *, instance: str, fresh_s: float = FRESH_S) -> None:
        super().__init__(database, people, instance=instance)
        self._fresh_s = fresh_s
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, tuple[Application, ...]]] = {}

    def add(self, application: Application, event: Event) -> None:
        """A new one."""
        with self._database.write() as connection:
            connection.execute(sa.insert(table), _row(application))
            self._append(connection, event)

    def change(self, before: Application, after: Application, event: Event, replaced: Replaced) -> bool:
        """Whether ``before`` was still what is there."""
        where = sa.and_(table.c.id == before.id, table.c.version == before.version)
        with self._database.write() as connection:
            self._database.lock(connection, "uses")
            if connection.execute(sa.select(table.c.id).where(where)).first() is None:
                return False
            if after.state is UseState.APPROVED:
                for row in connection.execute(_in_force(after)).all():
                    gone, entry = replaced(_application(row))
                    connection.execute(sa.update(table).where(table.c.id == gone.id).values(**_row(gone)))
                    self._append(connection, entry)
            connection.execute(sa.update(table).where(where).values(**_row(after)))
            self._append(connection, event)
        with self._lock:
            self._known.pop(after.organisation, None)
        return True

    def application(self, id_: str) -> Application | None:
        """One."""
        found = self._found(sa.select(table).where(table.c.id == id_))
        return found[0] if found else None

    def of_person(self, who: Who, limit: int) -> list[Application]:
        """The newest of somebody."""
        mine = sa.and_(table.c.organisation == who.organisation, table.c.person == who.person)
        return self._found(sa.select(table).where(mine).order_by(table.c.id.desc()).limit(limit))

    def of_organisation(self, organisation: str, limit: int) -> list[Application]:
        """The newest of all."""
        query = sa.select(table).where(table.c.organisation == organisation)
        return self._found(query.order_by(table.c.id.desc()).limit(limit))

    def held(self, organisation: str) -> tuple[Application, ...]:
        """台帳の記載; at most ``fresh_s`` old, and at once what this process changed."""
        with self._lock:
            looked_at, known = self._known.get(organisation, (float("-inf"), ()))
            now = time.monotonic()
            if now - looked_at < self._fresh_s:
                return known
            query = sa.select(table).where(table.c.organisation == organisation, table.c.state.in_(_HELD))
            found = tuple(self._found(query.order_by(table.c.id)))
            kept = known if found == known else found  # the same object, by which others know that nothing changed
            self._known[organisation] = (now, kept)
            return kept

    def _found(self, query: sa.Select[Any]) -> list[Application]:
        with self._database.read() as connection:
            return [_application(row) for row in connection.execute(query)]


def _in_force(after: Application) -> sa.Select[Any]:
    return sa.select(table).where(
        table.c.organisation == after.organisation,
        table.c.use == after.wanted.use,
        table.c.state == UseState.APPROVED.value,
        table.c.id != after.id,
    )


def _row(item: Application) -> dict[str, object]:
    data = {
        "wanted": item.wanted.model_dump(mode="json"),
        "created_at": timestamp(item.created_at),
        "judged": None if item.judged is None else _judged_data(item.judged),
    }
    return {
        "id": item.id,
        "organisation": item.organisation,
        "department": item.department,
        "person": item.person,
        "use": item.wanted.use,
        "state": item.state.value,
        "version": item.version,
        "updated_at": timestamp(item.updated_at),
        "data": json.dumps(data, ensure_ascii=False),
    }


def _judged_data(made: Judged) -> Json:
    return {
        "by": [made.by.organisation, made.by.person],
        "role": made.role,
        "at": timestamp(made.at),
        "comment": made.comment,
        "until": made.until.isoformat() if made.until else None,
        "review_on": made.review_on.isoformat() if made.review_on else None,
        "conditions": made.conditions,
    }


def _application(row: Any) -> Application:
    data = json.loads(row.data)
    judged = data["judged"]
    return Application(
        row.id,
        row.organisation,
        row.department,
        row.person,
        Wanted.model_validate(data["wanted"]),
        UseState(row.state),
        dt.datetime.fromisoformat(data["created_at"]),
        dt.datetime.fromisoformat(row.updated_at),
        row.version,
        None if judged is None else _judged(judged),
    )


def _judged(data: Json) -> Judged:
    return Judged(
        Who(*data["by"]),
        data["role"],
        dt.datetime.fromisoformat(data["at"]),
        data["comment"],
        date(data["until"]),
        date(data["review_on"]),
        data["conditions"],
    )
