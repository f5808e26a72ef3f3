"""変更の画面: who changed which policy, rule, role, key or setting, with a difference that can be read."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.audit.changes import TITLES, Change
from ai_gov.errors import BadRequest
from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_page import ROLES, AuditPages, day_from, page, page_before
from ai_gov.web.guard import Guard

PATH: Final = "/audit/changes"
MOST_LINES: Final = 400
"""Lines of one difference on the page; all of them stand in the export."""


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit/changes."""

    def found(request: Request, visitor: Visitor) -> dict[str, Any]:
        reader = pages.reader(visitor)
        kind, since = request.query_params.get("kind", ""), request.query_params.get("since", "")[:20]
        if kind and kind not in TITLES:
            raise BadRequest("変更の種類は、一覧から選んでください。")
        listed = pages.changes.changes(reader, kind=kind, since=day_from(since), before=page_before(request))
        return {"changes": listed.changes, "before": listed.before, "kind": kind, "since": since}

    async def shown(request: Request, visitor: Visitor) -> Response:
        values = await asyncio.to_thread(found, request, visitor)
        names = await asyncio.to_thread(pages.names)
        return page(request, "audit_changes.html", tab=PATH, kinds=TITLES, lines=lines, names=names, **values)

    return [guard.page(PATH, shown, ROLES)]


def lines(change: Change) -> tuple[list[tuple[str, str]], int]:
    """差分の行: each with its mark (ins, del, at, file or nothing), and how many more there are.

    >>> import datetime as dt
    >>> lines(Change(1, dt.datetime.now(dt.UTC), "", "1", "x", "x", lines=("+++ b", "@@ -1 +1 @@", "-x", "+y")))
    ([('file', '+++ b'), ('at', '@@ -1 +1 @@'), ('del', '-x'), ('ins', '+y')], 0)
    """
    shown = [(_mark(line), line) for line in change.lines[:MOST_LINES]]
    return shown, max(0, len(change.lines) - MOST_LINES)


def _mark(line: str) -> str:
    marks = (("--- ", "file"), ("+++ ", "file"), ("@@", "at"), ("-", "del"), ("+", "ins"))
    return next((name for sign, name in marks if line.startswith(sign)), "")
