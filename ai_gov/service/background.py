"""裏の仕事: something that a process does again and again beside its requests, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from ai_gov.errors import AiGovError

log = logging.getLogger(__name__)

PATIENCE_S: Final = 10.0
"""How long ``stop`` waits for the round under way (seconds)."""


class Background:
    """裏の仕事: rounds of ``work`` until ``stop``, whatever breaks in one of them.

    ``failing`` begins the line of the log that says so (Japanese); of what is no AiGovError only its kind is told,
    because its words may hold a text.
    """

    def __init__(self, name: str, work: Callable[[], object], *, failing: str) -> None:
        self._name = name
        self._work = work
        self._failing = failing
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def stopping(self) -> bool:
        """Whether a round should come to its end."""
        return self._stop.is_set()

    def start(self, interval_s: float) -> None:
        """Begin; the first round comes after one interval."""
        self._thread = threading.Thread(target=self._run, args=(interval_s,), name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End after the round under way, which is not waited for for ever. It can be started again."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(PATIENCE_S)
            if self._thread.is_alive():  # it ends as soon as it can
                return
            self._thread = None
        self._stop.clear()

    def rest(self, seconds: float) -> bool:
        """Pause within a round. Whether it should come to its end."""
        return self._stop.wait(seconds)

    def _run(self, interval_s: float) -> None:
        while not self._stop.wait(interval_s):
            try:
                self._work()
            except AiGovError as error:
                log.error("%s。次の回にやり直します: %s", self._failing, error)  # noqa: TRY400
            except Exception as error:  # noqa: BLE001 - whatever breaks, the next round comes
                log.error("%s。次の回にやり直します: %s", self._failing, type(error).__name__)  # noqa: TRY400
