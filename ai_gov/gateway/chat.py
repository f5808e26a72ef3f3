"""チャットの受付: one request to /v1/chat/completions, from its bytes to the last byte of its answer.

A client that goes away is noticed while the answer is being made: the work is cancelled, and the service writes the
row of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, Final, Protocol

from starlette.datastructures import Headers

from ai_gov.errors import AiGovError, BadRequest, ClientGone, Stopped
from ai_gov.gateway import sse
from ai_gov.gateway.auth import declared, may_ask
from ai_gov.gateway.body import Receive, read_body
from ai_gov.gateway.metrics import Metrics
from ai_gov.gateway.replies import Internal, about, reply_to
from ai_gov.gateway.wire import WireLimits, read_chat
from ai_gov.model import Actor
from ai_gov.service.messages import Answer, AnswerStream, AskRequest

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
CLIENT: Final = "gateway"
_SLOW: Final = 64 * 1024  # bytes from which reading a body is left to a thread
_COMMON: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Asks(Protocol):
    """依頼の受付, as the gateway needs it (service/ask.py)."""

    async def ask(self, request: AskRequest) -> Answer:
        """The whole answer."""
        ...

    async def ask_stream(self, request: AskRequest) -> AnswerStream:
        """The answer in chunks."""
        ...

    async def refused(self, error: AiGovError, *, actor: Actor | None, client: str, address: str = "") -> str:
        """Record a request that never became one."""
        ...

    async def refused_again(
        self, error: AiGovError, *, record: str, actor: Actor | None, client: str, address: str, count: int
    ) -> None:
        """Record further ones of one kind, counted together."""
        ...

    def requests_per_minute(self) -> int | None:
        """How many the policy allows one person; none for no limit."""
        ...

    async def models(self, actor: Actor) -> list[str]:
        """The names a client may ask for."""
        ...

    async def problems(self) -> list[str]:
        """What stands in the way of serving."""
        ...

    def pseudonym(self, actor: Actor) -> str:
        """What an upstream may be told of who asks."""
        ...


class Response:
    """応答の書き出し: one ASGI response, which knows whether it has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0  # not begun

    async def whole(self, status: int, body: bytes, headers: dict[str, str], kind: str = "application/json") -> None:
        """A response in one piece."""
        await self._start(status, {**headers, "Content-Type": kind, "Content-Length": str(len(body))})
        await self._send({"type": "http.response.body", "body": body})

    async def events(self, headers: dict[str, str]) -> None:
        """Begin an event stream. Proxies are asked not to gather it."""
        await self._start(200, {**headers, "Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})

    async def piece(self, body: bytes, *, more: bool = True) -> None:
        """Go on with what has begun."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def _start(self, status: int, headers: dict[str, str]) -> None:
        raw = [(name.lower().encode(), value.encode("ascii")) for name, value in (_COMMON | headers).items()]
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": raw})


class Chat:
    """チャットの受付."""

    def __init__(self, ask: Asks, limits: WireLimits, metrics: Metrics) -> None:
        self._ask = ask
        self._limits = limits
        self._metrics = metrics

    async def __call__(
        self, headers: Headers, actor: Actor, receive: Receive, response: Response, started: float
    ) -> None:
        """Answer one request. Raises AiGovError while nothing has been written."""
        may_ask(actor)
        said = declared(headers)
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise BadRequest("圧縮された本文は読めません。圧縮せずに送ってください。", param="Content-Encoding")
        body = await read_body(receive, self._limits)
        pseudonym = self._ask.pseudonym(actor)
        if len(body) > _SLOW:
            chat = await asyncio.to_thread(read_chat, body, self._limits, pseudonym=pseudonym)
        else:
            chat = read_chat(body, self._limits, pseudonym=pseudonym)
        request = chat.by(actor, client=CLIENT, use=said.use, declared=said.level)
        await while_connected(receive, self._answer(request, response, started))

    async def _answer(self, request: AskRequest, response: Response, started: float) -> None:
        try:
            if request.stream:
                answer: Answer | AnswerStream = await self._ask.ask_stream(request)
            else:
                answer = await self._ask.ask(request)
        except Stopped as error:
            self._metrics.decided(reply_to(error).body["ai_gov"]["action"], error.level)
            raise
        self._metrics.decided(answer.action.value, answer.level.code)
        headers = about(answer.record, answer.level, answer.action.value, label=True)
        if isinstance(answer, Answer):
            await response.whole(200, sse.encode(answer.body), headers)
        else:
            await self._stream(answer, headers, response, started)

    async def _stream(self, answer: AnswerStream, headers: dict[str, str], response: Response, started: float) -> None:
        """Chunks as they come. Nothing is written before the first, so that until then an error has its status."""
        chunks = aiter(answer.chunks)
        try:
            async for chunk in chunks:
                if not response.status:
                    await response.events(headers)
                    self._metrics.first_chunk(started)
                await response.piece(sse.event(chunk))
            if not response.status:
                await response.events(headers)
            await response.piece(sse.DONE, more=False)
        except Exception as error:
            if not response.status:
                raise
            said = error if isinstance(error, AiGovError) else Internal()
            said.record = said.record or answer.record
            await response.piece(sse.event(reply_to(said).body), more=False)
            raise
        finally:
            closing = getattr(chunks, "aclose", None)
            if closing is not None:
                await closing()


async def while_connected(receive: Receive, work: Coroutine[Any, Any, None]) -> None:
    """Do some work as long as the client is there. Once it is not, the work is stopped and writes its own row."""
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientGone(recorded=True)
    finally:
        gone.cancel()
        if not task.done():
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
