"""見張り: the thread of a server that looks for alerts, and the verification that runs beside it in its own process."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from ai_gov.errors import AiGovError, VerificationFailed, exit_code
from ai_gov.service.audit_alerts import AlertService, Health

log = logging.getLogger(__name__)

LONGEST_S: Final = 6 * 3600
"""How long a verification may take (seconds)."""

FAILED: Final = exit_code(VerificationFailed(()))
_COMMAND: Final = "import os; os.nice(15); from ai_gov.cli import main; main()"


def free_percent(folder: Path) -> float | None:
    """空き: of the disk that a folder lies on, in percent."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return usage.free / usage.total * 100


def verify_apart() -> bool:
    """検証: of the whole log, in a process of its own and with low priority. Whether the log is what it was."""
    done = subprocess.run(  # noqa: S603 - our own command; nothing of it comes from outside
        [sys.executable, "-c", _COMMAND, "audit", "verify"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=LONGEST_S,
        check=False,
    )
    return done.returncode != FAILED


class Watch:
    """見張り: ``start`` and ``stop``.

    ``every_hours``: how often the log is verified, 0 for never; ``measure``: further figures for ``figures``.
    """

    def __init__(
        self,
        service: AlertService,
        *,
        folder: Path,
        seconds: float,
        every_hours: Callable[[], int],
        measure: Callable[[], Mapping[str, float]] = dict,
        verify: Callable[[], bool] = verify_apart,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._folder = folder
        self._seconds = seconds
        self._every_hours = every_hours
        self._measure = measure
        self._verify = verify
        self._monotonic = monotonic
        self._due = monotonic() + seconds
        self._sound = True
        self._raised = 0
        self._figures: Mapping[str, float] = {}
        self._checking: threading.Thread | None = None
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
        if hours and self._monotonic() >= self._due and self._checking is None:
            self._due = self._monotonic() + hours * 3600
            self._checking = threading.Thread(target=self._check, name="ai-gov-verify", daemon=True)
            self._checking.start()
        free = free_percent(self._folder)
        self._raised += len(self._service.look(Health(free, problems=0 if self._sound else 1)))
        known = {"ai_gov_alerts": float(self._raised), "ai_gov_log_sound": float(self._sound), **self._measure()}
        self._figures = known if free is None else {**known, "ai_gov_disk_free_ratio": free / 100}

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self.look()
            except AiGovError as error:
                log.error("警報の見張りができません。次の回にやり直します: %s", error)  # noqa: TRY400
            except Exception as error:  # noqa: BLE001 - whatever breaks, the watch goes on
                log.error("警報の見張りが失敗しました: %s", type(error).__name__)  # noqa: TRY400

    def _check(self) -> None:
        try:
            self._sound = self._verify()
        except (OSError, subprocess.SubprocessError) as error:
            log.error("検証を実行できませんでした: %s", type(error).__name__)  # noqa: TRY400
        finally:
            self._checking = None
