"""ゲートウェイ: the OpenAI-compatible application. Whatever it does not know under /v1 is refused and recorded."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Lifespan, Receive, Scope
from starlette.types import Send as StarletteSend

from ai_gov.errors import AiGovError, ClientGone, StoreFailed, Unauthenticated, UnknownRoute
from ai_gov.gateway import sse
from ai_gov.gateway.auth import authenticate, may_ask
from ai_gov.gateway.chat import CLIENT, Asks, Chat, Response
from ai_gov.gateway.metrics import CONTENT_TYPE, Gauges, Metrics
from ai_gov.gateway.ratelimit import RateLimit, source_of
from ai_gov.gateway.ready import Check, Ready
from ai_gov.gateway.refusals import Refusals
from ai_gov.gateway.replies import Internal, MethodNotAllowed, reply_to
from ai_gov.gateway.transport import require_protected
from ai_gov.gateway.wire import WireLimits
from ai_gov.model import Actor
from ai_gov.service.ports import People

log = structlog.get_logger(__name__)
Serve = Callable[[Scope, Receive, Response, Actor, float], Awaitable[None]]

LATER: Final = ("/v1/responses", "/v1/embeddings", "/v1/completions", "/v1/messages")
"""Routes that clients know and that are refused with a word of their own."""


def create_app(
    ask: Asks,
    people: People,
    *,
    limits: WireLimits | None = None,
    checks: Sequence[Check] = (),
    pages: ASGIApp | None = None,
    gauges: Gauges | None = None,
    rate: RateLimit | None = None,
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """The application. ``checks`` say what is wrong, for /readyz, besides what ``ask`` says.

    ``pages`` answers every path that is none of the gateway's. ``gauges`` are further figures for /metrics; ``rate``
    is shared with the pages.

    ``lifespan`` opens and closes what it stands on.
    """
    metrics, rate, refusals = Metrics(gauges), rate or RateLimit(), Refusals(ask, CLIENT)
    chat = Chat(ask, limits or WireLimits(), metrics)

    async def chats(scope: Scope, receive: Receive, response: Response, actor: Actor, started: float) -> None:
        await chat(Headers(scope=scope), actor, receive, response, started)

    async def models(_: Scope, __: Receive, response: Response, actor: Actor, ___: float) -> None:
        may_ask(actor)
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "ai-gov"} for name in await ask.models(actor)]
        await response.whole(200, sse.encode({"object": "list", "data": data}), {})

    async def unknown(scope: Scope, _: Receive, __: Response, ___: Actor, ____: float) -> None:
        if scope["path"].startswith(LATER):
            message = "この経路にはまだ対応していません。/v1/chat/completions を使ってください。"
        else:
            message = "この経路はありません。使えるのは /v1/chat/completions と /v1/models です。"
        raise UnknownRoute(message)

    async def healthz(_: Scope, __: Receive, response: Response) -> None:
        await response.whole(200, b'{"status":"ok"}', {})

    async def inspects() -> Sequence[str]:
        return await ask.problems()

    ready = Ready(inspects, *checks)

    async def readyz(_: Scope, __: Receive, response: Response) -> None:
        problems = await ready()
        body = {"status": "unavailable" if problems else "ok", "problems": problems}
        await response.whole(503 if problems else 200, sse.encode(body), {})

    async def figures(_: Scope, __: Receive, response: Response) -> None:
        await response.whole(200, metrics.text(), {}, CONTENT_TYPE)

    async def nothing(_: Scope, __: Receive, response: Response) -> None:
        reply = reply_to(UnknownRoute("このページはありません。"))
        await response.whole(reply.status, sse.encode(reply.body), reply.headers)

    def guarded(name: str, method: str, serve: Serve) -> _Guarded:
        return _Guarded(ask, people, metrics, rate=rate, refusals=refusals, endpoint=_Endpoint(name, method, serve))

    routes: list[BaseRoute] = [
        Route("/v1/chat/completions", guarded("chat", "POST", chats)),
        Route("/v1/models", guarded("models", "GET", models)),
        Route("/v1", guarded("unknown", "", unknown)),
        Route("/v1/{rest:path}", guarded("unknown", "", unknown)),
        Route("/healthz", _Open(healthz)),
        Route("/readyz", _Open(readyz)),
        Route("/metrics", _Open(figures)),
        Mount("", pages) if pages else Route("/{rest:path}", _Open(nothing)),
    ]
    app = Starlette(routes=routes, lifespan=functools.partial(refusals.around, lifespan))
    app.router.redirect_slashes = False
    return app


@dataclass(frozen=True, slots=True)
class _Endpoint:
    name: str
    method: str  # empty: any
    serve: Serve

    def check(self, method: str) -> None:
        if self.method not in ("", method):
            raise MethodNotAllowed(f"この経路は {self.method} だけを受け付けます。")


class _Guarded:
    """A route that asks who is there, and records what it refuses."""

    def __init__(
        self,
        ask: Asks,
        people: People,
        metrics: Metrics,
        *,
        rate: RateLimit,
        refusals: Refusals,
        endpoint: _Endpoint,
    ) -> None:
        self._ask = ask
        self._people = people
        self._metrics = metrics
        self._rate = rate
        self._refusals = refusals
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: StarletteSend) -> None:
        started = self._metrics.start()
        response = Response(send)
        actor: Actor | None = None
        code = ""
        try:
            actor = await self._known(scope)
            self._rate.person(actor, self._ask.requests_per_minute())
            self._endpoint.check(scope["method"])
            await self._endpoint.serve(scope, receive, response, actor, started)
        except AiGovError as error:
            code = await self._refuse(error, actor, response, scope)
        except Exception as error:
            log.exception("request failed", exc_info=error, route=self._endpoint.name)
            code = await self._refuse(Internal(), actor, response, scope)
        finally:
            self._metrics.end(
                started, route=self._endpoint.name, status=response.status or ClientGone.status, code=code
            )

    async def _known(self, scope: Scope) -> Actor:
        """Who asks. A valid key is let in however often a wrong one came from the same address."""
        require_protected(scope)
        try:
            return await authenticate(Headers(scope=scope), self._people)
        except Unauthenticated:
            self._rate.stranger(source_of(scope.get("client")))
            raise

    async def _refuse(self, error: AiGovError, actor: Actor | None, response: Response, scope: Scope) -> str:
        """Record what is not recorded yet, then say it, unless an answer has begun or nobody is there."""
        if not error.record and not isinstance(error, StoreFailed) and not _recorded(error):
            try:
                address = source_of(scope.get("client"))
                error.record = await self._refusals.record(error, actor=actor, address=address)
            except StoreFailed as failure:
                error = failure
        if not response.status and not isinstance(error, ClientGone):
            reply = reply_to(error)
            headers = reply.headers
            if isinstance(error, MethodNotAllowed):
                headers = {**headers, "Allow": self._endpoint.method}
            await response.whole(reply.status, sse.encode(reply.body), headers)
        return error.code


def _recorded(error: AiGovError) -> bool:
    return isinstance(error, ClientGone) and error.recorded


class _Open:
    """A route that anybody may ask; it knows nothing of prompts."""

    def __init__(self, serve: Callable[[Scope, Receive, Response], Awaitable[None]]) -> None:
        self._serve = serve

    async def __call__(self, scope: Scope, receive: Receive, send: StarletteSend) -> None:
        response = Response(send)
        try:
            await self._serve(scope, receive, response)
        except Exception as error:
            log.exception("request failed", exc_info=error)
            if not response.status:
                reply = reply_to(error if isinstance(error, AiGovError) else Internal())
                await response.whole(reply.status, sse.encode(reply.body), reply.headers)
