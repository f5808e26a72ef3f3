"""監査ログを読む: entries for the command line and the pages, and whole for verification and export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from ai_gov.audit import excerpt, export, inclusion, merkle, timestamps
from ai_gov.audit.checkpoint import CheckpointError, VerifierKey, open_note
from ai_gov.audit.event import COLUMNS, timestamp
from ai_gov.audit.verify import Report, StoredEntry, verify_entries
from ai_gov.errors import BadRequest
from ai_gov.service.ports import Clock
from ai_gov.stores.bulk import Utf8, fetch
from ai_gov.stores.checkpointfile import CheckpointFile
from ai_gov.stores.engine import Database
from ai_gov.stores.entry import EVERYTHING, Counts, Entry, Filter, readable
from ai_gov.stores.stampfile import STAMPS, StampFile
from ai_gov.stores.tables import checkpoints, entries, nodes, tokens
from ai_gov.stores.timestamps import stamps_of
from ai_gov.stores.treecheck import TreeCheck
from ai_gov.stores.treenodes import TreeNodes

FETCH: Final = 1000
"""Rows read at a time."""

Progress = Callable[[int], None]


class AuditLog:
    """監査ログ: everything that reads it. Reading needs no lock and holds up no writer."""

    def __init__(
        self, database: Database, *, outside: CheckpointFile, keys: tuple[VerifierKey, ...], clock: Clock
    ) -> None:
        self._database = database
        self.outside = outside
        self.stamps = StampFile(outside.path.with_name(STAMPS))
        self._clock = clock
        self.keys = keys
        self.origin = keys[-1].name

    def entries(self, only: Filter = EVERYTHING, *, before: int | None = None, limit: int = 100) -> list[Entry]:
        """The newest entries first. ``before``: the position of the last one seen, for the next page."""
        query = sa.select(entries).where(*_terms(only)).order_by(entries.c.position.desc()).limit(limit)
        if before is not None:
            query = query.where(entries.c.position < before)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def of_exchange(self, exchange: str) -> list[Entry]:
        """The entries of one request, oldest first."""
        query = sa.select(entries).where(entries.c.exchange == exchange).order_by(entries.c.position)
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def counts(self) -> Counts:
        """How many entries there are, how many of them wait for their place, and how many checkpoints."""
        with self._database.read() as connection:
            return Counts(
                _count(connection, entries),
                _count(connection, entries, entries.c.seq.is_(None)),
                _count(connection, checkpoints),
            )

    def checkpoints(self) -> list[str]:
        """The signed notes in the database, oldest first."""
        with self._database.read() as connection:
            return _notes(connection)

    def latest_checkpoint(self) -> str | None:
        """The newest signed note, to be handed out."""
        query = sa.select(checkpoints.c.note).order_by(checkpoints.c.number.desc()).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).scalar()

    def verify(
        self,
        against: list[str] | None = None,
        *,
        keys: Sequence[VerifierKey] | None = None,
        tsa_roots: Sequence[timestamps.Root] | None = None,
        progress: Progress = lambda _: None,
    ) -> Report:
        """検証: the whole log in one view of the database, always against the file beside it, and ``against`` besides.

        ``keys`` came another way; without them those of the key folder are trusted. Who made its time stamps is
        known by ``tsa_roots``.
        """
        beside = self.outside.notes()
        copied, broken = self.stamps.stamps()
        with self._database.read() as connection, closing(_stored(connection, progress)) as rows:
            tree = TreeCheck()
            notes = _notes(connection)
            stamped = timestamps.check(stamps_of(connection), copied, notes, tsa_roots, broken=broken)
            report = verify_entries(
                rows,
                notes,
                self.keys if keys is None else keys,
                against,
                beside=[*beside, *(note for note in stamped.notes if beside and note not in beside)],
                now=self._clock.now(),
                origin=self.origin,
                made=tree.made,
            )
            also = tuple(tree.problems(connection, report.entries, report.root))
        line = stamped.line(report.entries)
        return replace(report, problems=(*report.problems, *stamped.problems, *also), time_line=line)

    def export(self, *, progress: Progress = lambda _: None) -> Iterator[str]:
        """書き出し: the lines of a file that verifies without the database."""
        header = export.Header(self.origin, self._clock.now(), self.keys)
        with self._database.read() as connection, closing(_stored(connection, progress)) as rows:
            yield from export.write(header, _notes(connection), rows)

    def excerpt(self, exchange: str, earlier: Sequence[str] = ()) -> list[str]:
        """抜粋: the lines of a file with the entries of one request and their proofs, and that the log grew from these.

        Raises BadRequest where there is no such request in the tree, or a checkpoint is not of this log.
        """
        header = export.Header(self.origin, self._clock.now(), self.keys)
        with self._database.read() as connection:
            head = connection.execute(_HEAD).first()
            if head is None:
                raise BadRequest("記録がまだ1件もありません。")
            query = _STORED.where(entries.c.exchange == exchange, entries.c.seq.is_not(None)).order_by(entries.c.seq)
            rows = [_as_stored(row, ()) for row in connection.execute(query)]
            if exchange and not rows:
                raise BadRequest(f"記録番号 {exchange} の記録は、順序の確定したものの中にありません。")
            node = _node(connection)
            known = [(note, self._consistency(note, head.size, node)) for note in earlier]
            proven = [(row, merkle.inclusion_proof(node, row.seq, head.size)) for row in rows if row.seq is not None]
            return list(excerpt.write(header, head.note, known, proven))

    def excerpt_of(
        self,
        organisations: Collection[str],
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        *,
        earlier: Sequence[str] = (),
        progress: Progress = lambda _: None,
    ) -> Iterator[str]:
        """団体の抜粋: the lines of a file with the entries of organisations in the tree, each with its proof.

        ``earlier``: signed notes from which the log is shown to have grown. Raises BadRequest where nothing is signed
        yet or such a note is not of this log, LookupError where a node of the tree is gone.
        """
        header = export.Header(self.origin, self._clock.now(), self.keys)
        with self._database.read() as connection:
            head = connection.execute(_HEAD).first()
            if head is None:
                raise BadRequest("記録がまだ1件もありません。")
            where = [entries.c.seq < head.size, entries.c.organisation.in_(list(organisations))]
            where += [entries.c.at >= timestamp(since)] if since is not None else []
            where += [entries.c.at < timestamp(until)] if until is not None else []
            rows = _proven(connection, _STORED.where(*where).order_by(entries.c.seq), head.size, progress)
            node = _node(connection)
            known = [(note, self._consistency(note, head.size, node)) for note in earlier]
            with closing(rows):
                yield from excerpt.write(header, head.note, known, rows)

    def included(self, ids: Sequence[str]) -> inclusion.Inclusion:
        """木に入っていることの確認: of single entries, each proven anew against the newest checkpoint."""
        with self._database.read() as connection:
            head = connection.execute(_HEAD).first()
            rows = [
                _as_stored(row, None)
                for start in range(0, len(ids), FETCH)
                for row in connection.execute(_STORED.where(entries.c.id.in_(ids[start : start + FETCH])))
            ]
            node, proven = _node(connection), []
            for row in rows:
                proof: list[bytes] = []
                if head is not None and row.seq is not None and row.seq < head.size:
                    with suppress(LookupError):  # a node was taken out: the empty proof fails
                        proof = merkle.inclusion_proof(node, row.seq, head.size)
                proven.append((row, proof))
        return inclusion.check(head.note if head else None, proven, keys=self.keys, origin=self.origin)

    def _consistency(self, note: str, size: int, node: merkle.Node) -> list[bytes]:
        try:
            before = open_note(note, self.keys)
        except CheckpointError as error:
            raise BadRequest(f"以前のチェックポイント: {error}。") from None
        if before.origin != self.origin or before.size > size:
            raise BadRequest(
                "以前のチェックポイントは、このログのものではないか、今のログより先のものです。"
                "その控えと比べて、監査ログを検証してください。"
            )
        return merkle.consistency_proof(node, before.size, size)

    def inclusion_proof(self, seq: int, size: int) -> list[bytes]:
        """包含証明: that an entry is in the tree of that size."""
        with self._database.read() as connection:
            return merkle.inclusion_proof(_node(connection), seq, size)

    def consistency_proof(self, first: int, second: int) -> list[bytes]:
        """一貫性証明: that the tree of one size is the beginning of another."""
        with self._database.read() as connection:
            return merkle.consistency_proof(_node(connection), first, second)


def _stored(connection: sa.Connection, progress: Progress) -> Generator[StoredEntry, None, None]:
    """Every entry as it is stored: in the order of the tree, those that wait for their place last."""
    in_tree = _STORED.where(entries.c.seq.is_not(None)).order_by(entries.c.seq)
    waiting = _STORED.where(entries.c.seq.is_(None)).order_by(entries.c.position)
    for query in (in_tree, waiting):
        with closing(fetch(connection, query, FETCH)) as found:
            for rows in found:
                of = _tokens(connection, rows)
                for row in rows:
                    yield _as_stored(row, of.get(row[0], ()))
                progress(len(rows))


def _proven(
    connection: sa.Connection, query: sa.Select[Any], size: int, progress: Progress
) -> Generator[tuple[StoredEntry, list[bytes]], None, None]:
    """Entries in the order of the tree, each with its inclusion proof."""
    node = TreeNodes(connection)
    with closing(fetch(connection, query, FETCH)) as found:
        for rows in found:
            node.prefetch([row[1] for row in rows])
            for row in rows:
                yield _as_stored(row, None), merkle.inclusion_proof(node, row[1], size)
            progress(len(rows))


def _as_stored(row: Sequence[Any], of: tuple[str, ...] | None) -> StoredEntry:
    _, seq, name, leaf, salt, text, deleted, at = row[:_FIRST]
    columns = tuple(row[_FIRST:]) if not deleted or any(row[_FIRST:]) else None
    return tuple.__new__(StoredEntry, (seq, name, leaf, salt, text, columns, at, bool(deleted), of))


def _tokens(connection: sa.Connection, rows: Sequence[Sequence[Any]]) -> dict[int, tuple[str, ...]]:
    """The tokens of entries that lie close together, by their positions, sorted."""
    positions = [row[0] for row in rows]
    of: dict[int, list[str]] = {}
    query = sa.select(tokens.c.entry, tokens.c.token).where(tokens.c.entry.between(min(positions), max(positions)))
    for position, token in connection.execute(query):
        of.setdefault(position, []).append(token)
    return {position: tuple(sorted(found)) for position, found in of.items()}


_HEAD: Final = sa.select(checkpoints.c.size, checkpoints.c.note).order_by(checkpoints.c.number.desc()).limit(1)

_FIRST: Final = 8
"""How many values stand before the columns."""

_STORED: Final = sa.select(
    entries.c.position,
    entries.c.seq,
    entries.c.id,
    entries.c.leaf,
    entries.c.salt,
    Utf8(entries.c.text),
    entries.c.deleted,
    entries.c.recorded_at,
    *(entries.c[name] for name in COLUMNS),
)


def _entry(row: Any) -> Entry:
    return Entry(row.position, row.id, row.seq, {name: getattr(row, name) for name in COLUMNS}, readable(row.text))


def _terms(only: Filter) -> list[sa.ColumnElement[bool]]:
    terms = [entries.c.kind != ""]  # of an entry whose columns were deleted nothing is left to show
    terms += [entries.c[name] == value for name, value in only.equal().items()]
    if only.since is not None:
        terms.append(entries.c.at >= timestamp(only.since))
    if only.until is not None:
        terms.append(entries.c.at < timestamp(only.until))
    return terms


def _notes(connection: sa.Connection) -> list[str]:
    return list(connection.scalars(sa.select(checkpoints.c.note).order_by(checkpoints.c.number)))


def _count(connection: sa.Connection, table: sa.Table, *terms: sa.ColumnElement[bool]) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table).where(*terms)).scalar_one()


def _node(connection: sa.Connection) -> merkle.Node:
    leaf = sa.select(entries.c.leaf).where(entries.c.seq == sa.bindparam("number"))
    inner = sa.select(nodes.c.hash).where(
        nodes.c.level == sa.bindparam("level"), nodes.c.number == sa.bindparam("number")
    )

    def node(level: int, number: int) -> bytes:
        query = inner if level else leaf
        value = connection.execute(query, {"level": level, "number": number} if level else {"number": number}).scalar()
        if value is None:
            raise LookupError((level, number))
        return bytes(value)

    return node
