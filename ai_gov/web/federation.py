"""組織のアカウントでのログインの画面: to the provider, back from it, and out of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, TooMany
from ai_gov.service.accounts import Accounts
from ai_gov.service.federation import ON_THE_WAY, Federation
from ai_gov.web.guard import Guard, local_path
from ai_gov.web.render import render

COOKIE: Final = "ai_gov_way"
THREADS: Final = 4
_REPLY: Final = ("code", "state", "iss", "error")
_LONGEST: Final = 4096
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SignIn:
    """ログインの画面が使うもの. ``stranger`` counts failures of an address and raises TooMany; none of ours counts."""

    accounts: Accounts
    federation: Federation
    stranger: Callable[[str], None]
    source: Callable[[tuple[str, int] | None], str]

    def ask(self, request: Request, *, following: str, status: int = 200, message: str = "", **typed: str) -> Response:
        """ログイン画面."""
        return render(
            request,
            "signin.html",
            status=status,
            message=message,
            typed=typed,
            next=following,
            providers=self.federation.titles(),
            local=self.accounts.local,
        )


def routes(guard: Guard, pages: SignIn) -> list[Route]:
    """/signin/with/…, /signin/back/…, /signin/left/…."""
    federation = pages.federation
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ai-gov-identity")

    async def apart(work: Callable[[], T]) -> T:
        """In a thread of its own few, so that a provider that hangs keeps nobody else waiting."""
        return await asyncio.get_running_loop().run_in_executor(pool, work)

    def limit(request: Request) -> Callable[[], None]:
        def count() -> None:
            client = request.client
            try:
                pages.stranger(pages.source((client.host, client.port) if client else None))
            except TooMany as error:
                seconds = error.retry_after or 60
                message = f"ログインの失敗が続いています。{seconds}秒待ってから、もう一度お試しください。"
                raise TooMany(message, retry_after=error.retry_after) from None

        return count

    async def start(request: Request) -> Response:
        following = local_path(request.query_params.get("next", "/"))
        name = request.path_params["provider"][:64]
        try:
            started = await apart(lambda: federation.start(name, following, failing=limit(request)))
        except AiGovError as error:
            return pages.ask(request, following=following, status=error.status, message=error.message)
        seconds = int(ON_THE_WAY.total_seconds())
        return guard.lend(RedirectResponse(started.url, 303), COOKIE, started.cookie, seconds=seconds)

    async def back(request: Request) -> Response:
        reply = {name: request.query_params.get(name, "")[:_LONGEST] for name in _REPLY}
        try:
            signed, following = await apart(
                lambda: federation.finish(
                    request.path_params["provider"][:64],
                    guard.lent(request, COOKIE)[:_LONGEST],
                    reply,
                    user_agent=request.headers.get("user-agent", ""),
                    failing=limit(request),
                )
            )
        except AiGovError as error:
            response = pages.ask(request, following="/", status=error.status, message=error.message)
        else:
            response = await guard.enter(request, RedirectResponse(local_path(following), 303), signed.token)
        return guard.take_back(response, COOKIE)

    async def left(request: Request) -> Response:
        name = request.path_params["provider"][:64]
        url = await apart(lambda: federation.leave(name))
        title = federation.titles().get(name, "")
        return render(request, "left.html", url=url, at_once=federation.leaves_at_once(name), provider=title)

    return [
        guard.open("/signin/with/{provider}", start),
        guard.open("/signin/back/{provider}", back),
        guard.open("/signin/left/{provider}", left),
    ]
