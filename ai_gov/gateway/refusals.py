"""断った依頼の記録: a row for each, and one row a minute for all further ones where the same one comes again and again.

A machine with a wrong key asks thousands of times; the log must say so without growing with it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog

from ai_gov.errors import AiGovError, Forbidden, StoreFailed, TooMany, Unauthenticated, UnknownRoute
from ai_gov.gateway.ratelimit import MINUTE_S
from ai_gov.gateway.replies import MethodNotAllowed
from ai_gov.model import Actor

log = structlog.get_logger(__name__)
EACH: Final = 10
"""Rows in a minute for one source and code before they are counted together."""
SOURCES: Final = 1_000
"""Sources of a minute that are told apart; all others are one."""
OTHERS: Final = "*"
_REPEATED: Final = (Unauthenticated, Forbidden, UnknownRoute, MethodNotAllowed, TooMany)


class Records(Protocol):
    """What writes the rows (service/ask.py)."""

    async def refused(self, error: AiGovError, *, actor: Actor | None, client: str, address: str = "") -> str:
        """One refusal; its record id."""
        ...

    async def refused_again(
        self, error: AiGovError, *, record: str, actor: Actor | None, client: str, address: str, count: int
    ) -> None:
        """Further refusals of one kind, counted together."""
        ...


@dataclass(slots=True)
class _Counted:
    """What one source was refused for, this minute."""

    error: AiGovError
    actor: Actor | None
    address: str
    rows: int = 0
    more: int = 0
    record: str = ""  # of the last row


class Refusals:
    """断った依頼の記録. Holds at most a minute of counts; ``around`` writes them when the server stops."""

    def __init__(self, records: Records, client: str, *, minute_s: float = MINUTE_S) -> None:
        self._records = records
        self._client = client
        self._minute_s = minute_s
        self._counted: dict[tuple[str, str], _Counted] = {}
        self._task: asyncio.Task[None] | None = None

    async def record(self, error: AiGovError, *, actor: Actor | None, address: str) -> str:
        """The record id of a refusal: its own, or that of the last row that says the same. Raises StoreFailed."""
        source = f"{actor.organisation}/{actor.person}" if actor else f"@{address}"
        if not isinstance(error, _REPEATED):
            return await self._records.refused(error, actor=actor, client=self._client)
        if (source, error.code) not in self._counted and len(self._counted) >= SOURCES:
            source, actor, address = OTHERS, None, OTHERS
        counted = self._counted.setdefault((source, error.code), _Counted(error, actor, address))
        self._forget_later()
        if counted.rows >= EACH and counted.record:
            counted.more += 1
            return counted.record
        counted.rows += 1
        shown = "" if actor else address
        counted.record = await self._records.refused(error, actor=actor, client=self._client, address=shown)
        return counted.record

    async def flush(self) -> None:
        """Write what was counted, and begin a new minute. Raises StoreFailed; what was not written stays counted."""
        for key, counted in list(self._counted.items()):
            if counted.more:
                count, counted.more = counted.more, 0
                try:
                    await self._records.refused_again(
                        counted.error,
                        record=counted.record,
                        actor=counted.actor,
                        client=self._client,
                        address="" if counted.actor else counted.address,
                        count=count,
                    )
                except StoreFailed:
                    counted.more += count
                    raise
            if not counted.more:
                self._counted.pop(key, None)

    @contextlib.asynccontextmanager
    async def around(self, lifespan: Callable[[Any], Any] | None, app: Any) -> AsyncIterator[Any]:
        """The lifespan of an application, with what is still counted written at its end."""
        async with lifespan(app) if lifespan else contextlib.nullcontext() as state:
            try:
                yield state
            finally:
                if self._task:
                    self._task.cancel()
                await self._flush_or_say()

    def _forget_later(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._at_the_minutes_end())

    async def _at_the_minutes_end(self) -> None:
        while self._counted:
            await asyncio.sleep(self._minute_s)
            await self._flush_or_say()

    async def _flush_or_say(self) -> None:
        try:
            await self.flush()
        except StoreFailed:
            log.error("refusals are not written yet", sources=len(self._counted))  # noqa: TRY400 - its text is known
