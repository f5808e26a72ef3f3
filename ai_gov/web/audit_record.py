"""利用1件の画面: a request from prompt to release as a timeline, with its place in the tree, and what it belongs to."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.audit.incidents import IncidentState
from ai_gov.people.permissions import can_handle_incidents
from ai_gov.policy.unmark import REASONS as UNMARK_REASONS
from ai_gov.review.checks import CHECKS, REJECTIONS, WITHDRAWALS
from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_desk import AuditDesk
from ai_gov.web.audit_page import ROLES, page
from ai_gov.web.audit_search import PATH as SEARCH
from ai_gov.web.guard import Guard

PATH: Final = "/audit/records/{id}"


def routes(guard: Guard, desk: AuditDesk) -> list[Route]:
    """/audit/records/{id}."""

    def found(visitor: Visitor, record: str) -> dict[str, Any]:
        reader = desk.pages.reader(visitor)
        opened = desk.records.one(reader, record)
        town = opened.use.organisation
        writes = can_handle_incidents(visitor.member, town, on=desk.pages.today())
        every = desk.incidents.listed(reader) if writes else []
        linked = desk.incidents.of_record(reader, opened.use.record)
        return {
            "opened": opened,
            "use": opened.use,
            "names": desk.pages.names(),
            "titles": desk.titles(),
            "unmark_reasons": UNMARK_REASONS,
            "review_reasons": {**REJECTIONS, **WITHDRAWALS},
            "checks": CHECKS,
            "incidents": linked,
            "writes": writes,
            "open_incidents": [
                item
                for item in every
                if item.organisation == town and item.state is IncidentState.OPEN and item not in linked
            ],
        }

    async def shown(request: Request, visitor: Visitor) -> Response:
        values = await asyncio.to_thread(found, visitor, request.path_params["id"][:64])
        return page(request, "audit_record.html", tab=SEARCH, **values)

    return [guard.page(PATH, shown, ROLES)]
