"""稼働の印 (PostgreSQL): which processes are alive, on whatever machine, told by a lock that their session holds.

The server drops it when the session ends, so a ``kill -9`` is seen at once. The lock is shared, so that a process whose
connection was cut takes it again while the server still keeps the old session.
"""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import ExitStack
from typing import Final

import sqlalchemy as sa
import uuid_utils

from ai_gov.audit.event import entry_time
from ai_gov.errors import StoreFailed
from ai_gov.stores.postgresdb import PostgresDatabase, lock_key

GRACE_S: Final = 30.0
"""After the server's own start: how long a process that is older than it has for taking its lock again (seconds)."""


class PostgresInstance:
    """稼働中の1プロセス: instance.Presence by a session lock."""

    def __init__(self, database: PostgresDatabase, *, grace_s: float = GRACE_S) -> None:
        self.id = str(uuid_utils.uuid7())
        self._database = database
        self._grace = dt.timedelta(seconds=grace_s)
        self._lock = threading.Lock()
        self._session = ExitStack()
        self._connection: sa.Connection | None = None
        self.keep()

    def keep(self) -> None:
        """Hold the lock, and take it again where the session was lost. Raises StoreFailed where it can't."""
        with self._lock:
            if self._connection is not None:
                try:
                    self._connection.exec_driver_sql("SELECT 1")
                except sa.exc.DBAPIError:
                    self._let_go()
                else:
                    return
            connection = self._session.enter_context(self._database.maintain())
            connection.exec_driver_sql("SELECT pg_advisory_lock_shared(%(key)s)", {"key": lock_key(self.id)})
            self._connection = connection

    def is_alive(self, instance: str) -> bool:
        """Whether the process of that id still holds its lock; in doubt it does."""
        with self._database.maintain() as connection:
            row = connection.exec_driver_sql(_LOOK, {"key": lock_key(instance)}).one()
        if not row.free:
            return True
        try:
            older = entry_time(instance) < row.started
        except ValueError:
            return False
        return bool(older and row.now - row.started < self._grace)

    def forget(self, instance: str) -> None:
        """Nothing to do: nothing of a dead process is left."""

    def close(self) -> None:
        """Give up the lock."""
        self.drop()

    def drop(self) -> None:
        """End the session, as the death of the process would."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        self._connection = None
        try:
            self._session.close()
        except StoreFailed:  # it was cut already
            self._session = ExitStack()


_LOOK = "SELECT pg_try_advisory_xact_lock(%(key)s) AS free, pg_postmaster_start_time() AS started, now() AS now"
