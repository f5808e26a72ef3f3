"""画面の入口: who is signed in, with which role, and whether a form came from our own page.

Every page of the site goes through ``Guard.page`` or ``Guard.form``; there is no other way to add one.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Final
from urllib.parse import quote, urlsplit

import structlog
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, Forbidden, TooLarge, Unauthenticated
from ai_gov.people.model import Role
from ai_gov.review.reminders import Reminder
from ai_gov.service.accounts import Accounts, Visitor
from ai_gov.web.render import render

log = structlog.get_logger(__name__)
COOKIE: Final = "ai_gov_session"
ANYBODY: Final[frozenset[Role]] = frozenset(Role)
"""Whoever is signed in."""

Page = Callable[[Request, Visitor], Awaitable[Response]]
Form = Callable[[Request, Visitor, FormData], Awaitable[Response]]
Call = Callable[[Request, Visitor, bytes], Awaitable[Response]]
Open = Callable[[Request], Awaitable[Response]]
Remind = Callable[[Visitor], Sequence[Reminder]]
_REMINDED: Final = frozenset({Role.STAFF, Role.REVIEWER})
_MAX_FIELDS: Final = 200


class Guard:
    """画面の入口. ``secure``: whether browsers reach the site by TLS (or a proxy that ends it).

    ``remind``: what the menu counts for somebody.
    """

    def __init__(self, accounts: Accounts, *, secure: bool, remind: Remind | None = None) -> None:
        self._accounts = accounts
        self._remind = remind
        self._secure = secure
        self.cookie = f"__Host-{COOKIE}" if secure else COOKIE

    def page(self, path: str, serve: Page, roles: frozenset[Role] = ANYBODY) -> Route:
        """A page for somebody who is signed in with one of these roles."""

        async def handler(request: Request) -> Response:
            visitor = await self._visitor(request, roles)
            if self._remind is not None and visitor.roles & _REMINDED and not wants_json(request):
                request.state.reminders = await asyncio.to_thread(self._remind, visitor)
            return await serve(request, visitor)

        return Route(path, self._shown(handler), methods=["GET"])

    def form(self, path: str, serve: Form, roles: frozenset[Role] = ANYBODY, *, max_bytes: int = 1_000_000) -> Route:
        """A form that such a person sends from our own page, of so many bytes at most in each field."""

        async def handler(request: Request) -> Response:
            visitor = await self._visitor(request, roles)
            _check_same_site(request)
            async with request.form(max_files=20, max_fields=_MAX_FIELDS, max_part_size=max_bytes) as form:
                _check_token(form.get("csrf") or request.headers.get("x-csrf-token", ""), visitor)
                return await serve(request, visitor, form)

        return Route(path, self._shown(handler), methods=["POST"])

    def call(self, path: str, serve: Call, roles: frozenset[Role] = ANYBODY, *, max_bytes: int = 1_000_000) -> Route:
        """What a script of our own page sends for such a person: bytes, kept in memory, so many at most."""

        async def handler(request: Request) -> Response:
            visitor = await self._visitor(request, roles)
            _check_same_site(request)
            _check_token(request.headers.get("x-csrf-token", ""), visitor)
            return await serve(request, visitor, await body_of(request, max_bytes))

        return Route(path, self._shown(handler), methods=["POST"])

    def open(self, path: str, serve: Open, *, methods: tuple[str, ...] = ("GET",)) -> Route:
        """A page that anybody may see; a form on it is checked for where it comes from."""

        async def handler(request: Request) -> Response:
            if request.method == "POST":
                _check_same_site(request)
            return await serve(request)

        return Route(path, self._shown(handler), methods=list(methods))

    async def known(self, request: Request) -> Visitor | None:
        """Who is signed in, on a page that anybody may see."""
        token = request.cookies.get(self.cookie, "")
        if not token:
            return None
        agent = request.headers.get("user-agent", "")
        visitor = await asyncio.to_thread(self._accounts.visitor, token, user_agent=agent)
        request.state.visitor = visitor
        return visitor

    async def enter(self, request: Request, response: Response, token: str) -> Response:
        """Give the browser its session; the one that it had until now ends."""
        before = await self.known(request)
        if before is not None:
            await asyncio.to_thread(self._accounts.sign_out, before)
        response.set_cookie(self.cookie, token, path="/", secure=self._secure, httponly=True, samesite="lax")
        return response

    def lend(self, response: Response, name: str, value: str, *, seconds: int) -> Response:
        """Give the browser something to bring back soon, which no script can read."""
        cookie = self._lent(name)
        response.set_cookie(
            cookie, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
        return response

    def lent(self, request: Request, name: str) -> str:
        """What it brings back."""
        return request.cookies.get(self._lent(name), "")

    def take_back(self, response: Response, name: str) -> Response:
        """And that is over."""
        response.delete_cookie(self._lent(name), path="/", secure=self._secure, httponly=True, samesite="lax")
        return response

    def _lent(self, name: str) -> str:
        return f"__Host-{name}" if self._secure else name

    def leave(self, response: Response) -> Response:
        """Take it back."""
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="lax")
        return response

    async def _visitor(self, request: Request, roles: frozenset[Role]) -> Visitor:
        visitor = await self.known(request)
        if visitor is None:
            raise Unauthenticated("ログインしてください。")
        if visitor.must_change and request.url.path not in ("/password", "/signout"):
            raise _Redirect("/password")
        if not visitor.roles & roles and roles is not ANYBODY:
            names = "・".join(role.ja for role in Role if role in roles)
            raise Forbidden(f"この画面を使うには、役割（{names}）が必要です。情報担当に相談してください。")
        return visitor

    def _shown(self, handler: Open) -> Open:
        """The handler, with what goes wrong in it shown as a page."""

        async def shown(request: Request) -> Response:
            try:
                response = await handler(request)
            except _Redirect as redirect:
                response = RedirectResponse(redirect.to, 303)
            except Unauthenticated as error:
                if request.method == "GET" and not wants_json(request):
                    response = RedirectResponse(f"/signin?next={quote(request.url.path)}", 303)
                else:
                    response = failed(request, error.status, error.message)
            except AiGovError as error:
                response = failed(request, error.status, error.message)
            except HTTPException as error:  # a form that can't be read
                response = failed(request, error.status_code, "送られた内容を読めません。画面を開き直してください。")
            except Exception as error:  # noqa: BLE001 - a traceback may hold what was typed
                log.error("page failed", error=type(error).__name__, path=request.url.path)  # noqa: TRY400
                response = failed(request, 500, "処理できませんでした。続く場合は情報担当に連絡してください。")
            return response

        return shown


class _Redirect(Exception):
    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


def failed(request: Request, status: int, message: str) -> Response:
    """What went wrong, as a page or, where a script asked, as JSON."""
    if wants_json(request):
        return JSONResponse({"error": {"message": message, "status": status}}, status)
    return render(request, "error.html", status=status, code=status, message=message)


def wants_json(request: Request) -> bool:
    """Whether a script of ours asks."""
    return "application/json" in request.headers.get("accept", "")


def local_path(wanted: str) -> str:
    """A path of this site to go on to; the start page for anything else.

    >>> local_path("/audit"), local_path("//elsewhere.example/"), local_path("https://elsewhere.example/")
    ('/audit', '/', '/')
    """
    parts = urlsplit(wanted)
    fine = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if fine and wanted.isprintable() else "/"


def _check_token(sent: object, visitor: Visitor) -> None:
    """What every form of a session carries."""
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), visitor.session.csrf().encode()):
        raise Forbidden("画面の有効期限が切れました。前の画面を開き直して、もう一度お試しください。")


async def body_of(request: Request, most: int) -> bytes:
    """The bytes of a request; no more of them are read than may be."""
    said = request.headers.get("content-length", "0")
    read = bytearray()
    if not said.isdecimal() or int(said) <= most:
        async for piece in request.stream():
            read += piece
            if len(read) > most:
                break
        else:
            return bytes(read)
    size = f"{most // 1_000_000:,}メガバイト" if most >= 1_000_000 else f"{most:,}バイト"
    raise TooLarge(f"送られたものが大きすぎます（上限は{size}）。分けて送ってください。")


def _check_same_site(request: Request) -> None:
    """A browser says where a form comes from; one of another site is refused."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != request.headers.get("host", "")):
        raise Forbidden("別のサイトからの送信は受け付けません。このサイトの画面から操作してください。")
