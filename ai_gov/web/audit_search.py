"""検索の画面: uses by every condition the log knows, a page at a time, and how they divide; a search has a purpose."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.errors import AiGovError
from ai_gov.people.permissions import can_handle_incidents
from ai_gov.service.accounts import Visitor
from ai_gov.service.audit import LogReader
from ai_gov.web.audit_criteria import ACTIONS, LEVELS, OUTCOMES, TYPED, of_address, of_form, position_of, query_of
from ai_gov.web.audit_desk import AuditDesk
from ai_gov.web.audit_page import ROLES, page
from ai_gov.web.guard import Guard

PATH: Final = "/audit/search"
COUNTED: Final = 500
"""How many of the newest uses the division counts."""


def routes(guard: Guard, desk: AuditDesk) -> list[Route]:
    """/audit/search."""

    async def form(request: Request, visitor: Visitor) -> Response:
        return await _shown(request, visitor, desk, of_address(request.query_params))

    async def search(request: Request, visitor: Visitor, sent: FormData) -> Response:
        typed, before = of_form(sent), position_of(sent)

        def look() -> dict[str, Any]:
            reader = desk.pages.reader(visitor)
            found = desk.audit.search(
                reader, query_of(typed), purpose=typed["purpose"], before=before, count=0 if before else COUNTED
            )
            return {"found": found, "first": before is None}

        try:
            return await _shown(request, visitor, desk, typed, **await asyncio.to_thread(look))
        except AiGovError as error:
            return await _shown(request, visitor, desk, typed, error=error)

    return [guard.page(PATH, form, ROLES), guard.form(PATH, search, ROLES)]


async def _shown(
    request: Request,
    visitor: Visitor,
    desk: AuditDesk,
    typed: Mapping[str, str],
    *,
    error: AiGovError | None = None,
    **values: Any,
) -> Response:
    reader = await asyncio.to_thread(desk.pages.reader, visitor)
    return page(
        request,
        "audit_search.html",
        tab=PATH,
        status=error.status if error else 200,
        typed={name: typed.get(name, "") for name in TYPED},
        message=error.message if error else "",
        actions=ACTIONS,
        outcomes=OUTCOMES,
        levels=LEVELS,
        counted=COUNTED,
        **{"found": None, "first": True, **values},
        **await asyncio.to_thread(choices, desk, reader, visitor),
    )


def choices(desk: AuditDesk, reader: LogReader, visitor: Visitor) -> dict[str, Any]:
    """選択肢: names of what records hold, limited to what the reader may see."""
    names, seen = desk.pages.names(), reader.organisations or frozenset()
    organisations = {id_: name for id_, name in names.organisations.items() if id_ in seen}
    return {
        "names": names,
        "organisations": organisations,
        "departments": {key: name for key, name in names.departments.items() if key[0] in organisations},
        "writes": any(can_handle_incidents(visitor.member, town, on=desk.pages.today()) for town in organisations),
    }
