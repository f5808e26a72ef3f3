"""住民の照合の画面: which uses held a resident; what is typed is sent in a form and stands in no address or log."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.audit.residents import NUMBER_TYPES, Resident
from ai_gov.errors import AiGovError, BadRequest
from ai_gov.service.accounts import Visitor
from ai_gov.service.audit import UNFINDABLE, ResidentUses
from ai_gov.web.audit_criteria import position_of, span_of
from ai_gov.web.audit_desk import AuditDesk
from ai_gov.web.audit_page import ROLES, page
from ai_gov.web.audit_search import choices
from ai_gov.web.guard import Guard

PATH: Final = "/audit/residents"
TYPED: Final = ("name", "reading", "address", "number", "number_type", "organisation", "since", "until", "purpose")
_LONGEST: Final = 200


def routes(guard: Guard, desk: AuditDesk) -> list[Route]:
    """/audit/residents."""

    async def form(request: Request, visitor: Visitor) -> Response:
        return await _shown(request, visitor, desk, {})

    async def look(request: Request, visitor: Visitor, sent: FormData) -> Response:
        typed = {name: str(sent.get(name, ""))[:_LONGEST] for name in TYPED}
        before = position_of(sent)
        try:
            found = await asyncio.to_thread(_look, desk, visitor, typed, before)
        except AiGovError as error:
            return await _shown(request, visitor, desk, typed, error=error)
        return await _shown(request, visitor, desk, typed, found=found, first=before is None)

    return [guard.page(PATH, form, ROLES), guard.form(PATH, look, ROLES)]


def _look(desk: AuditDesk, visitor: Visitor, typed: Mapping[str, str], before: int | None) -> ResidentUses:
    reader = desk.pages.reader(visitor)
    known = sorted(reader.organisations or ())
    organisation = typed["organisation"] or (known[0] if len(known) == 1 else "")
    if not organisation:
        raise BadRequest("どの団体の記録を照合するかを選んでください。")
    since, until = span_of(typed)
    asked = Resident(typed["name"], typed["reading"], typed["address"], typed["number"], typed["number_type"])
    return desk.audit.residents(
        reader, asked, organisation, purpose=typed["purpose"], since=since, until=until, before=before
    )


async def _shown(
    request: Request,
    visitor: Visitor,
    desk: AuditDesk,
    typed: Mapping[str, str],
    *,
    error: AiGovError | None = None,
    found: ResidentUses | None = None,
    first: bool = True,
) -> Response:
    reader = await asyncio.to_thread(desk.pages.reader, visitor)
    given: dict[str, Any] = await asyncio.to_thread(choices, desk, reader, visitor)
    return page(
        request,
        "audit_residents.html",
        tab=PATH,
        status=error.status if error else 200,
        typed={name: typed.get(name, "") for name in TYPED},
        message=error.message if error else "",
        found=found,
        first=first,
        types=NUMBER_TYPES,
        unfindable=UNFINDABLE,
        **given,
    )
