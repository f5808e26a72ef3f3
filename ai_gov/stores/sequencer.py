"""順序付け: puts durable entries into the Merkle tree, one sequencer at a time, and signs what the tree has become.

Entries are durable before they come here; this gives them their place for good, in the order of their commits. The
signed checkpoint goes into the database with the tree, and from there into the file outside.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

import sqlalchemy as sa

from ai_gov.audit.checkpoint import Checkpoint, SigningKey, sign
from ai_gov.audit.event import timestamp
from ai_gov.audit.merkle import HASH_SIZE, Frontier
from ai_gov.errors import StoreFailed
from ai_gov.service.background import Background
from ai_gov.service.ports import Clock
from ai_gov.stores.checkpointfile import CheckpointFile
from ai_gov.stores.engine import Database
from ai_gov.stores.tables import checkpoints, copies, entries, nodes, tree

BATCH = 1000
"""Entries sequenced in one transaction at most: writers wait for no longer than that takes (some 20 ms)."""

INTERVAL_S = 1.0
"""Between two looks; an entry is in the tree within two seconds."""


class Sequencer:
    """順序付け係: ``sequence_now`` on demand, ``start`` for a thread that does it all the time."""

    def __init__(self, database: Database, *, key: SigningKey, outside: CheckpointFile, clock: Clock) -> None:
        self._database = database
        self._keys: tuple[SigningKey, ...] = (key,)
        self._outside = outside
        self._clock = clock
        self._publishing = threading.Lock()
        self._also: Callable[[], None] = lambda: None
        self._thread = Background("ai-gov-sequencer", self._round, failing="監査記録の順序付けができません")

    def sequence_now(self, progress: Callable[[int], None] = lambda _: None) -> int:
        """Bring every entry that is durable by now into the tree. Returns how many; ``progress`` hears of each batch.

        Raises StoreFailed where the database or the file outside can't be written.
        """
        done = 0
        while self._waiting():
            with self._database.write() as connection:
                self._database.lock(connection, "sequencer")
                count = self._batch(connection)
            done += count
            progress(count)
        self.publish()
        return done

    def sign_with(self, *keys: SigningKey) -> None:
        """署名鍵を替える: by which every later checkpoint is signed; two while one takes over from the other."""
        self._keys = keys

    def publish(self) -> None:
        """Copy checkpoints that the file outside may lack, in order; a crash in between only copies one again."""
        with self._publishing:
            with self._database.read() as connection:
                copied = connection.execute(_COPIED, {"home": self._outside.home}).scalar()
                rows = connection.execute(_LATER, {"copied": copied or 0}).all()
            if not rows:
                return
            self._outside.append(row.note for row in rows)
            with self._database.write() as connection:
                connection.execute(_COPY, {"of": self._outside.home, "last": rows[-1].number})

    def settle(self) -> None:
        """Let a data folder that this database has not seen yet have copies from here on."""
        home = self._outside.home
        with self._database.read() as connection:
            if connection.execute(_COPIED, {"home": home}).scalar() is not None:
                return
        with self._database.write() as connection:
            self._database.lock(connection, "copies")
            if connection.execute(_COPIED, {"home": home}).scalar() is None:
                latest = connection.execute(sa.select(sa.func.max(checkpoints.c.number))).scalar() or 0
                connection.execute(sa.insert(copies), {"home": home, "number": max(latest - 1, 0)})

    def start(self, interval_s: float = INTERVAL_S, *, also: Callable[[], None] = lambda: None) -> None:
        """Do it in a thread until ``stop``. ``also`` is done in each round, before."""
        self._also = also
        self._thread.start(interval_s)

    def stop(self) -> None:
        """Stop the thread."""
        self._thread.stop()

    def _round(self) -> None:
        self._also()
        self.sequence_now()

    def _waiting(self) -> bool:
        with self._database.read() as connection:
            return connection.execute(_WAITING.limit(1)).first() is not None

    def _batch(self, connection: sa.Connection) -> int:
        row = connection.execute(sa.select(tree)).first()
        frontier = Frontier() if row is None else Frontier(row.size, _split(row.frontier))
        first = frontier.size
        rows = connection.execute(_WAITING.limit(BATCH)).all()
        if not rows:
            return 0
        made = [node for entry in rows for node in frontier.append(bytes(entry.leaf))[1:]]
        connection.execute(
            _SEQUENCE, [{"of": entry.position, "seq": first + count} for count, entry in enumerate(rows)]
        )
        if made:
            connection.execute(
                sa.insert(nodes), [{"level": level, "number": number, "hash": value} for level, number, value in made]
            )
        state = {"size": frontier.size, "frontier": b"".join(frontier.hashes)}
        if row is None:
            connection.execute(sa.insert(tree).values(id=1, **state))
        elif connection.execute(sa.update(tree).where(tree.c.size == first).values(state)).rowcount != 1:
            raise StoreFailed(  # the lock lets only one work; were it to fail, the tree still can't fork
                "監査記録の順序付けが2つの処理で同時に行われました。この回は取り消しました。次の回にやり直します。"
            )
        at = timestamp(self._clock.now())
        note = sign(Checkpoint(self._keys[-1].name, frontier.size, frontier.root(), (at,)), *self._keys)
        connection.execute(sa.insert(checkpoints), {"size": frontier.size, "note": note, "at": at})
        return len(rows)


def _split(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)]


_WAITING = sa.select(entries.c.position, entries.c.leaf).where(entries.c.seq.is_(None)).order_by(entries.c.position)
_SEQUENCE = sa.update(entries).where(entries.c.position == sa.bindparam("of")).values(seq=sa.bindparam("seq"))
_COPIED = sa.select(copies.c.number).where(copies.c.home == sa.bindparam("home"))
_LATER = sa.select(checkpoints).where(checkpoints.c.number > sa.bindparam("copied")).order_by(checkpoints.c.number)
_COPY = (
    sa.update(copies)
    .where(copies.c.home == sa.bindparam("of"), copies.c.number < sa.bindparam("last"))
    .values(number=sa.bindparam("last"))
)
