"""本文の受信: the bytes of a request, never more of them than the limit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from ai_gov.errors import BadRequest, ClientGone
from ai_gov.gateway.wire import WireLimits, too_many_bytes

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
SECONDS: Final = 60.0  # for the whole body to arrive
_PATIENCE: Final = 5.0  # seconds for the rest of a body that is refused already
_SKIPPED: Final = 64 * 1024 * 1024  # bytes of such a rest that are read and thrown away


async def read_body(receive: Receive, limits: WireLimits, *, seconds: float = SECONDS) -> bytes:
    """The body. Raises TooLarge as soon as it is too long, BadRequest where it does not end, ClientGone."""
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in _pieces(receive):
                size += len(piece)
                if size > limits.max_body_bytes:
                    pieces.clear()
                    break
                pieces.append(piece)
    except TimeoutError:
        raise BadRequest(f"本文が{seconds:g}秒以内に届きませんでした。もう一度送ってください。") from None
    if size > limits.max_body_bytes:
        await _skip(receive)
        raise too_many_bytes(limits)
    return b"".join(pieces)


async def _pieces(receive: Receive) -> Any:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        yield message.get("body", b"")
        if not message.get("more_body", False):
            return


async def _skip(receive: Receive) -> None:
    """Let the client finish writing, so that it reads our reply; keep nothing of it."""
    size = 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for piece in _pieces(receive):
                size += len(piece)
                if size > _SKIPPED:
                    return
    except TimeoutError:
        return
