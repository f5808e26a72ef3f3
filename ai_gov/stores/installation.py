"""鍵の照合: that a database is opened with the keys it was made with, before anything is written under others."""

from __future__ import annotations

import hashlib
from pathlib import Path

import sqlalchemy as sa

from ai_gov.errors import StoreFailed
from ai_gov.service.ports import Keys
from ai_gov.stores.engine import Database
from ai_gov.stores.tables import installation

PURPOSE = "installation"


def check_keys(database: Database, keys: Keys, folder: Path) -> None:
    """Bind a new database to these keys; raise StoreFailed where it is bound to others."""
    check = hashlib.sha256(keys.hmac_key(PURPOSE, "")).hexdigest()
    bound = bound_to(database)
    if bound is None:
        with database.write() as connection:
            database.lock(connection, PURPOSE)
            bound = connection.execute(sa.select(installation.c.key_check)).scalar()
            if bound is None:
                connection.execute(sa.insert(installation), {"id": 1, "key_check": check})
                bound = check
    if bound != check:
        raise StoreFailed(
            f"鍵フォルダ {folder} は、このデータベースの鍵ではありません。"
            "最初の1台（またはその控え）の鍵フォルダを、権限を保ったまま写してください。"
        )


def bound_to(database: Database) -> str | None:
    """By what the keys of a database are told, if it is bound to any."""
    with database.read() as connection:
        return connection.execute(sa.select(installation.c.key_check)).scalar()
