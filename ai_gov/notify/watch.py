"""見張り: the thread of a server that looks for alerts, and has the log verified when that is due."""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ai_gov.errors import AiGovError
from ai_gov.notify.verification import Verifier
from ai_gov.service.audit_alerts import AlertService, Health

log = logging.getLogger(__name__)


def free_percent(folder: Path) -> float | None:
    """空き: of the disk that a folder lies on, in percent."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return usage.free / usage.total * 100


class Watch:
    """見張り: ``start`` and ``stop``.

    ``every_hours``: how often the log is verified by ``verifier``, 0 for never; ``measure``: further figures.
    """

    def __init__(
        self,
        service: AlertService,
        verifier: Verifier,
        *,
        folder: Path,
        seconds: float,
        every_hours: Callable[[], int],
        measure: Callable[[], Mapping[str, float]] = dict,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._verifier = verifier
        self._folder = folder
        self._seconds = seconds
        self._every_hours = every_hours
        self._measure = measure
        self._monotonic = monotonic
        self._due = monotonic() + seconds
        self._raised = 0
        self._figures: Mapping[str, float] = {}
        self._problems = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look in a thread until ``stop``."""
        self._thread = threading.Thread(target=self._run, name="ai-gov-alerts", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread; a verification under way is not waited for."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(10)
            self._thread = None

    def figures(self) -> Mapping[str, float]:
        """稼働の値: of the log and the machine, as they were at the last look."""
        return self._figures

    def look(self) -> None:
        """Look once, and begin a verification where one is due."""
        hours = self._every_hours()
        if hours and self._monotonic() >= self._due and self._verifier.start():
            self._due = self._monotonic() + hours * 3600
        free, last = free_percent(self._folder), self._verifier.last
        if last is not None and last.ran:
            self._problems = last.problem_count
        self._raised += len(self._service.look(Health(free, self._problems)))
        sound = float(not self._problems)
        known = {"ai_gov_alerts": float(self._raised), "ai_gov_log_sound": sound, **self._measure()}
        self._figures = known if free is None else {**known, "ai_gov_disk_free_ratio": free / 100}

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self.look()
            except AiGovError as error:
                log.error("警報の見張りができません。次の回にやり直します: %s", error)  # noqa: TRY400
            except Exception as error:  # noqa: BLE001 - whatever breaks, the watch goes on
                log.error("警報の見張りが失敗しました: %s", type(error).__name__)  # noqa: TRY400
