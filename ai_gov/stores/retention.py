"""保存期間の満了: removes texts and columns whose time is over, so that the tree still verifies and no byte is left.

Each batch takes texts, salts and search codes away and writes its own entry (``deleted``) in one transaction; the
leaf hash stays. What was deleted is then driven out of the files (``scrub``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import sqlalchemy as sa

from ai_gov.audit.event import COLUMNS, DELETED, deletion, timestamp
from ai_gov.audit.retention import HELD, LIFTED, Hold, Periods, holds_in_force, kept_since
from ai_gov.model import State, Step
from ai_gov.service.ports import Clock
from ai_gov.stores.append import append, draft
from ai_gov.stores.engine import Database
from ai_gov.stores.entry import readable
from ai_gov.stores.searchindex import SearchIndex, forget_people, forget_rows, forget_text
from ai_gov.stores.tables import entries, exchanges, tokens

BATCH: Final = 500
"""Entries deleted in one transaction."""

REASON: Final = "保存期間の満了"

Tier = Literal["text", "metadata", "raw"]
"""What goes: the text of requests; all that is left of any entry but id, time and leaf hash; raw texts (``raw``)."""


@dataclass(frozen=True, slots=True)
class Due:
    """満了分: how many entries of an organisation are due in a tier, and how many of them a hold keeps."""

    organisation: str
    tier: Tier
    before: str
    count: int
    held: int


class _Namer(NamedTuple):
    position: int
    first: str
    last: str


class Retention:
    """保存期間の係."""

    def __init__(self, database: Database, index: SearchIndex, *, instance: str, clock: Clock) -> None:
        self._database = database
        self._index = index
        self._instance = instance
        self._clock = clock

    def holds(self) -> list[Hold]:
        """The holds in force, oldest first."""
        query = sa.select(entries.c.id, entries.c.text).where(entries.c.kind.in_((HELD, LIFTED)))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(entries.c.position)).all()
        return holds_in_force((row.id, event) for row in rows if (event := readable(row.text)) is not None)

    def due(self, periods: Periods) -> list[Due]:
        """What is due now, without touching it."""
        holds = self.holds()
        found = []
        with self._database.read() as connection:
            for tier, before in self._cutoffs(periods):
                for organisation in connection.scalars(_organisations(before)).all():
                    terms = _due(tier, before, organisation)
                    count = _count(connection, terms)
                    held = count - _count(connection, [*terms, *_free(holds)])
                    found.append(Due(organisation, tier, before, count, held))
        return found

    def delete(
        self, periods: Periods, *, actor: str, reason: str = REASON, progress: Callable[[int], None] = lambda _: None
    ) -> int:
        """Delete what is due and not held. Returns how many entries; ``progress`` hears of each batch.

        ``scrub`` must follow, or bytes of what was deleted stay in the files.
        """
        holds, done = self.holds(), 0
        for tier, before in self._cutoffs(periods):
            with self._database.read() as connection:
                organisations = connection.scalars(_organisations(before)).all()
            for organisation in organisations:
                terms = [*_due(tier, before, organisation), *_free(holds)]
                for count in self._batches(tier, organisation, terms, actor, reason):
                    done += count
                    progress(count)
        month = kept_since(self._clock.now(), periods.metadata_years).strftime("%Y-%m")
        with self._database.write() as connection:
            forget_people(connection, month)
        return done

    def scrub(self) -> str:
        """Leave no byte of what was deleted in the files of the database. What is still to be done, if anything."""
        self._index.compact()
        return self._database.scrub(("entries", "tokens", "search_docs"))

    def _cutoffs(self, periods: Periods) -> list[tuple[Tier, str]]:
        now = self._clock.now()
        return [
            ("metadata", timestamp(kept_since(now, periods.metadata_years))),
            ("text", timestamp(kept_since(now, periods.text_years))),
        ]

    def _batches(
        self, tier: Tier, organisation: str, terms: Sequence[sa.ColumnElement[bool]], actor: str, reason: str
    ) -> Iterator[int]:
        namers = self._namers() if tier == "metadata" else []
        after = -1
        while True:
            with self._database.write() as connection:
                self._database.lock(connection, "retention")
                query = sa.select(entries).where(*terms, entries.c.seq > after).order_by(entries.c.seq).limit(BATCH)
                rows = list(connection.execute(query))
                if not rows:
                    return
                after = rows[-1].seq
                also = _naming(connection, namers, {row.id for row in rows})
                self._remove(connection, tier, [*rows, *also])
                names = [(row.id, bytes(row.leaf), None if tier == "metadata" else _columns(row)) for row in rows]
                names += [(row.id, bytes(row.leaf), None) for row in also]
                names += [item for row in also for item in _others(row, {name for name, _, _ in names})]
                event = deletion(names, at=self._clock.now(), reason=reason, organisation=organisation, actor=actor)
                append(connection, draft(Step(None, event)), instance=self._instance)
            yield len(rows)

    def _remove(self, connection: sa.Connection, tier: Tier, rows: Sequence[Any]) -> None:
        positions = [row.position for row in rows]
        forget = forget_rows if tier == "metadata" else forget_text
        forget(connection, self._database, positions)
        connection.execute(sa.delete(tokens).where(tokens.c.entry.in_(positions)))
        gone: dict[str, object] = {"text": None, "salt": None, "deleted": True}
        if tier == "metadata":
            gone |= dict.fromkeys(COLUMNS, "")
            ended = [row.exchange for row in rows if row.exchange]
            connection.execute(
                sa.delete(exchanges).where(exchanges.c.id.in_(ended), exchanges.c.state != State.DECIDED)
            )
        connection.execute(sa.update(entries).where(entries.c.position.in_(positions)).values(gone))

    def _namers(self) -> list[_Namer]:
        """The entries that hold the columns of what they say was deleted, each with the first and last id it names."""
        query = sa.select(entries).where(entries.c.kind == DELETED, entries.c.deleted.is_(False))
        with self._database.read() as connection:
            found = []
            for row in connection.execute(query.where(entries.c.seq.is_not(None)).execution_options(yield_per=10)):
                ids = [name for name, _, kept in _named(row) if kept is not None]
                if ids:
                    found.append(_Namer(row.position, min(ids), max(ids)))
            return found


def _columns(row: Any) -> dict[str, str]:
    return {name: getattr(row, name) for name in COLUMNS}


def _due(tier: Tier, before: str, organisation: str) -> list[sa.ColumnElement[bool]]:
    """Entries whose time is over. Those that say what was deleted are the proof of it; they go with what they name."""
    terms = [entries.c.seq.is_not(None), entries.c.organisation == organisation, entries.c.at < before]
    terms.append(entries.c.kind.not_in((DELETED, "")))
    if tier == "text":
        terms += [entries.c.deleted.is_(False), entries.c.exchange != ""]
    return terms


def _free(holds: Sequence[Hold]) -> list[sa.ColumnElement[bool]]:
    """Terms that leave out what is held, and the entries of the holds themselves."""
    terms: list[sa.ColumnElement[bool]] = []
    for hold in holds:
        fits = [entries.c.organisation == hold.organisation]
        fits += [entries.c.exchange == hold.exchange] if hold.exchange else []
        fits += [entries.c.actor == hold.actor] if hold.actor else []
        fits += [entries.c.at >= hold.since] if hold.since else []
        fits += [entries.c.at < hold.until] if hold.until else []
        terms += [sa.not_(sa.and_(*fits)), entries.c.id != hold.id]
    return terms


def _count(connection: sa.Connection, terms: Sequence[sa.ColumnElement[bool]]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(entries).where(*terms)).scalar_one())


def _organisations(before: str) -> sa.Select[Any]:
    terms = [entries.c.at < before, entries.c.at != ""]
    return sa.select(entries.c.organisation).where(*terms).distinct().order_by(entries.c.organisation)


def _naming(connection: sa.Connection, namers: Sequence[_Namer], ids: set[str]) -> list[Any]:
    """Those of them that name one of these, and are still there."""
    first, last = min(ids), max(ids)
    near = [namer.position for namer in namers if namer.first <= last and namer.last >= first]
    query = sa.select(entries).where(entries.c.position.in_(near), entries.c.deleted.is_(False))
    return [row for row in connection.execute(query) if any(name in ids for name, _, _ in _named(row))]


def _named(row: Any) -> list[tuple[str, bytes, Any]]:
    event = readable(row.text)
    items = event.data.get("entries", ()) if event is not None else ()
    return [(item["id"], bytes.fromhex(item["leaf"]), item["kept"]) for item in items]


def _others(row: Any, done: set[str]) -> list[tuple[str, bytes, Any]]:
    """What an entry that goes said of others, which must be said again."""
    return [item for item in _named(row) if item[0] not in done]
