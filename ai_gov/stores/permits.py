"""許可の保存: permits for held requests, each change with its entry in one transaction. No text rests here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import Event
from ai_gov.review.permits import Permit, PermitState
from ai_gov.review.record import Who
from ai_gov.service.permits import HeldRequest, read_held
from ai_gov.stores.entry import readable
from ai_gov.stores.peoplestore import moment
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.reviewtables import permits
from ai_gov.stores.tables import entries


class Permits(RecordingStore):
    """許可の保存: service.permits.PermitStore."""

    def ask(self, permit: Permit, event: Event, since: dt.datetime) -> bool:
        """Keep one, unless the same was asked for since then and nobody decided yet."""
        same = sa.select(permits.c.id).where(_of(permit.who), permits.c.binding == permit.binding, _asked_since(since))
        with self._database.write() as connection:
            self._database.lock(connection, "permits")
            if connection.execute(same).first() is not None:
                return False
            connection.execute(sa.insert(permits), _row(permit))
            self._append(connection, event)
        return True

    def change(self, before: Permit, after: Permit, event: Event) -> bool:
        """By compare-and-set on the state."""
        where = sa.and_(permits.c.id == before.id, permits.c.state == before.state.value)
        with self._database.write() as connection:
            if connection.execute(sa.update(permits).where(where).values(**_row(after))).rowcount != 1:
                return False
            self._append(connection, event)
        return True

    def permit(self, id_: str) -> Permit | None:
        """One."""
        found = self._found(sa.select(permits).where(permits.c.id == id_))
        return found[0] if found else None

    def granted(self, who: Who, binding: str) -> list[Permit]:
        """Those granted for a request, the oldest first."""
        state = permits.c.state == PermitState.GRANTED.value
        return self._found(
            sa.select(permits).where(_of(who), permits.c.binding == binding, state).order_by(permits.c.id)
        )

    def asked(self, organisation: str, departments: Collection[str], since: dt.datetime) -> list[Permit]:
        """Those that wait, of departments (all where none is named), the oldest first."""
        query = sa.select(permits).where(permits.c.organisation == organisation, _asked_since(since))
        if departments:
            query = query.where(permits.c.department.in_(sorted(departments)))
        return self._found(query.order_by(permits.c.id))

    def of_person(self, who: Who, limit: int) -> list[Permit]:
        """The newest of somebody."""
        return self._found(sa.select(permits).where(_of(who)).order_by(permits.c.id.desc()).limit(limit))

    def held(self, exchange: str) -> HeldRequest:
        """The held request of a record; empty where its text was deleted."""
        query = sa.select(entries.c.text).where(entries.c.exchange == exchange, entries.c.kind == "decided")
        with self._database.read() as connection:
            event = readable(connection.execute(query).scalar())
        return read_held(event.data) if event is not None else HeldRequest()

    def _found(self, query: sa.Select[Any]) -> list[Permit]:
        with self._database.read() as connection:
            return [_permit(row) for row in connection.execute(query)]


def _of(who: Who) -> sa.ColumnElement[bool]:
    return sa.and_(permits.c.organisation == who.organisation, permits.c.person == who.person)


def _asked_since(since: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(permits.c.state == PermitState.ASKED.value, permits.c.asked_at > timestamp(since))


def _row(permit: Permit) -> dict[str, object]:
    by = permit.decided_by
    return {
        "id": permit.id,
        "organisation": permit.organisation,
        "department": permit.department,
        "person": permit.person,
        "exchange": permit.exchange,
        "kind": permit.kind,
        "binding": permit.binding,
        "use": permit.use,
        "destination": permit.destination,
        "state": permit.state.value,
        "asked_at": timestamp(permit.asked_at),
        "decided_organisation": by.organisation if by else None,
        "decided_by": by.person if by else None,
        "decided_at": timestamp(permit.decided_at) if permit.decided_at else None,
        "used_by": permit.used_by,
    }


def _permit(row: Any) -> Permit:
    asked = moment(row.asked_at)
    assert asked is not None
    return Permit(
        row.id,
        row.organisation,
        row.department,
        row.person,
        row.exchange,
        row.kind,
        row.binding,
        row.use,
        row.destination,
        PermitState(row.state),
        asked,
        Who(row.decided_organisation, row.decided_by) if row.decided_by else None,
        moment(row.decided_at),
        row.used_by,
    )
