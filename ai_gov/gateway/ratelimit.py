"""回数の上限: how many requests one person may make in a minute, as the policy says.

Counted in memory and in this process only: with several processes each counts its own. What a minute holds is
forgotten at its end, so no more is kept than who asked within it.
"""

from __future__ import annotations

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from ai_gov.errors import TooMany
from ai_gov.model import Actor

MINUTE_S: Final = 60.0
STRANGERS: Final = 30
"""Requests without a valid key in a minute, from one address, that still get a 401."""


class RateLimit:
    """回数の上限. A request over the limit is not counted: it does not lengthen the wait."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._began = monotonic()
        self._counts: Counter[str] = Counter()

    def person(self, actor: Actor, limit: int | None) -> None:
        """Count a request of a person, with whichever of their keys. Raises TooMany over the limit; none: no limit."""
        wait = 0 if limit is None else self._wait(f"{actor.organisation}/{actor.person}", limit)
        if wait:
            raise TooMany(
                f"1分間の依頼の上限（{limit:,}回）を超えました。{wait}秒待ってからもう一度送ってください。"
                "上限は、情報担当が policy.yaml の limits.requests_per_minute で変えられます。",
                retry_after=wait,
            )

    def stranger(self, address: str) -> None:
        """Count a request that nobody is known for. Raises TooMany over the limit."""
        wait = self._wait(f"@{address}", STRANGERS)
        if wait:
            raise TooMany(
                "APIキーのない、または無効な依頼が続いています。"
                f"{wait}秒待ってから、情報担当が発行した有効な鍵を付けて送ってください。",
                retry_after=wait,
            )

    def _wait(self, source: str, limit: int) -> int:
        """Seconds until the next minute where this source has had its requests, else 0."""
        now = self._monotonic()
        if now - self._began >= MINUTE_S:
            self._counts.clear()
            self._began = now
        if self._counts[source] >= limit:
            return math.ceil(self._began + MINUTE_S - now)
        self._counts[source] += 1
        return 0


def source_of(client: tuple[str, int] | None) -> str:
    """発信元: the address of a connection; of IPv6 its network, because one machine has a whole /64.

    >>> source_of(("10.0.0.5", 40000)), source_of(("2001:db8::1:2", 40000)), source_of(None)
    ('10.0.0.5', '2001:db8::/64', '')
    """
    if client is None:
        return ""
    try:
        address = ipaddress.ip_address(client[0].partition("%")[0])
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((int(address) >> 64 << 64, 64)))
