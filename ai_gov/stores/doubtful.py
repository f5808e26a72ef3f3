"""書けたか分からない記録: exchanges whose last write failed, so that none stays open once the database is back.

A connection that breaks during COMMIT leaves it open whether the step is durable. Nothing was sent for such a decision,
and no answer was given for such an outcome; both are failures, and are recorded as such when writing works again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ai_gov import flow
from ai_gov.errors import StoreFailed
from ai_gov.model import Exchange, State
from ai_gov.service.ports import Clock
from ai_gov.stores.append import append, draft
from ai_gov.stores.engine import Database
from ai_gov.stores.errors import StepConflict

WAIT_S = 6.0
"""How long one is left alone (seconds): whoever wrote it may try again within the deadline of a write."""

LIMIT = 100_000
"""How many are kept; beyond that the next start finds them, as interrupted."""


class Doubtful:
    """書けたか分からない記録."""

    def __init__(
        self, database: Database, *, instance: str, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._instance = instance
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, Exchange, State]] = []

    def add(self, exchange: Exchange, outcome: State = State.FAILED) -> None:
        """Give it this outcome, later."""
        with self._lock:
            if len(self._waiting) < LIMIT:
                self._waiting.append((self._monotonic() + WAIT_S, exchange, outcome))

    def settle(self) -> int:
        """Give those that have waited their outcome. Returns how many had stayed open. Raises StoreFailed."""
        now, count = self._monotonic(), 0
        with self._lock:
            ready = [item for item in self._waiting if item[0] <= now]
            self._waiting = [item for item in self._waiting if item[0] > now]
        for at, item in enumerate(ready):
            try:
                count += self.close(item[1], item[2])
            except StoreFailed:
                with self._lock:
                    self._waiting = [*ready[at:], *self._waiting]
                raise
        return count

    def close(self, exchange: Exchange, outcome: State) -> bool:
        """Write the outcome of an exchange that nobody goes on with. False where it has one, or was never written."""
        data: dict[str, Any] = {"code": "record_failed"}
        if exchange.state is State.DECIDED:
            data["sent"] = False
        step = flow.finish(replace(exchange, state=State.DECIDED), outcome, at=self._clock.now(), data=data)
        try:
            with self._database.write() as connection:
                append(connection, draft(step), instance=self._instance)
        except StepConflict:
            return False
        return True
