"""PostgreSQL による保存: the store of several machines. Any number of gateways append to one database at once.

Keys and copies of the checkpoints stay outside it, in the data folder of each machine; every machine has the same keys.
"""

from __future__ import annotations

from pathlib import Path

from ai_gov.service.ports import Clock
from ai_gov.stores import writer
from ai_gov.stores.checkpointfile import CheckpointFile
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.migrations import migrate
from ai_gov.stores.pginstance import GRACE_S, PostgresInstance
from ai_gov.stores.postgresdb import LOCK_TIMEOUT_S, PostgresDatabase
from ai_gov.stores.sqlite import CHECKPOINTS, KEYS
from ai_gov.stores.store import DatabaseStore


class PostgresStore(DatabaseStore):
    """PostgreSQL による保存: ports.Store."""

    database: PostgresDatabase

    def __init__(
        self,
        url: str,
        *,
        keys: KeyFolder,
        checkpoint_file: Path,
        clock: Clock | None = None,
        deadline_s: float = writer.DEADLINE_S,
        lock_s: float = LOCK_TIMEOUT_S,
        grace_s: float = GRACE_S,
    ) -> None:
        database = PostgresDatabase(url, lock_s=lock_s)
        migrate(database)
        super().__init__(
            database,
            presence=PostgresInstance(database, grace_s=grace_s),
            keys=keys,
            outside=CheckpointFile(checkpoint_file),
            clock=clock,
            deadline_s=deadline_s,
        )


def open_postgres(url: str, data_dir: Path) -> PostgresStore:
    """データベースとデータフォルダを開く: tables and keys are made where there are none yet."""
    return PostgresStore(url, keys=KeyFolder(data_dir / KEYS), checkpoint_file=data_dir / CHECKPOINTS)
