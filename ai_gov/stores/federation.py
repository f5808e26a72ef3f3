"""組織のアカウントの保存: ways back that were used, and which account is whose (service.federation)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import Event
from ai_gov.people.model import Member, Person
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.tables import departments, oidc_states, oidc_subjects, persons


class FederationStore(RecordingStore):
    """組織のアカウントの保存: service.federation.FederationStore."""

    def by_mail(self, organisation: str, mail: str) -> list[Member]:
        """Those who have this mail address and have not left."""
        query = sa.select(persons.c.id).where(
            persons.c.organisation == organisation,
            sa.func.lower(persons.c.mail) == mail.lower(),
            persons.c.left_at.is_(None),
        )
        with self._database.read() as connection:
            ids = connection.scalars(query.order_by(persons.c.id)).all()
        found = [self.member(organisation, id_) for id_ in ids]
        return [member for member in found if member is not None]

    def departments(self, organisation: str) -> frozenset[str]:
        """The 所属コード of an organisation."""
        query = sa.select(departments.c.id).where(departments.c.organisation == organisation)
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def use_up(self, state: str, at: dt.datetime, until: dt.datetime) -> bool:
        """Whether this state comes back for the first time; those that are over by now go."""
        with self._database.write() as connection:
            self._database.lock(connection, "oidc")
            connection.execute(sa.delete(oidc_states).where(oidc_states.c.until < timestamp(at)))
            if connection.execute(sa.select(oidc_states.c.state).where(oidc_states.c.state == state)).first():
                return False
            connection.execute(sa.insert(oidc_states), {"state": state, "until": timestamp(until)})
        return True

    def linked(self, issuer: str, subject: str) -> tuple[str, str] | None:
        """To whom (団体, 職員番号) a subject of the provider belongs."""
        query = sa.select(oidc_subjects.c.organisation, oidc_subjects.c.person).where(
            oidc_subjects.c.issuer == issuer, oidc_subjects.c.subject == subject
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.organisation, row.person)

    def subject_of(self, issuer: str, person: Person) -> str | None:
        """The subject that a person belongs to."""
        query = sa.select(oidc_subjects.c.subject).where(oidc_subjects.c.issuer == issuer, _of(person))
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def link(self, issuer: str, subject: str, person: Person, event: Event) -> bool:
        """Bind the two for good; whether neither was bound yet."""
        row = {
            "issuer": issuer,
            "subject": subject,
            "organisation": person.organisation,
            "person": person.id,
            "linked_at": timestamp(event.at),
        }
        taken = sa.select(oidc_subjects.c.subject).where(
            oidc_subjects.c.issuer == issuer, sa.or_(oidc_subjects.c.subject == subject, _of(person))
        )
        with self._database.write() as connection:
            self._database.lock(connection, "oidc")
            if connection.execute(taken).first():
                return False
            connection.execute(sa.insert(oidc_subjects), row)
            self._append(connection, event)
        return True

    def unlink(self, person: Person, event: Event) -> bool:
        """Loose every account of a person; whether there was one."""
        with self._database.write() as connection:
            if not connection.execute(sa.delete(oidc_subjects).where(_of(person))).rowcount:
                return False
            self._append(connection, event)
        return True


def _of(person: Person) -> sa.ColumnElement[bool]:
    return sa.and_(oidc_subjects.c.organisation == person.organisation, oidc_subjects.c.person == person.id)
