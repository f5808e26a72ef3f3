"""期限の見回り: destroys the texts whose time is up also where nobody opens a page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from ai_gov.errors import AiGovError

log = structlog.get_logger(__name__)
EVERY_S: Final = 600.0


async def keep_expiring(expire: Callable[[], int], *, every_s: float = EVERY_S) -> None:
    """見回り続ける, until cancelled. A fault of the database is told and tried again."""
    while True:
        try:
            count = await asyncio.to_thread(expire)
        except AiGovError as error:
            log.warning("texts under review could not be destroyed", code=error.code)
        else:
            if count:
                log.info("texts under review destroyed, their time is up", count=count)
        await asyncio.sleep(every_s)
