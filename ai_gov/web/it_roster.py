"""名簿の取り込みの画面: a CSV file, what it would change and what is wrong with it by line, then applied as seen."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError
from ai_gov.people.csvimport import OPTIONAL, REQUIRED, decode, read_roster
from ai_gov.people.plan import Plan, role_words
from ai_gov.service.accounts import Visitor
from ai_gov.service.personnel import fingerprint
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import MAX_BYTES, ROLES, ItPages, editor_of, failure, field_of, home, shown, text_of, upload_of

MOST_SHOWN: Final = 300
"""Changes that are listed; the counts say how many there are."""
_FILE: Final = "名簿.csv"


def routes(guard: Guard, pages: ItPages) -> list[Route]:
    """/it/roster."""

    async def page(request: Request, _: Visitor) -> Response:
        return _shown(request, done="roster" if request.query_params.get("done") == "roster" else "")

    async def preview(request: Request, visitor: Visitor, form: FormData) -> Response:
        try:
            name, data = await upload_of(form, "file", MAX_BYTES)
            text = decode(data, name)
            planned = await asyncio.to_thread(_planned, pages, visitor, text, name)
        except AiGovError as error:
            return _shown(request, **failure(error))
        return _shown(request, planned=planned, text=text)

    async def apply(request: Request, visitor: Visitor, form: FormData) -> Response:
        text = text_of(form, "roster")
        try:
            await asyncio.to_thread(_apply, pages, visitor, form, text)
        except AiGovError as error:
            planned = None
            try:
                planned = await asyncio.to_thread(_planned, pages, visitor, text, _FILE)
            except AiGovError:  # the file itself is wrong: only what went wrong is shown
                text = ""
            return _shown(request, planned=planned, text=text, **failure(error))
        return RedirectResponse("/it/roster?done=roster", 303)

    return [
        guard.page("/it/roster", page, ROLES),
        guard.form("/it/roster", preview, ROLES, max_bytes=MAX_BYTES),
        guard.form("/it/roster/apply", apply, ROLES, max_bytes=MAX_BYTES),
    ]


def _planned(pages: ItPages, visitor: Visitor, text: str, name: str) -> Plan:
    roster = read_roster(text.encode(), name)
    return pages.personnel.planned(editor_of(visitor), home(visitor), roster)


def _apply(pages: ItPages, visitor: Visitor, form: FormData, text: str) -> None:
    pages.personnel.apply_roster(
        editor_of(visitor),
        home(visitor),
        read_roster(text.encode(), _FILE),
        seen=field_of(form, "seen"),
        many_leave=form.get("many_leave") == "1",
    )


def _shown(request: Request, *, planned: Plan | None = None, text: str = "", **values: Any) -> Response:
    return shown(
        request,
        "it_roster.html",
        "/it/people",
        **{
            "required": REQUIRED,
            "optional": OPTIONAL,
            "plan": planned,
            "changes": planned.changes[:MOST_SHOWN] if planned else (),
            "more": max(0, len(planned.changes) - MOST_SHOWN) if planned else 0,
            "counts": {
                kind: len(planned.of(kind)) if planned else 0
                for kind in ("added", "moved", "changed", "returned", "left")
            },
            "fingerprint": fingerprint(planned) if planned else "",
            "role_words": role_words,
            "text": text,
            **values,
        },
    )
