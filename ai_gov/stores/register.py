"""台帳の変更: people, roles and keys, each change together with its entry in one transaction.

The log learns who (the 職員番号) and what changed, never a name, an address or a key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import sqlalchemy as sa
import uuid_utils

from ai_gov.audit.event import timestamp
from ai_gov.errors import BadRequest, Conflict
from ai_gov.model import Event, Json, Step, japan_date
from ai_gov.people.keys import Key, key_digest, new_key
from ai_gov.people.model import ApiKey, Department, Grant, Member, Organisation, Person, Role, roles_in_force
from ai_gov.people.plan import Change, Plan, roster_grants
from ai_gov.service.ports import Clock, Keys
from ai_gov.stores.append import append, draft
from ai_gov.stores.engine import Database
from ai_gov.stores.peoplestore import KEY_PURPOSE, grant_of, person_of
from ai_gov.stores.tables import api_keys, departments, grants, organisations, persons

KEY_DAYS = 365
"""How long a key is valid where nothing else is said."""


class Register:
    """台帳: ``actor`` is who changes it, as the log will name it."""

    def __init__(self, database: Database, *, instance: str, keys: Keys, clock: Clock) -> None:
        self._database = database
        self._instance = instance
        self._server_key = keys.hmac_key(KEY_PURPOSE, "")
        self._clock = clock

    def set_organisation(self, organisation: Organisation, *, actor: str) -> None:
        """団体を登録する, or rename it."""
        with self._database.write() as connection:
            self._set_organisation(connection, organisation, actor)

    def set_department(self, department: Department, *, actor: str) -> None:
        """所属を登録する, or rename it."""
        with self._database.write() as connection:
            self._set_department(connection, department, actor)

    def change(self, change: Change, *, actor: str) -> None:
        """One person's change (see ``people.plan``). Raises Conflict where nobody of IT staff would be left."""
        with self._database.write() as connection, self._managed(connection, change.after.organisation):
            self._change(connection, change, actor)

    def apply(self, plan: Plan, organisation: str, *, actor: str, progress: Callable[[], None] = lambda: None) -> None:
        """名簿の異動を適用する: all of a plan or nothing of it. Raises Conflict as ``change`` does."""
        with self._database.write() as connection, self._managed(connection, organisation):
            for key, name in plan.departments.items():
                self._set_department(connection, Department(organisation, key, name), actor)
            for change in plan.changes:
                self._change(connection, change, actor)
                progress()

    def leave(self, member: Member, *, actor: str) -> None:
        """異動・退職: the person's roles and keys end at once."""
        self.change(Change("left", member.person, replace(member.person, left=True)), actor=actor)

    def grant(self, grant: Grant, *, actor: str) -> Grant:
        """役割を付与する. The grant gets its id here."""
        grant = replace(grant, id=_new_id())
        with self._database.write() as connection:
            connection.execute(sa.insert(grants), _grant_row(grant))
            self._log(connection, "role_granted", grant.organisation, actor, _grant_data(grant))
        return grant

    def revoke_grant(self, grant: Grant, *, actor: str) -> None:
        """役割を外す. Raises Conflict as ``change`` does."""
        with self._database.write() as connection, self._managed(connection, grant.organisation):
            self._drop_grants(connection, [grant], actor, "revoked")

    def issue_key(
        self,
        person: Person,
        *,
        actor: str,
        label: str = "",
        default_use: str = "",
        days: int = KEY_DAYS,
    ) -> tuple[Key, ApiKey]:
        """APIキーを発行する. The key is returned this once and is nowhere else."""
        now = self._clock.now()
        key = new_key()
        issued = ApiKey(
            key.id, person.organisation, person.id, label, now, now + dt.timedelta(days=days), None, default_use
        )
        row = {
            "id": key.id,
            "digest": key_digest(key, self._server_key),
            "organisation": person.organisation,
            "person": person.id,
            "label": label,
            "default_use": default_use,
            "created_at": timestamp(issued.created_at),
            "expires_at": timestamp(issued.expires_at),
        }
        data = {"key": key.id, "person": person.id, "expires_at": row["expires_at"], "default_use": default_use}
        with self._database.write() as connection:
            connection.execute(sa.insert(api_keys), row)
            self._log(connection, "key_issued", person.organisation, actor, data)
        return key, issued

    def revoke_key(self, key: ApiKey, *, actor: str, reason: str = "revoked") -> None:
        """APIキーを無効にする, from the next request on. Raises BadRequest for one that is revoked already."""
        with self._database.write() as connection:
            if not self._revoke(connection, key.organisation, key.person, key.id, actor=actor, reason=reason):
                raise BadRequest(f"APIキー {key.id} はすでに無効です。")

    @contextmanager
    def _managed(self, connection: sa.Connection, organisation: str) -> Iterator[None]:
        """情報担当が残る: what is done within never takes the last person of IT staff away."""
        self._database.lock(connection, f"people:{organisation}")
        before = self._it_staff(connection, organisation)
        yield
        if before and not self._it_staff(connection, organisation):
            raise Conflict(
                "情報担当が1人もいなくなるため、できません。先に別の職員に情報担当の役割を付与してください。"
            )

    def _it_staff(self, connection: sa.Connection, organisation: str) -> set[str]:
        """Who manages people and rules of an organisation today."""
        same = sa.and_(persons.c.organisation == grants.c.organisation, persons.c.id == grants.c.person)
        columns = [column.label(f"grant_{column.name}") for column in grants.c]
        query = sa.select(persons, *columns).join(grants, same)
        query = query.where(grants.c.organisation == organisation, grants.c.role == Role.IT.value)
        today = self.today()
        return {
            row["id"]
            for row in connection.execute(query).mappings()
            if roles_in_force(person_of(row), [grant_of(row, "grant_")], today)
        }

    def _set_organisation(self, connection: sa.Connection, new: Organisation, actor: str) -> None:
        before = connection.execute(sa.select(organisations).where(organisations.c.id == new.id)).first()
        if before is None:
            connection.execute(sa.insert(organisations), {"id": new.id, "name": new.name})
        elif before.name == new.name:
            return
        else:
            connection.execute(sa.update(organisations).where(organisations.c.id == new.id).values(name=new.name))
        data = {"name": [before.name if before else None, new.name]}
        self._log(connection, "organisation_set", new.id, actor, data)

    def _set_department(self, connection: sa.Connection, new: Department, actor: str) -> None:
        at = sa.and_(departments.c.organisation == new.organisation, departments.c.id == new.id)
        before = connection.execute(sa.select(departments).where(at)).first()
        if before is None:
            row = {"organisation": new.organisation, "id": new.id, "name": new.name}
            connection.execute(sa.insert(departments), row)
        elif before.name == new.name:
            return
        else:
            connection.execute(sa.update(departments).where(at).values(name=new.name))
        data = {"department": new.id, "name": [before.name if before else None, new.name]}
        self._log(connection, "department_set", new.organisation, actor, data)

    def _change(self, connection: sa.Connection, change: Change, actor: str) -> None:
        person = change.after
        left_at = timestamp(self._clock.now()) if person.left else None
        row = {
            "department": person.department,
            "name": person.name,
            "mail": person.mail,
            "valid_until": person.valid_until.isoformat() if person.valid_until else None,
            "left_at": left_at,
        }
        if change.before is None:
            connection.execute(sa.insert(persons), {"organisation": person.organisation, "id": person.id, **row})
        else:
            at = sa.and_(persons.c.organisation == person.organisation, persons.c.id == person.id)
            connection.execute(sa.update(persons).where(at).values(**row))
        self._log(connection, f"person_{change.kind}", person.organisation, actor, change.data())
        self._settle(connection, change, actor)

    def _settle(self, connection: sa.Connection, change: Change, actor: str) -> None:
        """Roles and keys after a change: none for who left, the roster's for the others."""
        before, person = change.before, change.after
        if person.left:
            self._drop_grants(connection, self._grants(connection, person), actor, "left")
            for key in connection.scalars(_open_keys(person)).all():
                self._revoke(connection, person.organisation, person.id, key, actor=actor, reason="left")
            return
        if before is not None and before.department != person.department:
            old = [
                grant
                for grant in self._grants(connection, person)
                if not grant.by_roster
                and (grant.scope_organisation, grant.scope_department) == (before.organisation, before.department)
            ]
            self._drop_grants(connection, old, actor, "moved")
        if change.roles is None:
            return
        connection.execute(
            sa.delete(grants).where(
                grants.c.organisation == person.organisation, grants.c.person == person.id, grants.c.by_roster.is_(True)
            )
        )
        made = roster_grants(person, change.roles, (_new_id() for _ in change.roles))
        if made:
            connection.execute(sa.insert(grants), [_grant_row(grant) for grant in made])

    def _grants(self, connection: sa.Connection, person: Person) -> list[Grant]:
        query = sa.select(grants).where(grants.c.organisation == person.organisation, grants.c.person == person.id)
        return [grant_of(row) for row in connection.execute(query).mappings()]

    def _drop_grants(self, connection: sa.Connection, dropped: Iterable[Grant], actor: str, reason: str) -> None:
        for grant in dropped:
            if connection.execute(sa.delete(grants).where(grants.c.id == grant.id)).rowcount:
                data = {**_grant_data(grant), "reason": reason}
                self._log(connection, "role_revoked", grant.organisation, actor, data)

    def _revoke(
        self, connection: sa.Connection, organisation: str, person: str, key: str, *, actor: str, reason: str
    ) -> bool:
        now = timestamp(self._clock.now())
        at = sa.and_(api_keys.c.id == key, api_keys.c.revoked_at.is_(None))
        if not connection.execute(sa.update(api_keys).where(at).values(revoked_at=now)).rowcount:
            return False
        data = {"key": key, "person": person, "reason": reason}
        self._log(connection, "key_revoked", organisation, actor, data)
        return True

    def _log(self, connection: sa.Connection, kind: str, organisation: str, actor: str, data: dict[str, Json]) -> None:
        event = Event(kind, self._clock.now(), "", organisation, "", actor, data)
        append(connection, draft(Step(None, event)), instance=self._instance)

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self._clock.now())


def _open_keys(person: Person) -> sa.Select[str]:
    return sa.select(api_keys.c.id).where(
        api_keys.c.organisation == person.organisation,
        api_keys.c.person == person.id,
        api_keys.c.revoked_at.is_(None),
    )


def _grant_row(grant: Grant) -> dict[str, object]:
    return {
        "id": grant.id,
        "organisation": grant.organisation,
        "person": grant.person,
        "role": grant.role.value,
        "scope_organisation": grant.scope_organisation,
        "scope_department": grant.scope_department,
        "valid_from": grant.valid_from.isoformat() if grant.valid_from else None,
        "valid_to": grant.valid_to.isoformat() if grant.valid_to else None,
        "deputy_for": grant.deputy_for,
        "by_roster": grant.by_roster,
    }


def _grant_data(grant: Grant) -> dict[str, Json]:
    row = _grant_row(grant)
    return {name: row[name] for name in row if name not in ("organisation", "by_roster")}


def _new_id() -> str:
    return str(uuid_utils.uuid7())
