"""試すの画面: a text by the rules in force and by a changed file, side by side. Nothing of the text is kept."""

from __future__ import annotations

import asyncio

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.errors import AiGovError
from ai_gov.service.accounts import Visitor
from ai_gov.service.ruleset import place_of
from ai_gov.service.tryout import LONGEST, Comparison, compare
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import MAX_BYTES, ROLES, ItPages, failure, field_of, shown, text_of


def routes(guard: Guard, pages: ItPages) -> list[Route]:
    """/it/try."""
    alone = asyncio.Lock()  # compiling rules is heavy work: one at a time, beside the requests of staff

    async def page(request: Request, _: Visitor) -> Response:
        path = request.query_params.get("path", "")[:300]
        yaml = pages.desk.current().files.get(path, "")
        return _shown(request, pages, {"path": path if yaml else "", "yaml": yaml})

    async def try_it(request: Request, _: Visitor, form: FormData) -> Response:
        text, yaml = text_of(form, "text"), text_of(form, "yaml")
        path, destination = str(form.get("path", "")).strip()[:300], field_of(form, "destination", 100)
        typed = {"text": text, "yaml": yaml, "path": path, "destination": destination}
        try:
            async with alone:
                seen = await asyncio.to_thread(_compare, pages, typed)
        except AiGovError as error:
            return _shown(request, pages, typed, error=error)
        return _shown(request, pages, typed, seen=seen)

    return [
        guard.page("/it/try", page, ROLES),
        guard.form("/it/try", try_it, ROLES, max_bytes=MAX_BYTES),
    ]


def _compare(pages: ItPages, typed: dict[str, str]) -> Comparison:
    path, yaml = typed["path"], typed["yaml"]
    files = pages.desk.with_file(path, yaml) if path and yaml.strip() else None
    return compare(
        typed["text"],
        before=pages.config.current(),
        files=files,
        path=place_of(path) if files is not None else "",
        reader=pages.reader,
        today=pages.desk.today(),
        destination=typed["destination"],
    )


def _shown(
    request: Request,
    pages: ItPages,
    typed: dict[str, str],
    *,
    seen: Comparison | None = None,
    error: AiGovError | None = None,
) -> Response:
    applied, policy = pages.desk.current(), pages.config.current().policy
    return shown(
        request,
        "it_try.html",
        "/it/try",
        paths=sorted(applied.files),
        path=typed.get("path", ""),
        yaml=typed.get("yaml", ""),
        text=typed.get("text", ""),
        destinations=policy.destinations,
        destination=typed.get("destination") or policy.strictest().name,
        longest=LONGEST,
        seen=seen,
        **(failure(error) if error else {}),
    )
