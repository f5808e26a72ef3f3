"""SQLite: one file, its connections, and the one lock under which this process writes.

WAL, ``synchronous=FULL``, ``secure_delete``; every file readable by its owner only.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from ai_gov.errors import StoreFailed
from ai_gov.stores.engine import alone
from ai_gov.stores.errors import store_failed

BUSY_S = 3.0
"""How long a write waits for a process that holds the database (seconds)."""

READ_BUSY_S = 0.25
"""How long a read waits; in WAL mode it only ever does while the database is being recovered."""


SCRUB_TRIES = 5
"""How often the write-ahead log is tried to be emptied while others read; each waits as long as a write does."""


class SqliteDatabase:
    """SQLite のデータベース: engine.Database."""

    writers = 1

    def __init__(self, path: Path, *, busy_s: float = BUSY_S) -> None:
        self.path = path
        _create(path)
        self._write_lock = threading.Lock()
        self._writer = _engine(path, begin="BEGIN IMMEDIATE", busy_s=busy_s, pool_size=1)
        self._reader = _engine(path, begin="BEGIN", busy_s=READ_BUSY_S, pool_size=4, query_only=True)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One durable transaction; nothing of it stays where the block raises. Committed when the block is left."""
        with alone(self._write_lock):
            try:
                with self._writer.begin() as connection:
                    yield connection
            except (DBAPIError, sqlite3.Error) as error:
                self._writer.dispose()  # what a failed disk left of the connection isn't used again
                raise store_failed(error) from error

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One view of the database, unchanged by what others write meanwhile."""
        try:
            with self._reader.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise store_failed(error) from error

    def lock(self, connection: sa.Connection, name: str) -> None:
        """Nothing to do: every write transaction is alone already (BEGIN IMMEDIATE)."""

    def condition(self) -> Iterator[tuple[bool, str]]:
        """See engine.Database."""
        with self.read() as connection:
            version = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
        yield True, f"データベース（SQLite {version}）: 開けます"

    def scrub(self, tables: Sequence[str]) -> str:  # noqa: ARG002 - secure_delete has overwritten them already
        """Fold the write-ahead log into the file and empty it: it holds pages as they were before."""
        raw = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY_S)
        try:
            for _ in range(SCRUB_TRIES):
                busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if not busy:
                    return ""
        except sqlite3.Error as error:
            raise store_failed(error) from error
        finally:
            raw.close()
        return (
            "ほかの処理が読み取り中のため、削除前の内容が先行書き込みログ（-wal）に残っています。"
            "しばらくしてから、もう一度実行してください。"
        )

    def close(self) -> None:
        """Close every connection; the last one out folds the write-ahead log into the file."""
        self._reader.dispose()
        self._writer.dispose()


def _create(path: Path) -> None:
    """Make the file before SQLite does, so that it and its -wal and -shm are the owner's alone.

    One that is there is never opened here: closing it again would drop the locks that this process holds on it by
    another connection (POSIX), and the next process that leaves would take the write-ahead log with it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        path.chmod(0o600)
        if not os.access(path, os.R_OK | os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise StoreFailed(
            f"データベースを開けません: {path} ({error.strerror})。保存先フォルダの場所と権限を確かめてください。"
        ) from error


def _engine(path: Path, *, begin: str, busy_s: float, pool_size: int, query_only: bool = False) -> sa.Engine:
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        connect_args={"timeout": busy_s, "check_same_thread": False},
        paramstyle="named",
        pool_size=pool_size,
        max_overflow=-1 if query_only else 0,
        hide_parameters=True,
    )

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "temp_store = MEMORY",  # what is sorted or joined never rests in another file
            "foreign_keys = ON",
            f"query_only = {'ON' if query_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def began(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", began)
    return engine
