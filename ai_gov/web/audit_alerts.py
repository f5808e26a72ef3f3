"""警報の画面: what was raised, what it means and what to do next; nothing is sent from here."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_page import ROLES, AuditPages, page, page_before
from ai_gov.web.guard import Guard

PATH = "/audit/alerts"


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit/alerts."""

    def found(visitor: Visitor, before: int | None) -> dict[str, Any]:
        reader = pages.reader(visitor)
        listed = pages.alerts.listed(reader, before=before)
        return {
            "alerts": listed.alerts,
            "before": listed.before,
            "unheard": pages.alerts.unheard(reader),
            "watched": pages.alerts.watched(),
            "channels": pages.alerts.channels,
            "names": pages.names(),
        }

    async def shown(request: Request, visitor: Visitor) -> Response:
        values = await asyncio.to_thread(found, visitor, page_before(request))
        return page(request, "audit_alerts.html", tab=PATH, **values)

    return [guard.page(PATH, shown, ROLES)]
