"""送信の許可の画面: a superior sees a held request as the log has it, everything found in it hidden, and decides."""

from __future__ import annotations

import asyncio
import datetime as dt

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import Conflict, UnknownRoute
from ai_gov.people.model import Role
from ai_gov.service.accounts import Visitor
from ai_gov.web.guard import Guard
from ai_gov.web.render import render
from ai_gov.web.review_page import ROLES, ReviewPages, common, who_of


def routes(guard: Guard, pages: ReviewPages) -> list[Route]:
    """/permits, /permits/{id}."""

    async def lists(request: Request, visitor: Visitor) -> Response:
        who, reviewer = who_of(visitor), Role.REVIEWER in visitor.roles
        waiting = await asyncio.to_thread(pages.permits.queue, who) if reviewer else []
        mine = await asyncio.to_thread(pages.permits.mine, who)
        return render(
            request, "review_permits.html", **common(pages, visitor), waiting=waiting, mine=mine, reviewer=reviewer
        )

    async def one(request: Request, visitor: Visitor) -> Response:
        return await _shown(request, visitor, request.path_params["id"][:64])

    async def decide(request: Request, visitor: Visitor, form: FormData) -> Response:  # noqa: ARG001
        id_, wanted = request.path_params["id"][:64], request.path_params["act"]
        acts = {"grant": pages.permits.grant, "refuse": pages.permits.refuse}
        if wanted not in acts:
            raise UnknownRoute("この操作はありません。許可の画面から選び直してください。")
        try:
            await asyncio.to_thread(acts[wanted], who_of(visitor), id_)
        except Conflict as error:
            return await _shown(request, visitor, id_, error)
        return RedirectResponse(f"/permits/{id_}?done=1", 303)

    async def _shown(request: Request, visitor: Visitor, id_: str, error: Conflict | None = None) -> Response:
        found = await asyncio.to_thread(pages.permits.open, who_of(visitor), id_)
        return render(
            request,
            "review_permit.html",
            status=error.status if error else 200,
            **common(pages, visitor),
            permit=found.permit,
            held=found.request,
            can_decide=found.can_decide,
            day=dt.timedelta(hours=24),
            message=error.message if error else "",
            done="done" in request.query_params and not error,
        )

    return [
        guard.page("/permits", lists, ROLES),
        guard.page("/permits/{id}", one, ROLES),
        guard.form("/permits/{id}/{act}", decide, ROLES),
    ]
