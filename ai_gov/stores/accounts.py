"""ログインの保存: passwords and sessions, each change with its entry in one transaction (service.accounts)."""

from __future__ import annotations

import datetime as dt
from typing import Final

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import Event
from ai_gov.people.model import Person
from ai_gov.people.passwords import Password
from ai_gov.people.sessions import LONGEST, Session
from ai_gov.stores.peoplestore import moment
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.tables import passwords, sessions

_TOUCH: Final = dt.timedelta(minutes=1)
"""A session's use is noted once in so long, so that pages don't write at every click."""


class AccountStore(RecordingStore):
    """ログインの保存: service.accounts.AccountStore."""

    def password(self, person: Person) -> Password | None:
        """The state of a person's password."""
        with self._database.read() as connection:
            return _password(connection, person)

    def attempt(self, person: Person, at: dt.datetime) -> Password | None:
        """Count a try; the state before it."""
        with self._database.write() as connection:
            kept = _password(connection, person)
            if kept is not None and not kept.locked(at):
                _save(connection, person, kept.failed(at))
            return kept

    def save_password(self, person: Person, password: Password, event: Event | None) -> None:
        """Keep a password's state."""
        with self._database.write() as connection:
            _save(connection, person, password)
            if event is not None:
                self._append(connection, event)

    def open_session(self, session: Session, event: Event) -> None:
        """Keep a session; those that are over by now go."""
        row = {
            "id": session.id,
            "organisation": session.organisation,
            "person": session.person,
            "client": session.client,
            "created_at": timestamp(session.created_at),
            "seen_at": timestamp(session.seen_at),
            "provider": session.provider,
        }
        over = timestamp(session.created_at - LONGEST)
        with self._database.write() as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.created_at < over))
            connection.execute(sa.insert(sessions), row)
            self._append(connection, event)

    def session(self, id_: str) -> Session | None:
        """The session of a digest."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(sessions).where(sessions.c.id == id_)).first()
        if row is None:
            return None
        created, seen = moment(row.created_at), moment(row.seen_at)
        assert created is not None
        assert seen is not None
        return Session(row.id, row.organisation, row.person, row.client, created, seen, row.provider)

    def touch(self, session: Session, at: dt.datetime) -> None:
        """Remember that it was used now, to the minute."""
        if at - session.seen_at < _TOUCH:
            return
        with self._database.write() as connection:
            connection.execute(sa.update(sessions).where(sessions.c.id == session.id).values(seen_at=timestamp(at)))

    def close_sessions(self, organisation: str, person: str, event: Event, *, only: str = "", but: str = "") -> None:
        """End one session, every one of a person, or every one but one."""
        whose = sa.and_(sessions.c.organisation == organisation, sessions.c.person == person)
        if only:
            whose = sa.and_(whose, sessions.c.id == only)
        if but:
            whose = sa.and_(whose, sessions.c.id != but)
        with self._database.write() as connection:
            connection.execute(sa.delete(sessions).where(whose))
            self._append(connection, event)


def _password(connection: sa.Connection, person: Person) -> Password | None:
    row = connection.execute(sa.select(passwords).where(_of(person))).first()
    if row is None:
        return None
    return Password(row.hash, bool(row.must_change), row.failures, moment(row.locked_until))


def _save(connection: sa.Connection, person: Person, password: Password) -> None:
    row = {
        "hash": password.hash,
        "must_change": password.must_change,
        "failures": password.failures,
        "locked_until": timestamp(password.locked_until) if password.locked_until else None,
    }
    if not connection.execute(sa.update(passwords).where(_of(person)).values(**row)).rowcount:
        connection.execute(sa.insert(passwords), {"organisation": person.organisation, "person": person.id, **row})


def _of(person: Person) -> sa.ColumnElement[bool]:
    return sa.and_(passwords.c.organisation == person.organisation, passwords.c.person == person.id)
