"""検証の実行: of the whole log in a process of its own, one at a time, its result kept as an entry."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ai_gov.audit.verification import Verified, from_plain
from ai_gov.errors import AiGovError

log = logging.getLogger(__name__)

LONGEST_S: Final = 6 * 3600
"""How long a verification may take (seconds)."""

CLOSING_S: Final = 60
"""How long the process may take to close the database once it has said what it found (seconds)."""

SAID: Final = 2000
"""Bytes of what the process says of its end that are read: our own messages, which hold no text of a record."""

SHOWN: Final = 200
"""Characters of it that are kept with the result."""

_COMMAND: Final = "import os; os.nice(15); from ai_gov.cli import main; main()"

Progress = Callable[[int], None]
"""Is told how many entries are done so far."""

Run = Callable[[str, Progress], Verified]
"""Verifies the log, against signed notes that were kept elsewhere (a text; empty for none)."""


class Apart:
    """別のプロセスでの検証: with low priority. ``environment``: what the command needs to find the database."""

    def __init__(self, environment: Mapping[str, str], now: Callable[[], dt.datetime]) -> None:
        self._environment = environment
        self._now = now

    def __call__(self, against: str, progress: Progress) -> Verified:
        """Never raises: what keeps it from running is said in the result."""
        began = time.monotonic()
        try:
            with _kept(against) as options:
                result = self._run(options, progress)
        except _EndedError as error:
            log.error("検証の処理が途中で終わりました: %s", error)  # noqa: TRY400
            result = Verified(self._now(), ran=False, reason=f"{_ENDED}{f'（{error}）' if str(error) else ''}")
        except OSError as error:
            log.error("検証を始められませんでした: %s", type(error).__name__)  # noqa: TRY400 - it may hold a path
            result = Verified(self._now(), ran=False, reason=_NOT_BEGUN)
        return replace(result, seconds=time.monotonic() - began, compared=bool(against.strip()))

    def _run(self, options: list[str], progress: Progress) -> Verified:
        command = [sys.executable, "-c", _COMMAND, "audit", "verify", "--json", *options]
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(  # noqa: S603 - our own command; nothing of it comes from outside
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                env={**os.environ, **self._environment},
                text=True,
                encoding="utf-8",
            ) as process,
        ):
            overdue = threading.Timer(LONGEST_S, process.kill)
            overdue.start()
            try:
                found = self._read(process, progress)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(CLOSING_S)
            except ValueError:
                said.seek(0)
                first, *_ = said.read(SAID).decode("utf-8", "replace").strip().splitlines() or [""]
                raise _EndedError(first[:SHOWN]) from None
            else:
                return found
            finally:
                overdue.cancel()
                process.kill()

    def _read(self, process: subprocess.Popen[str], progress: Progress) -> Verified:
        assert process.stdout is not None
        for line in process.stdout:
            said = json.loads(line)
            if "done" in said:
                progress(int(said["done"]))
            else:
                return from_plain(said, self._now())
        raise ValueError("it ended without a result")


class _EndedError(Exception):
    """The process ended without a result; what it said of that, in words of our own."""


_ENDED: Final = "検証の処理が途中で終わりました。情報担当がサーバーの記録を確かめてください。"
_NOT_BEGUN: Final = "検証の処理を始められませんでした。情報担当が空きメモリと空き容量を確かめてください。"


@contextmanager
def _kept(against: str) -> Iterator[list[str]]:
    """The option that names a file with these notes, as long as it is there."""
    if not against.strip():
        yield []
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kept.txt"
        path.write_text(against, "utf-8")
        yield ["--against", str(path)]


@dataclass(frozen=True, slots=True)
class Running:
    """検証中: since when, and how many entries are done."""

    since: dt.datetime
    done: int = 0


class Verifier:
    """検証係: starts a verification unless one is under way, and keeps what it said. ``note`` records it."""

    def __init__(self, run: Run, *, note: Callable[[Verified], object], now: Callable[[], dt.datetime]) -> None:
        self._run = run
        self._note = note
        self._now = now
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self.running: Running | None = None
        self.last: Verified | None = None

    def start(self, *, actor: str = "", against: str = "") -> bool:
        """Begin in a thread. Whether it did: one at a time is enough."""
        with self._lock:
            if self.running is not None:
                return False
            self.running = Running(self._now())
        self._thread = threading.Thread(target=self._check, args=(actor, against), name="ai-gov-verify", daemon=True)
        self._thread.start()
        return True

    def wait(self, seconds: float) -> bool:
        """Wait for the one under way. Whether it is done."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self.running is None

    def _check(self, actor: str, against: str) -> None:
        assert self.running is not None
        since = self.running.since

        def progress(done: int) -> None:
            self.running = Running(since, done)

        try:
            self.last = replace(self._run(against, progress), actor=actor)
            self._note(self.last)
        except AiGovError as error:
            log.error("検証の結果を記録できませんでした: %s", error)  # noqa: TRY400
        except Exception as error:  # noqa: BLE001 - a thread that ends says why
            log.error("検証が失敗しました: %s", type(error).__name__)  # noqa: TRY400
        finally:
            self.running = None
