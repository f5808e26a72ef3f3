"""検査の列: inspections run in threads of their own, one for short texts and one for long ones.

More threads would only take the interpreter from one another: inspection is bound by it. Two, so that a one-line
question does not wait behind minutes of 200,000 characters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

T = TypeVar("T")
LONG: Final = 8_000
"""Characters from which a text goes with the long ones."""


class Lanes:
    """検査の列. ``deadline``: seconds that one inspection may take, waiting for its turn included."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._lanes = {"short": _lane("short"), "long": _lane("long")}

    async def run(self, work: Callable[[], T], *, characters: int = 0) -> T:
        """What ``work`` returns. Raises TimeoutError at the deadline, and what ``work`` raises."""
        name = "long" if characters >= LONG else "short"
        lane = self._lanes[name]
        job = lane.submit(work)
        try:
            async with asyncio.timeout(self.deadline):
                return await asyncio.wrap_future(job)
        except TimeoutError:
            if job.running() and self._lanes[name] is lane:  # a thread can't be stopped: later ones get another
                self._lanes[name] = _lane(name)
                lane.shutdown(wait=False)
            raise


def _lane(name: str) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix=f"ai-gov-inspection-{name}")
