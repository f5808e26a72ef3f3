"""はじめの設定の画面: open once, at the address that the server prints while nobody is registered."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError
from ai_gov.service.setup import FirstEntries, FirstSetup
from ai_gov.web.guard import Guard
from ai_gov.web.render import render

_FIELDS = ("organisation", "organisation_name", "department", "department_name", "person", "name")


def routes(guard: Guard, setup: FirstSetup) -> list[Route]:
    """/setup."""

    async def ask(request: Request) -> Response:
        token = request.query_params.get("token", "")
        await asyncio.to_thread(setup.check_open, token)
        return render(request, "setup.html", fields=_FIELDS, typed={}, token=token, message="")

    async def make(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=20) as form:
            sent = {name: str(form.get(name, "")) for name in (*_FIELDS, "token", "password", "again")}
        typed = {name: sent[name].strip() for name in _FIELDS}
        given = FirstEntries(**typed, password=sent["password"])
        message, status = "", 400
        if sent["password"] != sent["again"]:
            message = "パスワードの2回の入力が一致しません。"
        else:
            try:
                member = await asyncio.to_thread(setup.run, sent["token"], given)
            except AiGovError as error:
                message, status = error.message, error.status
        if message:
            values = {"fields": _FIELDS, "typed": typed, "token": sent["token"], "message": message}
            return render(request, "setup.html", status=status, **values)
        signed = await asyncio.to_thread(setup.enter, member, request.headers.get("user-agent", ""))
        return await guard.enter(request, RedirectResponse("/", 303), signed.token)

    return [guard.open("/setup", ask), guard.open("/setup", make, methods=("POST",))]
