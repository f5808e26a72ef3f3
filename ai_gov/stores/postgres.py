"""PostgreSQL による保存: the store of several machines. Any number of gateways append to one database at once.

Keys and copies of the checkpoints stay outside it, in the data folder of each machine; every machine has the same keys.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from ai_gov.errors import StoreFailed
from ai_gov.service.ports import Clock
from ai_gov.stores import writer
from ai_gov.stores.checkpointfile import CheckpointFile
from ai_gov.stores.installation import bound_to
from ai_gov.stores.keyfile import MASTER, KeyFolder, load_or_make
from ai_gov.stores.migrations import migrate
from ai_gov.stores.pginstance import GRACE_S, PostgresInstance
from ai_gov.stores.postgresdb import LOCK_TIMEOUT_S, PostgresDatabase
from ai_gov.stores.sqlite import CHECKPOINTS, KEYS
from ai_gov.stores.store import DatabaseStore

HOME = "home"
"""File in the data folder that names it; a copy of the folder must not carry it along to another machine."""


class PostgresStore(DatabaseStore):
    """PostgreSQL による保存: ports.Store."""

    database: PostgresDatabase

    def __init__(
        self,
        database: PostgresDatabase,
        *,
        keys: KeyFolder,
        outside: CheckpointFile,
        clock: Clock | None = None,
        deadline_s: float = writer.DEADLINE_S,
        grace_s: float = GRACE_S,
    ) -> None:
        super().__init__(
            database,
            presence=PostgresInstance(database, grace_s=grace_s),
            keys=keys,
            outside=outside,
            clock=clock,
            deadline_s=deadline_s,
        )


def open_postgres(
    url: str,
    data_dir: Path,
    *,
    clock: Clock | None = None,
    deadline_s: float = writer.DEADLINE_S,
    lock_s: float = LOCK_TIMEOUT_S,
    grace_s: float = GRACE_S,
) -> PostgresStore:
    """データベースとデータフォルダを開く: tables and keys are made where there are none yet.

    A second machine gets no keys of its own: it must be given those of the first.
    """
    folder = data_dir / KEYS
    database = PostgresDatabase(url, lock_s=lock_s)
    try:
        migrate(database)
        keys = _keys(folder, made_before=bound_to(database) is not None)
        outside = CheckpointFile(data_dir / CHECKPOINTS, home=_home(data_dir / HOME))
        return PostgresStore(database, keys=keys, outside=outside, clock=clock, deadline_s=deadline_s, grace_s=grace_s)
    except BaseException:
        database.close()
        raise


def _keys(folder: Path, *, made_before: bool) -> KeyFolder:
    if made_before and not (folder / MASTER).exists():
        raise StoreFailed(
            f"鍵フォルダがありません: {folder}。このデータベースにはすでに記録があります。"
            "最初の1台の鍵フォルダを、権限を保ったまま写してください。"
        )
    return KeyFolder(folder)


def _home(path: Path) -> str:
    return load_or_make(path, lambda: secrets.token_hex(16).encode() + b"\n").decode("ascii", "replace").strip()
