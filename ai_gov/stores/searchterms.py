"""索引の語の保管: the same few operations on FTS5 (SQLite) and on an array with a GIN index (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ai_gov.audit.search import SIGN, TIME, Terms
from ai_gov.stores.searchtables import FTS, search_docs, search_spans
from ai_gov.stores.tables import entries

MERGE_PAGES = 200
"""How much of FTS5's index is merged in one transaction (pages): writers wait some 25 ms at most."""


class TermStore(Protocol):
    """索引: one for each kind of database; all of it within the caller's transaction."""

    def add(self, connection: sa.Connection, docs: Mapping[int, Iterable[str]]) -> None:
        """Let entries (by position) be found by terms."""
        ...

    def forget(self, connection: sa.Connection, texts: Mapping[int, Iterable[str]]) -> list[int]:
        """Take entries out of the index. ``texts``: the terms of each entry's text. Returns which were in it."""
        ...

    def clear(self, connection: sa.Connection) -> None:
        """Forget everything."""
        ...

    def merge(self, connection: sa.Connection, *, first: bool) -> bool:
        """Do some of the work after which no byte of what was forgotten is left. Whether there is more to do."""
        ...

    def newest(self, wanted: Terms, before: int | None, limit: int, *, since: int = 0) -> sa.Select[Any]:
        """The positions of the newest entries that have the terms, at most ``limit``, before a position."""
        ...


def candidates(
    connection: sa.Connection, wanted: Terms, *, before: int | None = None, since: int = 0, limit: int
) -> sa.Select[Any]:
    """Those entries, newest first. They are picked in the index before any of them is fetched.

    ``since``, ``before``: positions, the first included.
    """
    found = term_store(connection).newest(wanted, before, limit, since=since).subquery()
    return sa.select(entries).join(found, found.c.position == entries.c.position).order_by(entries.c.position.desc())


def span(connection: sa.Connection, times: Iterable[str]) -> tuple[int, int] | None:
    """期間の範囲: the first and the last position of entries that have one of these terms, if any."""
    kept = search_spans.c
    query = sa.select(sa.func.min(kept.first), sa.func.max(kept.last)).where(kept.term.in_(list(times)))
    first, last = connection.execute(query).one()
    return None if first is None else (first, last)


def widen(connection: sa.Connection, docs: Mapping[int, Iterable[str]]) -> None:
    """Let the spans of days and months take in these entries."""
    found: dict[str, tuple[int, int]] = {}
    for position, terms in docs.items():
        for term in terms:
            if term.startswith(TIME):
                first, last = found.get(term, (position, position))
                found[term] = min(first, position), max(last, position)
    if not found:
        return
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    new = insert(search_spans)
    least, most = (
        (sa.func.min, sa.func.max) if connection.dialect.name == "sqlite" else (sa.func.least, sa.func.greatest)
    )
    kept, more = search_spans.c, new.excluded
    wider = {"first": least(kept.first, more.first), "last": most(kept.last, more.last)}
    rows = [{"term": term, "first": first, "last": last} for term, (first, last) in sorted(found.items())]
    connection.execute(new.on_conflict_do_update(index_elements=[kept.term], set_=wider), rows)


def term_store(connection: sa.Connection) -> TermStore:
    """The one for this database."""
    return Fts() if connection.dialect.name == "sqlite" else Arrays()


class Fts:
    """FTS5: terms with blanks between them in a table without content."""

    def add(self, connection: sa.Connection, docs: Mapping[int, Iterable[str]]) -> None:
        """See TermStore."""
        rows, kept = [], []
        for position, terms in docs.items():
            words = list(terms)
            rows.append({"rowid": position, "terms": " ".join(words)})
            facets = " ".join(sorted(word for word in words if word.startswith(SIGN)))
            kept.append({"position": position, "terms": facets})
        if rows:
            connection.exec_driver_sql(_FTS_INSERT, rows)
            connection.exec_driver_sql(_KEEP, kept)

    def forget(self, connection: sa.Connection, texts: Mapping[int, Iterable[str]]) -> list[int]:
        """See TermStore. FTS5 is told exactly the terms it was given."""
        found = connection.execute(sa.select(search_docs).where(search_docs.c.position.in_(list(texts)))).all()
        if found:
            connection.execute(
                _FTS_DELETE,
                [{"rowid": row.position, "terms": " ".join([row.terms, *texts[row.position]])} for row in found],
            )
            connection.execute(
                sa.delete(search_docs).where(search_docs.c.position.in_([row.position for row in found]))
            )
        return [row.position for row in found]

    def clear(self, connection: sa.Connection) -> None:
        """See TermStore."""
        connection.exec_driver_sql(f"INSERT INTO {FTS} ({FTS}) VALUES ('delete-all')")  # noqa: S608 - a constant
        connection.execute(sa.delete(search_docs))

    def merge(self, connection: sa.Connection, *, first: bool) -> bool:
        """See TermStore. A negative number begins to merge everything into one, which drops what was deleted."""
        before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        connection.execute(_FTS_MERGE, {"pages": -MERGE_PAGES if first else MERGE_PAGES})
        after = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
        return int(after - before) >= 2  # FTS5's documented sign that it did something

    def newest(self, wanted: Terms, before: int | None, limit: int, *, since: int = 0) -> sa.Select[Any]:
        """See TermStore."""
        groups = [f'"{term}"' for term in wanted.all]
        groups += ["(" + " OR ".join(f'"{term}"' for term in group) + ")" for group in wanted.any]
        query = sa.select(_FTS.c.rowid.label("position")).where(
            sa.literal_column(FTS).op("MATCH")(sa.bindparam("terms", " AND ".join(groups)))
        )
        if before is not None:
            query = query.where(_FTS.c.rowid < before)
        if since:
            query = query.where(_FTS.c.rowid >= since)
        return query.order_by(_FTS.c.rowid.desc()).limit(limit)


_FTS = sa.table(FTS, sa.column("rowid"), sa.column("terms"))
_FTS_INSERT = f"INSERT INTO {FTS} (rowid, terms) VALUES (:rowid, :terms)"  # noqa: S608 - a constant
_KEEP = "INSERT INTO search_docs (position, terms) VALUES (:position, :terms)"
_FTS_DELETE = sa.text(
    f"INSERT INTO {FTS} ({FTS}, rowid, terms) VALUES ('delete', :rowid, :terms)"  # noqa: S608 - a constant
)
_FTS_MERGE = sa.text(f"INSERT INTO {FTS} ({FTS}, rank) VALUES ('merge', :pages)")  # noqa: S608 - a constant


class Arrays:
    """PostgreSQL: ``text[]`` with GIN, no extension."""

    def add(self, connection: sa.Connection, docs: Mapping[int, Iterable[str]]) -> None:
        """See TermStore."""
        if not docs:
            return
        driver: Any = connection.connection.driver_connection
        with driver.cursor().copy("COPY search_docs (position, terms) FROM STDIN") as copy:
            for position, terms in docs.items():
                copy.write_row((position, list(terms)))

    def forget(self, connection: sa.Connection, texts: Mapping[int, Iterable[str]]) -> list[int]:
        """See TermStore."""
        gone = sa.delete(search_docs).where(search_docs.c.position.in_(list(texts))).returning(search_docs.c.position)
        return list(connection.scalars(gone))

    def clear(self, connection: sa.Connection) -> None:
        """See TermStore."""
        connection.execute(sa.delete(search_docs))

    def merge(self, connection: sa.Connection, *, first: bool) -> bool:  # noqa: ARG002 - the same shape as FTS5's
        """See TermStore. Rows that were deleted leave the files with VACUUM, which the retention run does."""
        return False

    def newest(self, wanted: Terms, before: int | None, limit: int, *, since: int = 0) -> sa.Select[Any]:
        """See TermStore."""
        array = postgresql.ARRAY(sa.Text)
        column = sa.type_coerce(search_docs.c.terms, array)
        query = sa.select(search_docs.c.position)
        if wanted.all:
            query = query.where(column.contains(sa.cast(list(wanted.all), array)))
        for group in wanted.any:
            query = query.where(column.overlap(sa.cast(list(group), array)))
        if before is not None:
            query = query.where(search_docs.c.position < before)
        if since:
            query = query.where(search_docs.c.position >= since)
        return query.order_by(search_docs.c.position.desc()).limit(limit)
