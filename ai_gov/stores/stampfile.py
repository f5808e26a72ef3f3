"""時刻印の控えのファイル: time stamps outside the database, one JSON object a line, only ever appended to."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ai_gov.audit.timestamps import Stamp, TimestampError
from ai_gov.errors import StoreFailed

STAMPS: Final = "timestamps.jsonl"


class StampFile:
    """時刻印の控え: lies beside the file of checkpoints."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, stamps: Iterable[Stamp]) -> None:
        """Add, durably, those that are not there yet; a line that a crash cut off is ended. Raises StoreFailed."""
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(file, "r+b", buffering=0) as raw:
                fcntl.flock(file, fcntl.LOCK_EX)
                there = raw.read()
                known = set(there.splitlines())
                new = [line for stamp in stamps if (line := stamp.line().encode())[:-1] not in known]
                data = b"".join(new) if not there or there.endswith(b"\n") else b"\n" + b"".join(new)
                while new and data:
                    data = data[raw.write(data) :]
                os.fsync(file)
        except OSError as error:
            raise StoreFailed(
                f"時刻印の控えに書けません: {self.path} ({error.strerror})。空き容量と権限を確かめてください。"
            ) from error

    def stamps(self) -> tuple[list[Stamp], int]:
        """Every stamp of the file, and how many lines can't be read; nothing where there is no file."""
        found: list[Stamp] = []
        broken = 0
        try:
            lines = self.path.read_text("utf-8", "replace").splitlines() if self.path.exists() else []
        except OSError as error:
            raise StoreFailed(
                f"時刻印の控えを読めません: {self.path} ({error.strerror})。権限を確かめてください。"
            ) from error
        for line in filter(None, lines):
            try:
                found.append(Stamp.read(line))
            except TimestampError:
                broken += 1
        return found, broken
