"""データベース: what the stores need of one, as a protocol; ``sqlitedb`` and ``postgresdb`` are the two there are.

The modules above speak SQLAlchemy Core and don't know which one they have.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import sqlalchemy as sa

from ai_gov.errors import StoreFailed

LOCK_S = 10.0
"""How long a write waits for another thread of this process (seconds)."""


class Database(Protocol):
    """データベース: ``read()`` and ``write()`` give connections; faults come out as StoreFailed."""

    writers: int
    """How many transactions of this process can be durable at once: threads of the writer."""

    def write(self) -> AbstractContextManager[sa.Connection]:
        """One durable transaction; nothing of it stays where the block raises. Committed when the block is left."""
        ...

    def read(self) -> AbstractContextManager[sa.Connection]:
        """One view of the database, unchanged by what others write meanwhile. Nothing can be written through it."""
        ...

    def lock(self, connection: sa.Connection, name: str) -> None:
        """Let one transaction of all processes go on at a time under this name, until it ends."""
        ...

    def condition(self) -> Iterator[tuple[bool, str]]:
        """What an officer should know of it: whether all is well, and a sentence (Japanese), one after the other."""
        ...

    def scrub(self, tables: Sequence[str]) -> str:
        """Leave no byte of deleted rows in the files. What is still to be done (Japanese), if anything."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


@contextmanager
def alone(lock: threading.Lock | threading.Semaphore) -> Iterator[None]:
    """As many writers of a process at a time as the lock lets in. Raises StoreFailed where those before don't end."""
    if not lock.acquire(timeout=LOCK_S):
        raise StoreFailed(
            "監査記録を書けません: 前の書き込みが終わりません。このため、生成AIには何も送信していません。"
            "しばらく待ってもう一度送ってください。"
        )
    try:
        yield
    finally:
        lock.release()
