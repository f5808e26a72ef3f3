"""検索の索引を作る: brings sequenced entries into the index and the figures, in the order of the tree.

Not in the transaction that makes an entry durable: that must cost no more than its commit. A thread of the server
follows the tree at a short distance, in small transactions, one process at a time; a search brings the rest in first,
so it sees every entry that is in the tree. Terms are worked out outside the transaction.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ai_gov.audit import search
from ai_gov.audit.event import COLUMNS
from ai_gov.audit.usage import PERSON, Place, Usage, observe
from ai_gov.model import Event
from ai_gov.service.background import Background
from ai_gov.stores.engine import Database
from ai_gov.stores.entry import readable
from ai_gov.stores.searchtables import search_spans, search_state, usage_counts
from ai_gov.stores.searchterms import term_store, widen
from ai_gov.stores.tables import entries

BATCH = 250
"""Entries in one transaction at most: writers wait some 50 ms then, and less where the index keeps up."""

STEP = 50
"""Entries in one transaction of the server's thread: some 10 ms."""

INTERVAL_S = 1.0
PARAMETERS = 500

Anchor = tuple[Mapping[str, str], Event | None]


class SearchIndex:
    """索引係: ``catch_up`` on demand, ``start`` for a thread that does it all the time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = Background("ai-gov-search", self._follow, failing="検索の索引を更新できません")

    def catch_up(self, progress: Callable[[int], None] = lambda _: None, *, most: int | None = None) -> int:
        """Bring in every entry that is in the tree by now, or about ``most``. Returns how many.

        ``progress`` hears of each batch.
        """
        done = 0
        while not self._thread.stopping and (most is None or done < most) and (batch := self._next(BATCH)) is not None:
            if self._write(batch):
                done += len(batch.rows)
                progress(len(batch.rows))
        return done

    def waiting(self) -> int:
        """How many entries of the tree are not in the index yet."""
        with self._database.read() as connection:
            top = connection.execute(sa.select(sa.func.max(entries.c.seq))).scalar()
            return max((top if top is not None else -1) + 1 - _size(connection), 0)

    def start(self, interval_s: float = INTERVAL_S) -> None:
        """Do it in a thread until ``stop``."""
        self._thread.start(interval_s)

    def stop(self) -> None:
        """Stop the thread."""
        self._thread.stop()

    def rebuild(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """索引の作り直し: index and figures anew from the records, as after a change of how they are made.

        Figures of records that were deleted are lost with it. Returns how many entries were brought in.
        """
        with self._database.write() as connection:
            self._database.lock(connection, "search")
            term_store(connection).clear(connection)
            connection.execute(sa.delete(usage_counts))
            connection.execute(sa.delete(search_spans))
            connection.execute(sa.update(search_state).values(size=0))
        return self.catch_up(progress)

    def compact(self) -> int:
        """Let no byte of what was forgotten stay in the index, in small transactions. Returns how many it took."""
        steps, more = 0, True
        while more:
            with self._database.write() as connection:
                more = term_store(connection).merge(connection, first=steps == 0)
            steps += 1
        return steps

    def _follow(self) -> None:
        """Catch up in small steps, at work no more than half of the time: requests come first."""
        while True:
            began = time.monotonic()
            batch = self._next(STEP)
            if batch is None:
                return
            self._write(batch)
            if self._thread.rest(time.monotonic() - began):
                return

    def _next(self, most: int) -> _Batch | None:
        with self._database.read() as connection:
            size = _size(connection)
            query = sa.select(entries).where(entries.c.seq >= size, entries.c.seq < size + most)
            rows = connection.execute(query.order_by(entries.c.seq)).all()
            if not rows:
                return None
            anchors = _anchors(connection, [row.exchange for row in rows if row.kind == search.OUTCOME])
        return _prepare(size, rows, anchors)

    def _write(self, batch: _Batch) -> bool:
        """Whether it was ours to write: another process may have been quicker."""
        with self._database.write() as connection:
            self._database.lock(connection, "search")
            moved = (
                sa.update(search_state)
                .where(search_state.c.id == 1, search_state.c.size == batch.size)
                .values(size=batch.size + len(batch.rows))
            )
            if connection.execute(moved).rowcount != 1:
                return False
            gone = set(
                connection.scalars(
                    sa.select(entries.c.position).where(
                        entries.c.position.in_([row.position for row in batch.rows]), entries.c.deleted.is_(True)
                    )
                )
            )
            docs = {
                row.position: batch.facets[row.position]
                | (set() if row.position in gone else batch.words[row.position])
                for row in batch.rows
            }
            term_store(connection).add(connection, docs)
            widen(connection, docs)
            add_usage(connection, batch.usage)
        return True


@dataclass(frozen=True, slots=True)
class _Batch:
    size: int
    rows: Sequence[Any] = field(repr=False)
    facets: dict[int, set[str]] = field(repr=False)
    words: dict[int, set[str]] = field(repr=False)
    usage: Usage = field(repr=False)


def forget_text(connection: sa.Connection, database: Database, positions: Iterable[int]) -> None:
    """文章を索引から除く: to be called in the transaction that deletes the texts, before it does.

    What stays is findable by the columns that stay. Afterwards ``SearchIndex.compact`` must run once, or bytes of the
    pairs of characters stay in the files.
    """
    database.lock(connection, "search")
    wanted = list(positions)
    for start in range(0, len(wanted), PARAMETERS):
        some = wanted[start : start + PARAMETERS]
        rows = connection.execute(sa.select(entries).where(entries.c.position.in_(some))).all()
        store = term_store(connection)
        texts = {row.position: sorted(search.text_terms(readable(row.text))) for row in rows}
        there = set(store.forget(connection, texts))
        kept = {row.position: search.facets(_columns(row), None, None) for row in rows if row.position in there}
        store.add(connection, kept)


def forget_rows(connection: sa.Connection, database: Database, positions: Iterable[int]) -> None:
    """記録を索引から除く: where text and columns go. To be called before they do, like ``forget_text``."""
    database.lock(connection, "search")
    wanted = list(positions)
    for start in range(0, len(wanted), PARAMETERS):
        some = wanted[start : start + PARAMETERS]
        rows = connection.execute(sa.select(entries.c.position, entries.c.text).where(entries.c.position.in_(some)))
        texts = {row.position: sorted(search.text_terms(readable(row.text))) for row in rows}
        term_store(connection).forget(connection, texts)


def forget_people(connection: sa.Connection, before_month: str) -> int:
    """利用者の数え分けを消す: of months before ``2026-04``; the other figures name nobody. Returns how many rows."""
    gone = sa.delete(usage_counts).where(usage_counts.c.dimension == PERSON, usage_counts.c.hour < before_month)
    return int(connection.execute(gone).rowcount)


def add_usage(connection: sa.Connection, usage: Usage) -> None:
    """Add figures to those that are there, in one order, so that two processes never wait for each other."""
    rows = [{**place._asdict(), "amount": amount} for place, amount in sorted(usage.items())]
    if not rows:
        return
    dialect = connection.dialect
    text = _ADD.get(dialect.name)
    if text is None:  # compiled once: Core would spend more on each row than the database
        insert = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
        new = insert(usage_counts).inline()
        more = {"amount": usage_counts.c.amount + new.excluded.amount}
        statement = new.on_conflict_do_update(index_elements=list(usage_counts.primary_key.columns), set_=more)
        text = _ADD[dialect.name] = str(statement.compile(dialect=dialect, column_keys=[*Place._fields, "amount"]))
    connection.exec_driver_sql(text, rows)


_ADD: dict[str, str] = {}


def _size(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(search_state.c.size)).scalar_one())


def _anchors(connection: sa.Connection, exchanges: Sequence[str]) -> dict[str, Anchor]:
    """The decision of each exchange."""
    found: dict[str, Anchor] = {}
    for start in range(0, len(exchanges), PARAMETERS):
        some = exchanges[start : start + PARAMETERS]
        query = sa.select(entries).where(entries.c.exchange.in_(some), entries.c.kind == "decided")
        for row in connection.execute(query):
            found[row.exchange] = (_columns(row), readable(row.text))
    return found


def usage_of(connection: sa.Connection, rows: Sequence[Any]) -> Usage:
    """集計: what entries count for."""
    anchors = _anchors(connection, [row.exchange for row in rows if row.kind == search.OUTCOME])
    usage = Usage()
    for row in rows:
        _count(usage, _columns(row), readable(row.text), anchors.get(row.exchange))
    return usage


def _count(usage: Usage, columns: Mapping[str, str], event: Event | None, anchor: Anchor | None) -> None:
    for place, amount in observe(columns, event, anchor[0]["destination"] if anchor else ""):
        usage[place] += amount


def _prepare(size: int, rows: Sequence[Any], anchors: Mapping[str, Anchor]) -> _Batch:
    batch = _Batch(size, rows, {}, {}, Usage())
    for row in rows:
        columns, event, anchor = _columns(row), readable(row.text), anchors.get(row.exchange)
        batch.facets[row.position] = search.facets(columns, event, anchor)
        batch.words[row.position] = search.text_terms(event)
        _count(batch.usage, columns, event, anchor)
    return batch


def _columns(row: Any) -> dict[str, str]:
    return {name: getattr(row, name) for name in COLUMNS}
