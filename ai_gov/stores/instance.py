"""稼働の印: which processes are alive, told by a lock on a file that the kernel drops when they die.

A ``kill -9`` is therefore seen at once at the next start, and a process that is still at work is never taken for dead.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from pathlib import Path
from typing import Protocol

import uuid_utils

from ai_gov.errors import StoreFailed


class Presence(Protocol):
    """稼働の印: of this process, and how it sees whether another one lives."""

    id: str

    def keep(self) -> None:
        """See to it that others go on taking this process for alive. Raises StoreFailed where it can't."""
        ...

    def is_alive(self, instance: str) -> bool:
        """Whether the process of that id is still at work; in doubt it is."""
        ...

    def forget(self, instance: str) -> None:
        """Tidy up after a dead process."""
        ...

    def close(self) -> None:
        """Give up the mark."""
        ...


class Instance:
    """稼働中の1プロセス: holds its lock on a file until it is closed or dies (Presence on one machine)."""

    def __init__(self, folder: Path) -> None:
        self.id = str(uuid_utils.uuid7())
        self._folder = folder
        self._path = folder / f"{self.id}.lock"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreFailed(
                f"稼働の印を作れません: {folder} ({error.strerror})。保存先フォルダの空きと権限を確かめてください。"
            ) from error
        _held.add(self)

    def keep(self) -> None:
        """Nothing to do: the kernel keeps the lock."""

    def close(self) -> None:
        """Give up the lock and remove the file."""
        if self._file >= 0:
            self._path.unlink(missing_ok=True)
            self.drop()

    def drop(self) -> None:
        """Close the file without unlocking it, as a forked child must: else it would keep its parent alive."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def is_alive(self, instance: str) -> bool:
        """Whether the process of that id still holds its lock."""
        try:
            file = os.open(self._folder / f"{instance}.lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(file)
        return False

    def forget(self, instance: str) -> None:
        """Remove the file of a dead process."""
        (self._folder / f"{instance}.lock").unlink(missing_ok=True)


_held: weakref.WeakSet[Instance] = weakref.WeakSet()


def _in_child() -> None:
    for instance in _held:
        instance.drop()


os.register_at_fork(after_in_child=_in_child)
