"""警報の画面: what was raised, what it means and what to do next; nothing is sent from here."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.documents.report_words import Names
from ai_gov.policy.alerts import AlertRule
from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_page import ROLES, AuditPages, page, page_before
from ai_gov.web.guard import Guard

PATH = "/audit/alerts"


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit/alerts."""

    def found(visitor: Visitor, before: int | None) -> dict[str, Any]:
        reader = pages.reader(visitor)
        listed, names = pages.alerts.listed(reader, before=before), pages.names()
        return {
            "alerts": listed.alerts,
            "before": listed.before,
            "unheard": pages.alerts.unheard(reader),
            "watched": [_shown(rule, names) for rule in pages.alerts.watched()],
            "channels": pages.alerts.channels,
            "names": names,
        }

    async def shown(request: Request, visitor: Visitor) -> Response:
        values = await asyncio.to_thread(found, visitor, page_before(request))
        return page(request, "audit_alerts.html", tab=PATH, **values)

    return [guard.page(PATH, shown, ROLES)]


def _shown(rule: AlertRule, names: Names) -> dict[str, Any]:
    """A condition as the catalogue's sentences take it: a type of finding by its name, a span with its unit."""
    said = rule.model_dump()
    minutes = said.get("within_minutes", 0)
    said["unit"], said["amount"] = ("minutes", minutes) if minutes % 60 else ("hours", minutes // 60)
    if "entity" in said:
        said["entity"] = names.findings.get(said["entity"], said["entity"])
    return said
