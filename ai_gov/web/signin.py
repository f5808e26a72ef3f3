"""ログイン画面: sign in, sign out, change one's password."""

from __future__ import annotations

import asyncio

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError
from ai_gov.service.accounts import Visitor
from ai_gov.web.federation import SignIn
from ai_gov.web.guard import Guard, local_path
from ai_gov.web.render import LANGUAGE_COOKIE, render


def routes(guard: Guard, pages: SignIn) -> list[Route]:
    """/signin, /signout, /password, /language."""
    accounts = pages.accounts

    async def ask(request: Request) -> Response:
        if await guard.known(request):
            return RedirectResponse("/", 303)
        return pages.ask(request, following=local_path(request.query_params.get("next", "/")))

    async def enter(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=10) as form:
            typed = {name: _text(form, name).strip() for name in ("organisation", "person")}
            password, following = _text(form, "password"), local_path(_text(form, "next") or "/")
        agent = request.headers.get("user-agent", "")
        try:
            signed = await asyncio.to_thread(
                accounts.sign_in, typed["organisation"], typed["person"], password, user_agent=agent
            )
        except AiGovError as error:
            return pages.ask(request, following=following, status=error.status, message=error.message, **typed)
        to = "/password" if signed.visitor.must_change else following
        return await guard.enter(request, RedirectResponse(to, 303), signed.token)

    async def leave(_: Request, visitor: Visitor, __: FormData) -> Response:
        await asyncio.to_thread(accounts.sign_out, visitor)
        provider = visitor.session.provider
        return guard.leave(RedirectResponse(f"/signin/left/{provider}" if provider else "/signin", 303))

    async def change_page(request: Request, _: Visitor) -> Response:
        return render(request, "password.html", message="", done=False)

    async def change(request: Request, visitor: Visitor, form: FormData) -> Response:
        new = _text(form, "new")
        if new != _text(form, "again"):
            message = "新しいパスワードの2回の入力が一致しません。"
            return render(request, "password.html", status=400, message=message, done=False)
        try:
            await asyncio.to_thread(accounts.change, visitor, _text(form, "old"), new)
        except AiGovError as error:
            return render(request, "password.html", status=error.status, message=error.message, done=False)
        return render(request, "password.html", message="", done=True)

    async def language(request: Request) -> Response:
        chosen = request.query_params.get("to", "ja")
        response = RedirectResponse(local_path(request.query_params.get("next", "/")), 303)
        response.set_cookie(
            LANGUAGE_COOKIE, chosen if chosen == "en" else "ja", path="/", samesite="lax", httponly=True
        )
        return response

    return [
        guard.open("/signin", ask),
        guard.open("/signin", enter, methods=("POST",)),
        guard.form("/signout", leave),
        guard.page("/password", change_page),
        guard.form("/password", change),
        guard.open("/language", language),
    ]


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
