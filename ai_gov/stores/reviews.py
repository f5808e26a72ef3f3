"""確認の保存: reviews, their sealed texts and what was released, each change with its entry in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from ai_gov.audit.event import timestamp
from ai_gov.model import Event
from ai_gov.people.model import Member, Role
from ai_gov.review.content import Content, decode, encode
from ai_gov.review.record import Review, Who
from ai_gov.review.released import Release
from ai_gov.review.states import HOLDS_TEXT, ReviewState
from ai_gov.service.ports import Keys
from ai_gov.service.review_ports import Change
from ai_gov.stores import held
from ai_gov.stores.engine import Database
from ai_gov.stores.peoplestore import PeopleStore
from ai_gov.stores.recording import RecordingStore
from ai_gov.stores.reviewrows import pack, release_of, release_row, review_of, review_row, unpack
from ai_gov.stores.reviewtables import release_digests, releases, reviews
from ai_gov.stores.tables import departments, entries, grants, organisations

TEXT, FILES, KEY = "text", "files", "key"
_DESTROYED = {"wrapped_key": None, "sealed": None, "files": None}


class Reviews(RecordingStore):
    """確認の保存: service.review_ports.ReviewStore."""

    def __init__(self, database: Database, people: PeopleStore, *, instance: str, keys: Keys) -> None:
        super().__init__(database, people, instance=instance)
        self._keys = keys

    def reviewers(self, organisation: str, department: str, on: dt.date) -> list[Member]:
        """Everybody who may review for a department on a day."""
        query = (
            sa.select(grants.c.organisation, grants.c.person)
            .where(grants.c.role == Role.REVIEWER.value, grants.c.scope_organisation == organisation)
            .where(grants.c.scope_department.in_(["", department]))
            .distinct()
            .order_by(grants.c.organisation, grants.c.person)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        found = [self._people.member(row.organisation, row.person) for row in rows]
        return [item for item in found if item and item.has(Role.REVIEWER, organisation, department, on=on)]

    def names(self, organisation: str, department: str) -> tuple[str, str]:
        """The names of a 団体 and a 所属; their codes where there are none."""
        of_organisation = sa.select(organisations.c.name).where(organisations.c.id == organisation)
        of_department = sa.select(departments.c.name).where(
            departments.c.organisation == organisation, departments.c.id == department
        )
        with self._database.read() as connection:
            whole, section = connection.scalar(of_organisation), connection.scalar(of_department)
        return whole or organisation, section or department

    def asker(self, exchange: str) -> Who | None:
        """Who made the request of a record."""
        query = sa.select(entries.c.organisation, entries.c.actor).where(
            entries.c.exchange == exchange, entries.c.kind == "decided"
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else Who(row.organisation, row.actor)

    def add(self, review: Review, content: Content, event: Event) -> None:
        """A new one, its text sealed under a new key."""
        key = held.new_key()
        sealed = {
            "wrapped_key": held.seal(self._wrapping(review), key, record=review.id, part=KEY),
            "sealed": held.seal(key, encode(content), record=review.id, part=TEXT),
        }
        with self._database.write() as connection:
            connection.execute(sa.insert(reviews), {**review_row(review), **sealed})
            self._append(connection, event)

    def change(self, change: Change) -> bool:
        """Whether ``before`` was still what is there."""
        before, after = change.before, change.after
        row = review_row(after)
        if after.state not in HOLDS_TEXT:
            row |= _DESTROYED
        elif change.content is not None or change.files is not None:
            key = self._key(before)
            if change.content is not None:
                row["sealed"] = held.seal(key, encode(change.content), record=after.id, part=TEXT)
            if change.files is not None:
                packed = pack(change.files) if change.files else None
                row["files"] = packed and held.seal(key, packed, record=after.id, part=FILES)
        where = sa.and_(reviews.c.id == before.id, reviews.c.version == before.version)
        with self._database.write() as connection:
            if connection.execute(sa.update(reviews).where(where).values(**row)).rowcount != 1:
                return False
            if change.release is not None:
                _keep(connection, change.release)
            self._append(connection, change.event)
        return True

    def review(self, id_: str) -> Review | None:
        """One review."""
        row = self._row(id_)
        return None if row is None else review_of(row)

    def content(self, review: Review) -> Content | None:
        """Its text; none once it was destroyed."""
        row = self._row(review.id)
        if row is None or row.wrapped_key is None:
            return None
        return decode(held.open_(self._unwrap(row), bytes(row.sealed), record=row.id, part=TEXT))

    def files(self, review: Review) -> Mapping[str, bytes]:
        """The files that were made when it was approved."""
        row = self._row(review.id)
        if row is None or row.wrapped_key is None or row.files is None:
            return {}
        return unpack(held.open_(self._unwrap(row), bytes(row.files), record=row.id, part=FILES))

    def of_author(self, who: Who, limit: int) -> list[Review]:
        """The newest of an author."""
        return self._found(
            sa.select(reviews)
            .where(reviews.c.organisation == who.organisation, reviews.c.author == who.person)
            .order_by(reviews.c.id.desc())
            .limit(limit)
        )

    def in_states(self, organisation: str, departments: Collection[str], states: Sequence[ReviewState]) -> list[Review]:
        """Those of departments (all of the organisation where none is named), oldest due first."""
        query = sa.select(reviews).where(
            reviews.c.organisation == organisation, reviews.c.state.in_([state.value for state in states])
        )
        if departments:
            query = query.where(reviews.c.department.in_(sorted(departments)))
        return self._found(query.order_by(reviews.c.due_at, reviews.c.id))

    def expired(self, now: dt.datetime, limit: int) -> list[Review]:
        """Those whose text may rest no longer."""
        return self._found(
            sa.select(reviews)
            .where(reviews.c.expires_at <= timestamp(now), reviews.c.state.in_([state.value for state in HOLDS_TEXT]))
            .order_by(reviews.c.expires_at)
            .limit(limit)
        )

    def release(self, id_: str) -> Release | None:
        """A release by its id."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(releases).where(releases.c.id == id_)).first()
        return None if row is None else release_of(row)

    def releases(self, organisation: str = "") -> list[Release]:
        """Every release (of one organisation), oldest first."""
        query = sa.select(releases).order_by(releases.c.released_at, releases.c.id)
        if organisation:
            query = query.where(releases.c.organisation == organisation)
        with self._database.read() as connection:
            return [release_of(row) for row in connection.execute(query)]

    def released_as(self, sha256: str) -> list[tuple[Release, str]]:
        """Releases in which a file of this digest was released, with the kind of the file."""
        query = (
            sa.select(releases, release_digests.c.kind)
            .join(release_digests, release_digests.c.release == releases.c.id)
            .where(release_digests.c.sha256 == sha256)
            .order_by(releases.c.released_at, release_digests.c.kind)
        )
        with self._database.read() as connection:
            return [(release_of(row), row.kind) for row in connection.execute(query)]

    def _found(self, query: sa.Select[Any]) -> list[Review]:
        with self._database.read() as connection:
            return [review_of(row) for row in connection.execute(query)]

    def _row(self, id_: str) -> sa.Row[Any] | None:
        with self._database.read() as connection:
            return connection.execute(sa.select(reviews).where(reviews.c.id == id_)).first()

    def _key(self, review: Review) -> bytes:
        row = self._row(review.id)
        if row is None or row.wrapped_key is None:  # gone meanwhile: the compare-and-set will say so
            return held.new_key()
        return self._unwrap(row)

    def _unwrap(self, row: Any) -> bytes:
        return held.open_(
            self._keys.hmac_key(held.PURPOSE, row.organisation), bytes(row.wrapped_key), record=row.id, part=KEY
        )

    def _wrapping(self, review: Review) -> bytes:
        return self._keys.hmac_key(held.PURPOSE, review.organisation)


def _keep(connection: sa.Connection, release: Release) -> None:
    row = release_row(release)
    if connection.execute(sa.update(releases).where(releases.c.id == release.id).values(**row)).rowcount:
        return
    connection.execute(sa.insert(releases), row)
    digests = [{"sha256": value, "release": release.id, "kind": kind} for kind, value in release.digests.items()]
    if digests:
        connection.execute(sa.insert(release_digests), digests)
