"""点検: what /readyz answers. Anybody may ask, so it is looked at once in a while, however often that is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

log = structlog.get_logger(__name__)
Check = Callable[[], Awaitable[Sequence[str]]]
"""What stands in the way of serving, as sentences; nothing where all is well."""

FRESH_S: Final = 2.0
PATIENCE_S: Final = 10.0
_NO_END: Final = "点検が時間内に終わりませんでした。情報担当は「ai-gov doctor」で確かめてください。"
_BROKEN: Final = "点検が正しく終わりませんでした。情報担当は「ai-gov doctor」で確かめてください。"


class Ready:
    """点検: the checks one after the other; an answer is at most ``fresh_s`` seconds old."""

    def __init__(self, *checks: Check, fresh_s: float = FRESH_S, patience_s: float = PATIENCE_S) -> None:
        self._checks = checks
        self._fresh_s = fresh_s
        self._patience_s = patience_s
        self._lock = asyncio.Lock()
        self._until = float("-inf")
        self._problems: list[str] = []

    async def __call__(self) -> list[str]:
        """The problems now."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._problems = [sentence for check in self._checks for sentence in await self._said(check)]
                self._until = time.monotonic() + self._fresh_s
            return list(self._problems)

    async def _said(self, check: Check) -> Sequence[str]:
        try:
            async with asyncio.timeout(self._patience_s):
                return await check()
        except TimeoutError:
            return [_NO_END]
        except Exception as error:  # noqa: BLE001 - whatever breaks, it is not ready
            log.error("not ready", error=type(error).__name__)  # noqa: TRY400 - a traceback may hold text
            return [_BROKEN]
