"""書き込みの点検: whether a record could be made durable now: the database takes a writer, the disk takes a file."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from pathlib import Path
from typing import Final

from ai_gov.errors import StoreFailed
from ai_gov.stores.engine import Database

READY_FREE: Final = 256 * 1024 * 1024
"""Bytes that must be free on the disk of the data directory; below it the server says that it is not ready."""


def obstacles(database: Database, data_dir: Path) -> list[str]:
    """What stands in the way of writing, as sentences without paths or values; nothing where all is well."""
    found = []
    try:
        with database.write():
            pass
    except StoreFailed as error:
        found.append(error.message)
    try:
        _write_and_sync(data_dir)
        free = shutil.disk_usage(data_dir).free
    except OSError as error:
        found.append(
            f"データの場所にファイルを書けません（{error.strerror}）。情報担当は空き容量と権限を確かめてください。"
        )
        return found
    if free < READY_FREE:
        found.append(
            f"データの場所の空き容量が {free >> 20} MiB しかありません（{READY_FREE >> 20} MiB 以上が必要です）。"
            "情報担当は空きを増やしてください。"
        )
    return found


def _write_and_sync(folder: Path) -> None:
    probe = folder / f".readyz.{os.getpid()}.{threading.get_ident()}"
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, bytes(4096))
            os.fsync(handle)
        finally:
            os.close(handle)
    finally:
        with contextlib.suppress(OSError):
            probe.unlink()
