"""利用の条件としてのガイドラインの確認: where the policy says so, nobody asks before having read the one in force."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from ai_gov.documents.guideline.version import Version
from ai_gov.errors import Unprepared
from ai_gov.model import Actor
from ai_gov.service.guideline_versions import GuidelineVersions
from ai_gov.service.ports import Governance

PAGE: Final = "/guideline/read"
FRESH_S: Final = 5.0
"""How long a process may go on demanding the version it knows before it looks again (seconds)."""
_MOST: Final = 50_000


class GuidelineRead:
    """ガイドラインを読んだこと: service.ports.Condition."""

    def __init__(
        self,
        versions: GuidelineVersions,
        *,
        public_url: str = "",
        fresh_s: float = FRESH_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._versions = versions
        self._url = public_url.rstrip("/")
        self._fresh_s = fresh_s
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Version | None]] = {}
        self._read: set[tuple[str, str, int]] = set()

    async def check(self, actor: Actor, governance: Governance) -> None:
        """Raises Unprepared for somebody who has not read the version in force; nothing is asked where there is none.

        An acknowledgement is never taken back, so that one that was seen is not looked up again.
        """
        if not governance.policy.guideline.acknowledge:
            return
        version = await self._in_force(actor.organisation)
        if version is None:
            return
        mark = (actor.organisation, actor.person, version.number)
        if mark in self._read:
            return
        if not await asyncio.to_thread(self._versions.has_read, *mark):
            raise Unprepared(
                f"施行中の「{version.title}」（第{version.number}版）をまだ確認していないため、何も送信していません。"
                f"読んで「確認しました」を押してから、もう一度送ってください。読む場所: {self._url}{PAGE}",
                page=PAGE,
            )
        if len(self._read) >= _MOST:
            self._read.clear()
        self._read.add(mark)

    async def _in_force(self, organisation: str) -> Version | None:
        known = self._known.get(organisation)
        now = self._monotonic()
        if known is None or now - known[0] >= self._fresh_s:
            known = (now, await asyncio.to_thread(self._versions.in_force, organisation))
            self._known[organisation] = known
        return known[1]
