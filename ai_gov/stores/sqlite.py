"""SQLite による保存: the store of one machine. One file, any number of processes beside each other."""

from __future__ import annotations

from pathlib import Path

from ai_gov.errors import StoreFailed
from ai_gov.service.ports import Clock
from ai_gov.stores import writer
from ai_gov.stores.checkpointfile import CheckpointFile
from ai_gov.stores.instance import Instance
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.migrations import migrate
from ai_gov.stores.sqlitedb import BUSY_S, SqliteDatabase
from ai_gov.stores.store import DatabaseStore

DATABASE = "ai-gov.db"
KEYS = "keys"
INSTANCES = "instances"
CHECKPOINTS = "checkpoints.txt"


class SqliteStore(DatabaseStore):
    """SQLite による保存: ports.Store."""

    database: SqliteDatabase

    def __init__(
        self,
        path: Path,
        *,
        keys: KeyFolder,
        instances: Path | None = None,
        checkpoint_file: Path | None = None,
        clock: Clock | None = None,
        deadline_s: float = writer.DEADLINE_S,
        busy_s: float = BUSY_S,
    ) -> None:
        database = SqliteDatabase(path, busy_s=busy_s)
        migrate(database)
        super().__init__(
            database,
            presence=Instance(instances or path.parent / INSTANCES),
            keys=keys,
            outside=CheckpointFile(checkpoint_file or path.parent / CHECKPOINTS),
            clock=clock,
            deadline_s=deadline_s,
        )


def open_store(data_dir: Path) -> SqliteStore:
    """データフォルダを開く: database, keys and tables are made where there are none yet."""
    path, folder = data_dir / DATABASE, data_dir / KEYS
    if path.exists() and path.stat().st_size and not folder.exists():
        raise StoreFailed(
            f"鍵フォルダがありません: {folder}。データベース {path} はこの鍵で作られています。控えから戻してください。"
        )
    return SqliteStore(path, keys=KeyFolder(folder))
