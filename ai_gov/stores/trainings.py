"""研修の保存: attempts at the quiz, each change with its entry in one transaction."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import Event
from ai_gov.people.model import Role
from ai_gov.register.training import Attempt, AttemptState
from ai_gov.review.record import Who
from ai_gov.stores.peoplestore import date, moment
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.registertables import training_attempts as table

_OPEN: Final = table.c.state == AttemptState.OPEN.value


class Trainings(RecordingStore):
    """研修の保存: service.training.TrainingStore."""

    def start(self, attempt: Attempt, event: Event, void: Callable[[Attempt], tuple[Attempt, Event]]) -> Attempt:
        """A new one, unless one is open that can still be answered: then that one."""
        with self._database.write() as connection:
            self._database.lock(connection, "training")
            row = connection.execute(sa.select(table).where(_of(attempt.who), _OPEN)).first()
            if row is not None:
                there = _attempt(row)
                if there.runs(attempt.started_at):
                    return there
                gone, entry = void(there)
                connection.execute(sa.update(table).where(table.c.id == gone.id).values(**_row(gone)))
                self._append(connection, entry)
            connection.execute(sa.insert(table), _row(attempt))
            self._append(connection, event)
        return attempt

    def close(self, before: Attempt, after: Attempt, event: Event) -> bool:
        """Whether it was still open."""
        with self._database.write() as connection:
            query = sa.update(table).where(table.c.id == before.id, _OPEN).values(**_row(after))
            if connection.execute(query).rowcount != 1:
                return False
            self._append(connection, event)
        return True

    def of_person(self, who: Who, limit: int) -> list[Attempt]:
        """The newest of somebody."""
        query = sa.select(table).where(_of(who)).order_by(table.c.started_at.desc(), table.c.id.desc()).limit(limit)
        with self._database.read() as connection:
            return [_attempt(row) for row in connection.execute(query)]

    def passed(self, who: Who, on: dt.date) -> dt.date | None:
        """The last day of the pass that holds longest; none where none holds on a day."""
        query = sa.select(sa.func.max(table.c.until)).where(_of(who), _holds(on))
        with self._database.read() as connection:
            return date(connection.scalar(query))

    def tallies(self, organisation: str, on: dt.date) -> list[tuple[str, str, int, int]]:
        """Of each department its id, its name, how many staff it has, and how many of them hold a pass."""
        query = sa.select(table.c.person).where(table.c.organisation == organisation, _holds(on)).distinct()
        with self._database.read() as connection:
            passed = set(connection.scalars(query))
        names = {item.id: item.name for item in self._people.departments(organisation)}
        staff = [member.person for member in self._people.members(organisation) if Role.STAFF in member.roles(on)]
        every = Counter(person.department for person in staff)
        held = Counter(person.department for person in staff if person.id in passed)
        return [(item, names.get(item, item), every[item], held[item]) for item in sorted(every)]


def _of(who: Who) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.organisation == who.organisation, table.c.person == who.person)


def _holds(on: dt.date) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.state == AttemptState.PASSED.value, table.c.until >= on.isoformat())


def _row(item: Attempt) -> dict[str, object]:
    data = {
        "questions": list(item.questions),
        "digest": item.digest,
        "pass_percent": item.pass_percent,
        "right": item.right,
    }
    return {
        "id": item.id,
        "organisation": item.organisation,
        "department": item.department,
        "person": item.person,
        "state": item.state.value,
        "started_at": timestamp(item.started_at),
        "ended_at": timestamp(item.ended_at) if item.ended_at else None,
        "until": item.until.isoformat() if item.until else None,
        "data": json.dumps(data),
    }


def _attempt(row: Any) -> Attempt:
    data = json.loads(row.data)
    return Attempt(
        row.id,
        row.organisation,
        row.department,
        row.person,
        AttemptState(row.state),
        dt.datetime.fromisoformat(row.started_at),
        tuple(data["questions"]),
        data["digest"],
        data["pass_percent"],
        moment(row.ended_at),
        data["right"],
        date(row.until),
    )
