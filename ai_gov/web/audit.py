"""監査の画面: the CAIO's pages at /audit, from the overview to what each of them is made of."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.audit.incident_deadlines import next_deadline
from ai_gov.audit.incidents import IncidentState
from ai_gov.service.accounts import Visitor
from ai_gov.web import (
    audit_alerts,
    audit_changes,
    audit_export,
    audit_guideline,
    audit_reports,
    audit_verification,
)
from ai_gov.web.audit_figures import plots, tiles
from ai_gov.web.audit_page import ROLES, AuditPages, page
from ai_gov.web.audit_scope import scope
from ai_gov.web.guard import Guard

PATH: Final = "/audit"


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit, and the pages under it that are made of figures, alerts, proofs and changes."""

    async def overview(request: Request, visitor: Visitor) -> Response:
        values = await asyncio.to_thread(_overview, pages, visitor, dict(request.query_params))
        return page(request, "audit.html", tab=PATH, **values)

    return [
        guard.page(PATH, overview, ROLES),
        *audit_alerts.routes(guard, pages),
        *audit_reports.routes(guard, pages),
        *audit_verification.routes(guard, pages),
        *audit_changes.routes(guard, pages),
        *audit_guideline.routes(guard, pages),
        *audit_export.routes(guard, pages),
    ]


def _overview(pages: AuditPages, visitor: Visitor, asked: dict[str, str]) -> dict[str, Any]:
    about = scope(pages, visitor, asked)
    figures, previous = pages.reports.read(about.reader, about.period, about.organisations, how="overview")
    names, prices = pages.words()
    return {
        "scope": about,
        "figures": figures,
        "previous": previous,
        "tiles": tiles(figures, previous, prices),
        "plots": plots(figures, names, prices),
        "names": names,
        "state": audit_verification.state(pages),
        "alerts": pages.alerts.recent(about.reader),
        "waiting": pages.waiting(about.reader),
        "incidents": [
            (item, next_deadline(item)) for item in pages.incidents(about.reader) if item.state is IncidentState.OPEN
        ],
        "today": pages.today(),
    }
