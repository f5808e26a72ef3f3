"""PostgreSQL: connections that wait only so long, one view for each read, and locks that span processes.

Needs no extension and no superuser: a database of its own whose owner the gateway is. Session locks are used, so a
pooler in between must keep sessions apart (not PgBouncer's transaction mode).
"""

from __future__ import annotations

import hashlib
import select
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from ai_gov.errors import StoreFailed
from ai_gov.stores.engine import alone
from ai_gov.stores.errors import store_failed

LOCK_TIMEOUT_S: Final = 3.0
"""How long a write waits for a lock that another process holds (seconds)."""

STATEMENT_TIMEOUT_S: Final = 5.0
"""How long one statement of a writer may take (seconds)."""

CONNECT_S: Final = 3
"""How long making a connection may take (seconds)."""

SCRUB_LOCK_S: Final = 10.0
"""How long writing a table anew waits until nobody uses it (seconds)."""

WRITERS: Final = 6
"""Threads of a process that write at once; the server flushes their commits together. One more is for all else."""

_KEEPALIVE: Final = {"keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}


class PostgresDatabase:
    """PostgreSQL のデータベース: engine.Database. ``url`` is ``postgresql+psycopg://user@host/database``."""

    writers = WRITERS

    def __init__(self, url: str, *, lock_s: float = LOCK_TIMEOUT_S, statement_s: float = STATEMENT_TIMEOUT_S) -> None:
        self.url = sa.make_url(url)
        self._write_lock = threading.Semaphore(WRITERS + 1)
        writing = {
            "synchronous_commit": "on",  # a receipt is durable, whatever the server's default is
            "lock_timeout": _ms(lock_s),
            "statement_timeout": _ms(statement_s),
            "idle_in_transaction_session_timeout": _ms(60),
        }
        reading = {"default_transaction_isolation": r"repeatable\ read", "default_transaction_read_only": "on"}
        self._writer = _engine(self.url, writing, pool_size=WRITERS + 1, max_overflow=0)
        self._reader = _engine(self.url, reading, pool_size=4, max_overflow=16)

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One durable transaction; nothing of it stays where the block raises. Committed when the block is left."""
        with alone(self._write_lock):
            try:
                with self._writer.connect() as connection, _dropped_on_failure(connection), connection.begin():
                    yield connection
            except (DBAPIError, psycopg.Error) as error:
                raise store_failed(error) from None  # the server's DETAIL may quote the row

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One view of the database, unchanged by what others write meanwhile."""
        try:
            with self._reader.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise store_failed(error) from None

    @contextmanager
    def maintain(self) -> Iterator[sa.Connection]:
        """A connection of its own without transactions and without time limit, for VACUUM and session locks."""
        engine = sa.create_engine(
            self.url,
            poolclass=NullPool,
            hide_parameters=True,
            isolation_level="AUTOCOMMIT",
            connect_args={"connect_timeout": CONNECT_S, **_KEEPALIVE},
        )
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise store_failed(error) from None
        finally:
            engine.dispose()

    def lock(self, connection: sa.Connection, name: str) -> None:
        """Let one transaction of all processes go on at a time under this name, until it ends."""
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%(key)s)", {"key": lock_key(name)})

    def condition(self) -> Iterator[tuple[bool, str]]:
        """See engine.Database: what the server promises of a commit, and what it keeps of deleted rows."""
        names = ("server_version", "server_encoding", "fsync", "full_page_writes", "wal_recycle")
        with self.read() as connection:
            of = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in names}
        yield True, f"データベース（PostgreSQL {of['server_version'].split()[0]}）: 開けます"
        if of["server_encoding"] != "UTF8":
            yield (
                False,
                f"PostgreSQL の文字コードが {of['server_encoding']} です。UTF8 のデータベースを作り直してください",
            )
        for name in ("fsync", "full_page_writes"):
            if of[name] != "on":
                yield (
                    False,
                    f"PostgreSQL の {name} が {of[name]} です。停電で記録が失われます。on にして再起動してください",
                )
        if of["wal_recycle"] != "off":
            yield (
                True,
                "PostgreSQL の wal_recycle が on です。削除した内容が WAL に長く残ります（off を勧めます）",
            )

    def scrub(self, tables: Sequence[str]) -> str:
        """Write the tables anew without what was deleted. They are locked meanwhile: nothing can be recorded.

        The server's own write-ahead log keeps old pages for as long as it is set to.
        """
        with self.maintain() as connection:
            connection.exec_driver_sql(f"SET lock_timeout = {_ms(SCRUB_LOCK_S)}")
            for table in tables:
                connection.exec_driver_sql(f'VACUUM (FULL, ANALYZE) "{table}"')
            recycled = connection.exec_driver_sql("SHOW wal_recycle").scalar() == "on"
            archived = connection.exec_driver_sql("SHOW archive_mode").scalar() != "off"
            with suppress(DBAPIError):  # it is a right of its own; without it the server does so within minutes
                connection.exec_driver_sql("CHECKPOINT")
        note = "PostgreSQL の先行書き込みログ（pg_wal）には、次に消されるまで削除前の内容が残ります。"
        if recycled:
            note += "使い終えたログを消すには、サーバーの設定を wal_recycle = off にしてください。"
        if archived:
            note += "WAL の保管先（archive_command）とバックアップにも残ります。その保存期間も確かめてください。"
        return note

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()


@contextmanager
def _dropped_on_failure(connection: sa.Connection) -> Iterator[None]:
    """Close a connection that something went wrong on, whatever state it is in; others may still be at work."""
    try:
        yield
    except (DBAPIError, psycopg.Error):
        connection.invalidate()
        raise


def lock_key(name: str) -> int:
    """The number of an advisory lock.

    >>> lock_key("sequencer") == lock_key("sequencer") != lock_key("migration")
    True
    """
    return int.from_bytes(hashlib.sha256(f"ai-gov/{name}".encode()).digest()[:8], "big", signed=True)


def _ms(seconds: float) -> str:
    return str(int(seconds * 1000))


def _engine(url: sa.URL, options: Mapping[str, str], **pool: object) -> sa.Engine:
    if url.drivername != "postgresql+psycopg":
        raise StoreFailed(
            "AI_GOV_DATABASE_URL は postgresql+psycopg://利用者:パスワード@ホスト/データベース の形で書いてください。"
        )
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_S,
            "tcp_user_timeout": 10_000,
            "application_name": "ai-gov",
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
            **_KEEPALIVE,
        },
        **pool,
    )
    sa.event.listen(engine, "checkout", _checked_out)
    return engine


def _checked_out(connection: Any, _record: object, _proxy: object) -> None:
    """Don't begin on a connection that the server has ended: an idle one has nothing to read but its end."""
    if connection.closed or select.select([connection.fileno()], [], [], 0)[0]:
        raise sa.exc.DisconnectionError
