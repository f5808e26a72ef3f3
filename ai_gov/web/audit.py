"""監査の画面: the CAIO's pages at /audit."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_page import ROLES, AuditPages, page
from ai_gov.web.guard import Guard


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit."""

    async def overview(request: Request, visitor: Visitor) -> Response:
        reader = await asyncio.to_thread(pages.reader, visitor)
        known = (await asyncio.to_thread(pages.names)).organisations
        names = [known.get(item, item) for item in sorted(reader.organisations or ())]
        return page(request, "audit.html", tab="/audit", names=names)

    return [guard.page("/audit", overview, ROLES)]
