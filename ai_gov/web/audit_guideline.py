"""ガイドラインの点検の画面: whether what each organisation published says what is enforced."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.service.accounts import Visitor
from ai_gov.service.audit import within
from ai_gov.service.guideline_drift import Drift
from ai_gov.web.audit_page import ROLES, AuditPages, page
from ai_gov.web.guard import Guard

PATH: Final = "/audit/guideline"


@dataclass(frozen=True, slots=True)
class Checked:
    """点検したもの: of one organisation."""

    organisation: str
    name: str
    drift: Drift


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit/guideline."""

    async def shown(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(checked, pages, visitor)
        return page(request, "audit_guideline.html", tab=PATH, found=found)

    return [guard.page(PATH, shown, ROLES)]


def checked(pages: AuditPages, visitor: Visitor) -> list[Checked]:
    """点検する: every organisation of the reader. Reads the database."""
    allowed, names = within(pages.reader(visitor), ()), pages.names().organisations
    return [Checked(name, names.get(name, name), pages.drift(name)) for name in allowed]
