"""人と鍵の台帳: reads of the personnel register. A key is looked up anew for every request, by its id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from ai_gov.model import Actor, japan_date
from ai_gov.people.keys import key_matches, parse_key
from ai_gov.people.model import ApiKey, Department, Grant, Member, Organisation, Person, Role, roles_in_force
from ai_gov.service.ports import Clock, Keys
from ai_gov.stores.engine import Database
from ai_gov.stores.tables import api_keys, departments, grants, organisations, persons

KEY_PURPOSE = "api-key"
"""The purpose for which the server's key of the register is derived (for no organisation)."""

"""Dates of terms of office are days in Japan."""


class PeopleStore:
    """台帳を引く: ports.People, and what the command line and the pages list."""

    def __init__(self, database: Database, *, keys: Keys, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._server_key = keys.hmac_key(KEY_PURPOSE, "")

    async def by_key(self, secret: str) -> Actor | None:
        """The actor of a key that is valid now, or none: two indexed reads, without a cache.

        Raises StoreFailed where the register can't be read (nobody is let in then).
        """
        return self.by_key_sync(secret)

    def by_key_sync(self, secret: str) -> Actor | None:
        """The same for callers without an event loop."""
        key = parse_key(secret)
        if key is None:
            return None
        with self._database.read() as connection:
            rows = connection.execute(_BY_KEY, {"key": key.id}).all()
        matches = key_matches(key, self._server_key, bytes(rows[0].digest) if rows else None)
        now = self._clock.now()
        if not matches or not _api_key(rows[0]).valid(now):
            return None
        today = japan_date(now)
        found = [row._mapping for row in rows]  # noqa: SLF001 - its documented name
        person = person_of(found[0], "person_")
        if not person.active(today):
            return None
        held = [grant_of(row, "grant_") for row in found if row["grant_id"] is not None]
        roles = roles_in_force(person, held, today)
        return Actor(
            person.id, person.organisation, person.department, frozenset(map(str, roles)), key.id, rows[0].default_use
        )

    def nobody(self) -> bool:
        """Whether no person is registered yet."""
        with self._database.read() as connection:
            return connection.execute(sa.select(persons.c.id).limit(1)).first() is None

    def organisations(self) -> list[Organisation]:
        """Every organisation, by id."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(organisations).order_by(organisations.c.id))
            return [Organisation(row.id, row.name) for row in rows]

    def departments(self, organisation: str) -> list[Department]:
        """Every department of an organisation, by id."""
        query = sa.select(departments).where(departments.c.organisation == organisation).order_by(departments.c.id)
        with self._database.read() as connection:
            return [Department(row.organisation, row.id, row.name) for row in connection.execute(query)]

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, also one who has left."""
        found = self._members(persons.c.organisation == organisation, persons.c.id == person)
        return found[0] if found else None

    def members(self, organisation: str, *, also_left: bool = False) -> list[Member]:
        """The people of an organisation, by id."""
        terms = [persons.c.organisation == organisation]
        return self._members(*terms, *([] if also_left else [persons.c.left_at.is_(None)]))

    def _members(self, *terms: sa.ColumnElement[bool]) -> list[Member]:
        query = sa.select(persons).where(*terms).order_by(persons.c.organisation, persons.c.id)
        held: dict[tuple[str, str], list[Grant]] = {}
        with self._database.read() as connection:
            people = connection.execute(query).mappings().all()
            join = sa.select(grants).join(
                persons, sa.and_(persons.c.organisation == grants.c.organisation, persons.c.id == grants.c.person)
            )
            for row in connection.execute(join.where(*terms).order_by(grants.c.id)).mappings():
                held.setdefault((row["organisation"], row["person"]), []).append(grant_of(row))
        return [Member(person_of(row), tuple(held.get((row["organisation"], row["id"]), ()))) for row in people]

    def keys(self, organisation: str, person: str | None = None) -> Sequence[ApiKey]:
        """The keys of an organisation or of one person, newest first; never the keys themselves."""
        query = sa.select(api_keys).where(api_keys.c.organisation == organisation)
        if person is not None:
            query = query.where(api_keys.c.person == person)
        with self._database.read() as connection:
            return [_api_key(row) for row in connection.execute(query.order_by(api_keys.c.created_at.desc()))]

    def key(self, key_id: str) -> ApiKey | None:
        """What is known of a key."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(api_keys).where(api_keys.c.id == key_id)).first()
        return None if row is None else _api_key(row)


_BY_KEY = (
    sa.select(
        api_keys,
        *(column.label(f"person_{column.name}") for column in persons.c),
        *(column.label(f"grant_{column.name}") for column in grants.c),
    )
    .join(persons, sa.and_(persons.c.organisation == api_keys.c.organisation, persons.c.id == api_keys.c.person))
    .outerjoin(grants, sa.and_(grants.c.organisation == persons.c.organisation, grants.c.person == persons.c.id))
    .where(api_keys.c.id == sa.bindparam("key"))
)


def person_of(row: sa.RowMapping, prefix: str = "") -> Person:
    """The person of a row of ``persons``, its columns named with a prefix."""
    get = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
    return Person(
        get["organisation"],
        get["id"],
        get["department"],
        get["name"],
        get["mail"],
        date(get["valid_until"]),
        left=get["left_at"] is not None,
    )


def grant_of(row: sa.RowMapping, prefix: str = "") -> Grant:
    """The grant of a row of ``grants``, its columns named with a prefix."""
    get = {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
    return Grant(
        get["id"],
        get["organisation"],
        get["person"],
        Role(get["role"]),
        get["scope_organisation"],
        get["scope_department"],
        date(get["valid_from"]),
        date(get["valid_to"]),
        get["deputy_for"],
        bool(get["by_roster"]),
    )


def _api_key(row: Any) -> ApiKey:
    created, expires = moment(row.created_at), moment(row.expires_at)
    if created is None or expires is None:
        raise ValueError("a key without dates")
    return ApiKey(
        row.id, row.organisation, row.person, row.label, created, expires, moment(row.revoked_at), row.default_use
    )


def date(text: str | None) -> dt.date | None:
    """A day as the tables hold it."""
    return None if text is None else dt.date.fromisoformat(text)


def moment(text: str | None) -> dt.datetime | None:
    """A time as the tables hold it."""
    return None if text is None else dt.datetime.fromisoformat(text)
