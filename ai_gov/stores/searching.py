"""検索する: the newest uses first, a page at a time, from the index; and those that hold a token of a resident."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from ai_gov.audit import facets, search
from ai_gov.audit.event import COLUMNS, timestamp
from ai_gov.audit.usage import DAY, PERSON, Place
from ai_gov.stores.engine import Database
from ai_gov.stores.entry import Entry, readable
from ai_gov.stores.searchindex import PARAMETERS, SearchIndex, usage_of
from ai_gov.stores.searchtables import usage_counts
from ai_gov.stores.searchterms import candidates, span
from ai_gov.stores.tables import entries, tokens

CHUNK: Final = 200
MOST: Final = 3200
"""Candidates looked at in one go, at first and at most."""


@dataclass(frozen=True, slots=True)
class Hit:
    """該当: the entry that was found and every entry of its exchange, oldest first."""

    position: int
    entries: tuple[Entry, ...] = field(repr=False)
    tokens: frozenset[str] = field(default=frozenset(), repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """検索結果の1ページ. ``before``: give it back for the next page; none where this was the last."""

    hits: tuple[Hit, ...]
    before: int | None = None


class LogSearch:
    """検索係: service.audit.LogPort."""

    def __init__(self, database: Database, index: SearchIndex) -> None:
        self._database = database
        self._index = index

    def catch_up(self) -> int:
        """Let a search see every entry that is in the tree. Returns how many were missing."""
        return self._index.catch_up()

    def find(self, query: search.Query, *, now: dt.datetime, before: int | None = None, limit: int = 50) -> Page:
        """The newest uses that a query asks for. Each exchange is found once: by its decision where that fits."""
        with self._database.read() as connection:
            if query.record:
                return _record(connection, query)
            hits: list[Any] = []
            for row in _candidates(connection, query, now, before, limit):
                if len(hits) == limit:
                    return Page(_hits(connection, hits), hits[-1].position)
                hits.append(row)
            return Page(_hits(connection, hits))

    def facets(self, query: search.Query, *, now: dt.datetime, most: int) -> facets.Facets:
        """内訳: of the newest uses that a query asks for, no more than so many of them."""
        with self._database.read() as connection:
            if query.record:
                return facets.Facets()
            rows = list(itertools.islice(_candidates(connection, query, now, None, most), most + 1))
            begun = _begun(connection, rows[:most])
        return facets.count(begun, complete=len(rows) <= most)

    def holding(
        self,
        wanted: Collection[str],
        organisation: str,
        *,
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> Page:
        """The newest entries of an organisation that hold one of the tokens, each with those it holds."""
        range_ = search.Query(since=since, until=until)
        query = (
            sa.select(entries.c.position, entries.c.exchange, entries.c.at)
            .where(
                entries.c.position.in_(sa.select(tokens.c.entry).where(tokens.c.token.in_(list(wanted)))),
                entries.c.organisation == organisation,
            )
            .order_by(entries.c.position.desc())
        )
        if before is not None:
            query = query.where(entries.c.position < before)
        with self._database.read() as connection:
            rows = [row for row in connection.execute(query) if search.admits(range_, row.at, ())]
            more, rows = len(rows) > limit, rows[:limit]
            held: dict[int, set[str]] = {row.position: set() for row in rows}
            of = sa.select(tokens).where(tokens.c.entry.in_(list(held)), tokens.c.token.in_(list(wanted)))
            for row in connection.execute(of):
                held[row.entry].add(row.token)
            hits = [Hit(hit.position, hit.entries, frozenset(held[hit.position])) for hit in _hits(connection, rows)]
        return Page(tuple(hits), rows[-1].position if more else None)

    def of_kind(
        self,
        kind: str,
        *,
        organisations: Collection[str] = (),
        since: dt.datetime | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Entry]:
        """The newest entries of a kind, or of ``search.CHANGE``. ``before``: the position of the last one seen."""
        with self._database.read() as connection:
            wanted = search.kind_terms(kind, organisations)
            query = candidates(connection, wanted, before=before, limit=limit)
            if since is not None:
                query = query.where(entries.c.at >= timestamp(since))
            return [_entry(row) for row in connection.execute(query)]

    def after(self, seq: int, limit: int = 1000) -> list[Entry]:
        """Entries of the tree that come after one, in their order."""
        query = sa.select(entries).where(entries.c.seq > seq).order_by(entries.c.seq).limit(limit)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def figures(self, since: str, until: str, organisations: Collection[str] = ()) -> Iterator[tuple[Place, int]]:
        """集計: the figures from an hour on, before another (``2026-04`` is before every hour of that month)."""
        query = sa.select(usage_counts).where(usage_counts.c.hour >= since, usage_counts.c.hour < until)
        if organisations:
            query = query.where(usage_counts.c.organisation.in_(list(organisations)))
        with self._database.read() as connection:
            for row in connection.execute(query):
                yield Place(row.organisation, row.department, row.hour, row.dimension, row.value), row.amount

    def summed(
        self, since: str, until: str, organisations: Collection[str] = (), *, over: int = DAY
    ) -> Iterator[tuple[Place, int]]:
        """集計の合計: the same, added up in the database as far as a report tells it apart.

        Uses by department and hour of the day, actions over time (``over``: the characters of a day or of a month),
        people by their organisation, everything else by its value alone.
        """
        kept = usage_counts.c
        by_who = kept.dimension.in_(("uses", PERSON))
        moment = sa.case(
            (kept.dimension == "uses", sa.func.substr(kept.hour, DAY + 2, 2)),
            (kept.dimension == "action", sa.func.substr(kept.hour, 1, over)),
            else_="",
        )
        part = sa.select(
            sa.case((by_who, kept.organisation), else_="").label("organisation"),
            sa.case((kept.dimension == "uses", kept.department), else_="").label("department"),
            moment.label("moment"),
            kept.dimension,
            kept.value,
            kept.amount,
        ).where(kept.hour >= since, kept.hour < until)
        if organisations:
            part = part.where(kept.organisation.in_(list(organisations)))
        rows = part.subquery().c
        keys = (rows.organisation, rows.department, rows.moment, rows.dimension, rows.value)
        query = sa.select(*keys, sa.cast(sa.func.sum(rows.amount), sa.BigInteger)).group_by(*keys)
        with self._database.read() as connection:
            for organisation, department, time, dimension, value, amount in connection.execute(query):
                hour = f"{since}-01T{time}" if dimension == "uses" else time or since
                yield Place(organisation, department, hour, dimension, value), amount

    def recount(
        self, since: dt.datetime, until: dt.datetime, organisations: Collection[str] = ()
    ) -> Iterator[tuple[Place, int]]:
        """数え直す: the same figures from the records themselves, which takes a while for many of them."""
        query = (
            sa.select(entries)
            .where(entries.c.at >= timestamp(since), entries.c.at < timestamp(until))
            .order_by(entries.c.at)
        )
        if organisations:
            query = query.where(entries.c.organisation.in_(list(organisations)))
        with self._database.read() as connection:
            for rows in connection.execution_options(yield_per=1000).execute(query).partitions():
                yield from usage_of(connection, rows).items()


def _candidates(
    connection: sa.Connection, query: search.Query, now: dt.datetime, before: int | None, limit: int
) -> Iterator[Any]:
    wanted, earliest = search.terms(query, now), 0
    if wanted.times:
        found = span(connection, wanted.times)
        if found is None:
            return
        earliest, last = found
        before = last + 1 if before is None else min(before, last + 1)
    size = max(CHUNK, limit + 1) if query.text or query.since or query.until else limit + 1
    while True:
        rows = connection.execute(candidates(connection, wanted, before=before, since=earliest, limit=size)).all()
        seen = _seen(connection, query, rows)
        for row in rows:
            first = row.exchange not in seen or row.kind in search.ANCHORS
            if first and search.admits(query, row.at, search.texts(readable(row.text)) if query.text else ()):
                yield row
        if len(rows) < size:
            return
        before = rows[-1].position
        size = min(size * 4, MOST)  # words whose pairs are common elsewhere need more of them


def _seen(connection: sa.Connection, query: search.Query, rows: Sequence[Any]) -> set[str]:
    """Exchanges whose answer was found and whose decision fits as well, on this page or a later one."""
    if not query.text:
        return set()
    answers = [row.exchange for row in rows if row.kind == search.OUTCOME]
    decided = sa.select(entries).where(entries.c.exchange.in_(answers), entries.c.kind == "decided")
    return {
        row.exchange
        for row in (connection.execute(decided) if answers else ())
        if (not query.outcome or row.outcome == query.outcome)
        and search.admits(query, row.at, search.texts(readable(row.text)))
    }


def _begun(connection: sa.Connection, rows: Sequence[Any]) -> list[tuple[dict[str, str], set[str]]]:
    """The columns of each use's beginning, and the types found in it; of an answer that was found, its decision."""
    ends = [row.exchange for row in rows if row.kind == search.OUTCOME]
    decided: dict[str, Any] = {}
    for start in range(0, len(ends), PARAMETERS):
        query = sa.select(entries).where(entries.c.exchange.in_(ends[start : start + PARAMETERS]))
        decided |= {row.exchange: row for row in connection.execute(query.where(entries.c.kind == "decided"))}
    begun = [decided.get(row.exchange, row) if row.kind == search.OUTCOME else row for row in rows]
    return [({name: getattr(row, name) for name in COLUMNS}, search.finding_types(readable(row.text))) for row in begun]


def _record(connection: sa.Connection, query: search.Query) -> Page:
    exchange = sa.select(entries.c.exchange).where(entries.c.id == query.record, entries.c.exchange != "")
    found = sa.or_(entries.c.exchange == query.record, entries.c.exchange.in_(exchange), entries.c.id == query.record)
    rows = connection.execute(sa.select(entries).where(found).order_by(entries.c.position)).all()
    rows = [row for row in rows if not query.organisations or row.organisation in query.organisations]
    if not rows:
        return Page(())
    return Page((Hit(rows[0].position, tuple(_entry(row) for row in rows)),))


def _hits(connection: sa.Connection, rows: Sequence[Any]) -> tuple[Hit, ...]:
    of: dict[str, list[Entry]] = {}
    exchanges = [row.exchange for row in rows if row.exchange]
    for start in range(0, len(exchanges), PARAMETERS):
        some = exchanges[start : start + PARAMETERS]
        query = sa.select(entries).where(entries.c.exchange.in_(some)).order_by(entries.c.position)
        for row in connection.execute(query):
            of.setdefault(row.exchange, []).append(_entry(row))
    alone = [row.position for row in rows if not row.exchange]
    single = (
        {
            row.position: _entry(row)
            for row in connection.execute(sa.select(entries).where(entries.c.position.in_(alone)))
        }
        if alone
        else {}
    )
    return tuple(
        Hit(row.position, tuple(of[row.exchange]) if row.exchange else (single[row.position],)) for row in rows
    )


def _entry(row: Any) -> Entry:
    return Entry(row.position, row.id, row.seq, {name: getattr(row, name) for name in COLUMNS}, readable(row.text))
