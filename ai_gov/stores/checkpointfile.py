"""控えのファイル: signed checkpoints outside the database, only ever appended to.

Whoever rewrites the database can't make this file agree with it; a copy on another machine can't be reached at all.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable
from pathlib import Path

from ai_gov.audit.checkpoint import read_notes
from ai_gov.errors import StoreFailed

TAIL = 64 * 1024
"""Bytes at the end of the file in which a note is looked for before it is appended (again)."""


class CheckpointFile:
    """チェックポイントの控え: notes one after the other, an empty line between them.

    ``home`` tells the data folders of several machines apart.
    """

    def __init__(self, path: Path, home: str = "") -> None:
        self.path = path
        self.home = home

    def append(self, notes: Iterable[str]) -> None:
        """Add notes durably; one that stands at the end already is left out. Raises StoreFailed."""
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                size = os.fstat(file).st_size
                tail = os.pread(file, TAIL, max(0, size - TAIL))
                data = _continue(tail, [note.encode() + b"\n" for note in notes])
                while data:
                    data = data[os.write(file, data) :]
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise StoreFailed(
                f"チェックポイントの控えに書けません: {self.path} ({error.strerror})。"
                "空き容量と権限を確かめてください。"
            ) from error

    def notes(self) -> list[str]:
        """Every note of the file, as it stands; none where there is no file."""
        try:
            with self.path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
                return list(read_notes(lines))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreFailed(
                f"チェックポイントの控えを読めません: {self.path} ({error.strerror})。権限を確かめてください。"
            ) from error


def _continue(tail: bytes, notes: list[bytes]) -> bytes:
    r"""What to write after ``tail``: the notes that it lacks. One that a crash or a full disk cut off is completed.

    >>> _continue(b"a\n\n- s\n\nb\n", [b"a\n\n- s\n\n", b"b\n\n- t\n\n"])
    b'\n- t\n\n'
    """
    new = [note for note in notes if note not in tail]
    if not new or not tail:
        return b"".join(new)
    first = new[0]
    for length in range(len(first) - 1, 0, -1):
        if tail.endswith(first[:length]) and (len(tail) == length or tail[:-length].endswith(b"\n\n")):
            return first[length:] + b"".join(new[1:])
    return (b"" if tail.endswith(b"\n\n") else b"\n\n") + b"".join(new)
