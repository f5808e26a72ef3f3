"""利用台帳の画面: what may be done with generative AI here, who applied for what, and the decision on it."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.documents import register
from ai_gov.errors import AiGovError, BadRequest, UnknownRoute
from ai_gov.model import japan_date
from ai_gov.register.states import Act
from ai_gov.service.accounts import Visitor
from ai_gov.web import uses_acts
from ai_gov.web.guard import Guard
from ai_gov.web.render import render
from ai_gov.web.uses_form import MAX_BYTES, Typed, read, typed_in, typed_of
from ai_gov.web.uses_page import READERS, ROLES, STAFF, UsePages, common, usual_end, who_of

_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(guard: Guard, pages: UsePages) -> list[Route]:
    """/uses/…."""

    async def lists(request: Request, visitor: Visitor) -> Response:
        who, today = who_of(visitor), japan_date()
        reads = await asyncio.to_thread(pages.uses.reads_all, who)
        found = await asyncio.to_thread(pages.uses.all, who) if reads else []
        mine = await asyncio.to_thread(pages.uses.mine, who)
        words = common(pages, visitor)
        policy = words["policy"]
        return render(
            request,
            "uses.html",
            **words,
            applications=found,
            mine=mine,
            reads=reads,
            rows=[(use, register.standing(use.approval, today), policy.unapproved(use, today)) for use in policy.uses],
        )

    async def new(request: Request, visitor: Visitor) -> Response:
        typed = Typed({"owner": _department(pages, visitor), "published": "yes"})
        if before := request.query_params.get("from", ""):
            found = await asyncio.to_thread(pages.uses.open, who_of(visitor), before[:64])
            typed = typed_of(found.application.wanted, pages.uses.policy(who_of(visitor)), keep=False)
        elif use := request.query_params.get("use", ""):
            typed = Typed({**typed.values, "use": use[:64]})
        return form_page(request, visitor, pages, typed)

    async def apply(request: Request, visitor: Visitor, form: FormData) -> Response:
        typed, who = typed_in(form), who_of(visitor)
        try:
            asked = read(typed, pages.uses.policy(who))
            if form.get("then") == "look":
                return form_page(request, visitor, pages, typed, looked=asked)
            made = await asyncio.to_thread(pages.uses.apply, who, asked)
        except AiGovError as error:
            return form_page(request, visitor, pages, typed, error=error)
        return RedirectResponse(f"/uses/{made.id}?done=apply", 303)

    async def one(request: Request, visitor: Visitor) -> Response:
        return await shown(request, visitor, pages, request.path_params["id"][:64])

    async def edit(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(pages.uses.open, who_of(visitor), request.path_params["id"][:64])
        if Act.APPLY not in found.allowed:
            raise BadRequest(f"「{found.application.state.ja}」の申請は直せません。{found.application.state.hint}")
        typed = typed_of(found.application.wanted, pages.uses.policy(who_of(visitor)))
        return form_page(request, visitor, pages, typed, again=found.application)

    async def exported(request: Request, visitor: Visitor) -> Response:
        kind = request.path_params["kind"]
        makers = {"xlsx": (pages.workbook, _SHEET), "html": (pages.public, "text/html; charset=utf-8")}
        if kind not in makers:
            raise UnknownRoute("その形では書き出せません。利用台帳の画面から選び直してください。")
        who = who_of(visitor)
        await asyncio.to_thread(pages.uses.check_can_export, who)
        make, media = makers[kind]
        data = await asyncio.to_thread(make, who)
        told = f'attachment; filename="ai-register-{japan_date():%Y%m%d}.{kind}"'
        return Response(data, media_type=media, headers={"Content-Disposition": told})

    return [
        guard.page("/uses", lists, ROLES),
        guard.page("/uses/new", new, STAFF),
        guard.form("/uses", apply, STAFF, max_bytes=MAX_BYTES),
        guard.page("/uses/export/{kind}", exported, READERS),
        guard.page("/uses/{id}", one, ROLES),
        guard.page("/uses/{id}/edit", edit, STAFF),
        *uses_acts.routes(guard, pages, form_page, shown),
    ]


def form_page(
    request: Request,
    visitor: Visitor,
    pages: UsePages,
    typed: Typed,
    *,
    error: AiGovError | None = None,
    **more: Any,
) -> Response:
    """様式: with what was typed; ``looked`` is what it would come to, ``again`` what was returned."""
    given: dict[str, Any] = {"looked": None, "again": None, **more}
    return render(
        request,
        "use_new.html",
        status=error.status if error else 200,
        **common(pages, visitor),
        typed=typed,
        message=error.message if error else "",
        **given,
    )


async def shown(
    request: Request,
    visitor: Visitor,
    pages: UsePages,
    id_: str,
    *,
    error: AiGovError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    """詳細: an application as it stands now, with what went wrong and everything that was typed and not kept."""
    found = await asyncio.to_thread(pages.uses.open, who_of(visitor), id_)
    done = request.query_params.get("done", "")
    return render(
        request,
        "use.html",
        status=error.status if error else 200,
        **common(pages, visitor),
        found=found,
        application=found.application,
        asked=found.application.wanted,
        allowed={act.value for act in found.allowed},
        usual_end=usual_end(japan_date()),
        typed=typed or {},
        message=error.message if error else "",
        done=done if done in set(Act) and not error else "",
    )


def _department(pages: UsePages, visitor: Visitor) -> str:
    person = visitor.member.person
    return pages.department(person.organisation, person.department)
