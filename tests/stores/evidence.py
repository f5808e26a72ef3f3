"""A log with 24 entries and three checkpoints in a real database of either kind, made once and copied for each test."""

import asyncio
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy as sa

from ai_gov.audit import event, merkle
from ai_gov.audit.checkpoint import Checkpoint, SigningKey, sign
from ai_gov.audit.verify import Report
from ai_gov.stores.auditlog import AuditLog
from ai_gov.stores.checkpointfile import CheckpointFile
from ai_gov.stores.clock import SystemClock
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.postgres import open_postgres
from ai_gov.stores.postgresdb import PostgresDatabase
from ai_gov.stores.sqlite import open_store
from ai_gov.stores.sqlitedb import SqliteDatabase
from ai_gov.stores.tables import checkpoints, entries, nodes
from ai_gov.stores.tables import tree as tree_table
from tests.stores.steps import decided, outcome

ZEROS = {"sqlite": "zeroblob(32)", "postgres": "decode(repeat('00', 32), 'hex')"}

BROKEN = {"sqlite": "CAST(x'7bff' AS TEXT)", "postgres": "chr(123)"}


@dataclass
class Evidence:
    """A copy of the log, to be tampered with: ``kind``, its data folder, and what reads it."""

    kind: str
    data: Path
    database: SqliteDatabase | PostgresDatabase

    def __post_init__(self):
        self.keys = KeyFolder(self.data / "keys")
        self.outside = CheckpointFile(self.data / "checkpoints.txt")
        self.audit = AuditLog(self.database, outside=self.outside, keys=self.keys.verifiers, clock=SystemClock())

    def verify(self, **options) -> Report:
        return self.audit.verify(**options)

    def tamper(self, *statements: str) -> None:
        """Change the database as somebody with every right to it would, past all constraints."""
        for statement in statements:
            text = statement.replace("ZEROS", ZEROS[self.kind]).replace("BROKEN", BROKEN[self.kind])
            assert self._run(text), statement

    def rewrite_entry(self, seq: int, old: str, new: str) -> None:
        """Change an entry so that text, columns and leaf agree with each other again."""
        with self.database.write() as connection:
            row = connection.execute(sa.select(entries).where(entries.c.seq == seq)).one()
            text = row.text.replace(old, new)
            assert text != row.text
            values = {"text": text, "leaf": event.leaf_hash(bytes(row.salt), text), "actor": new}
            connection.execute(sa.update(entries).where(entries.c.seq == seq).values(values))

    def rebuild(self, key: SigningKey) -> None:
        """Make the tree of the entries as they now are, and sign it with a key as if it had never been otherwise."""
        tree = merkle.Frontier()
        with self.database.write() as connection:
            leaves = connection.scalars(sa.select(entries.c.leaf).order_by(entries.c.seq)).all()
            made = [node for leaf in leaves for node in tree.append(bytes(leaf))[1:]]
            connection.execute(sa.delete(nodes))
            connection.execute(sa.insert(nodes), [dict(zip(("level", "number", "hash"), n, strict=True)) for n in made])
            state = {"size": tree.size, "frontier": b"".join(tree.hashes)}
            connection.execute(sa.update(tree_table).values(state))
            connection.execute(sa.delete(checkpoints))
            note = sign(Checkpoint(key.name, tree.size, tree.root()), key)
            connection.execute(sa.insert(checkpoints), {"size": tree.size, "note": note, "at": ""})

    def _run(self, statement: str) -> int:
        raw = self._raw()
        try:
            count = raw.execute(statement).rowcount
            raw.commit()
        finally:
            raw.close()
        return count

    def _raw(self):
        if self.kind == "sqlite":
            return sqlite3.connect(self.database.path)
        url = self.database.url.set(drivername="postgresql", username="postgres")
        raw = psycopg.connect(url.render_as_string(hide_password=False))
        raw.execute("SET session_replication_role = replica")
        return raw


def open_evidence(kind: str, data: Path, where) -> Evidence:
    return Evidence(kind, data, SqliteDatabase(where) if kind == "sqlite" else PostgresDatabase(where))


def make_log(store) -> None:
    """Fill a store and close it."""

    async def fill():
        for n in range(12):
            step = decided(f"x{n}", tokens=[f"t{n}"], sent="〔氏名1〕さんへ")
            await store.record(step)
            await store.record(outcome(step))
            if n % 4 == 3:
                store.sequence_now()

    asyncio.run(fill())
    assert store.audit.verify().problems == ()
    store.close()


def make_sqlite(data: Path) -> None:
    make_log(open_store(data))


def make_postgres(url: str, data: Path) -> None:
    make_log(open_postgres(url, data))


def copy(original: Path, data: Path) -> Path:
    return Path(shutil.copytree(original, data))
