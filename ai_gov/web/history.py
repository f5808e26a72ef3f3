"""自分の利用履歴の画面: what one asked oneself, as it left and as it came back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.model import JST
from ai_gov.service.accounts import Visitor
from ai_gov.service.own_uses import OwnUses
from ai_gov.web.guard import Guard
from ai_gov.web.render import render

Titles = Callable[[], Mapping[str, str]]
"""Of uses and rules, by id, as they are in force."""


def routes(guard: Guard, own: OwnUses, titles: Titles) -> list[Route]:
    """/history, /history/{record}."""

    async def listed(request: Request, visitor: Visitor) -> Response:
        asked = request.query_params.get("before", "")
        before = int(asked) if asked.isdecimal() and len(asked) < 16 else None
        uses, more = await asyncio.to_thread(own.listed, visitor.actor, before=before)
        return render(request, "history.html", uses=uses, before=more, titles=titles(), zone=JST)

    async def one(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(own.one, visitor.actor, request.path_params["record"][:64])
        return render(request, "record.html", found=found, use=found.use, titles=titles(), zone=JST)

    return [guard.page("/history", listed), guard.page("/history/{record}", one)]
