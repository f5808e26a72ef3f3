"""見張り: the thread of a server that looks for alerts, and has the log verified when that is due."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from ai_gov.notify.verification import Verifier
from ai_gov.service.audit_alerts import AlertService, Health
from ai_gov.service.background import Background


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
        self._thread = Background("ai-gov-alerts", self.look, failing="警報の見張りができません")

    def start(self) -> None:
        """Look in a thread until ``stop``."""
        self._thread.start(self._seconds)

    def stop(self) -> None:
        """Stop the thread; a verification under way is not waited for."""
        self._thread.stop()

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
