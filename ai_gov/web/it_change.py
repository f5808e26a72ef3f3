"""変更と適用の画面: one file edited, or a whole folder as ZIP → checked → a difference to read → put in force.

Between the difference and the application the change stands in the page itself; a set that came in force meanwhile
makes it void.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.documents.prompts import is_prompt
from ai_gov.errors import AiGovError, BadRequest
from ai_gov.service.accounts import Visitor
from ai_gov.service.provenance import origin_of
from ai_gov.service.rule_desk import Proposal
from ai_gov.service.ruleset import OWN, place_of
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import MAX_BYTES, ROLES, ItPages, failure, field_of, shown, text_of, upload_of

MOST_LINES: Final = 2_000
"""Lines of a difference that are shown."""
_Changed: Final = TypeAdapter(dict[str, str | None])


def routes(guard: Guard, pages: ItPages) -> list[Route]:
    """/it/change."""
    alone = asyncio.Lock()  # compiling rules is heavy work: one at a time, beside the requests of staff

    async def listed(request: Request, _: Visitor) -> Response:
        return _list(request, pages)

    async def editor(request: Request, _: Visitor) -> Response:
        path = request.query_params.get("path", "")[:300]
        text = pages.desk.text(path) if path else ""
        return _editor(request, pages, path, text)

    async def edit(request: Request, _: Visitor, form: FormData) -> Response:
        path, text = str(form.get("path", "")).strip()[:300], text_of(form, "yaml")
        try:
            files = pages.desk.with_file(path, text)
            async with alone:
                proposal = await asyncio.to_thread(pages.desk.propose, files)
        except AiGovError as error:
            return _editor(request, pages, path, text, error=error)
        return _proposed(request, proposal, path)

    async def restore(request: Request, _: Visitor, form: FormData) -> Response:
        path = field_of(form, "path")
        try:
            files = pages.desk.without_own(path)
            async with alone:
                proposal = await asyncio.to_thread(pages.desk.propose, files)
        except AiGovError as error:
            return _list(request, pages, error=error)
        return _proposed(request, proposal, "")

    async def upload(request: Request, _: Visitor, form: FormData) -> Response:
        try:
            data = (await upload_of(form, "file", MAX_BYTES))[1]
            async with alone:
                proposal = await asyncio.to_thread(_proposed_by, pages, data)
        except AiGovError as error:
            return _list(request, pages, error=error)
        return _proposed(request, proposal, "")

    async def apply(request: Request, visitor: Visitor, form: FormData) -> Response:
        try:
            changed = _changed(text_of(form, "changed"))
            async with alone:
                await asyncio.to_thread(pages.desk.apply, visitor.member, field_of(form, "base"), changed)
        except AiGovError as error:
            return _list(request, pages, error=error)
        return RedirectResponse("/it?done=applied", 303)

    async def own(_: Request, __: Visitor) -> Response:
        data = pages.write_zip(_own(pages))
        headers = {"Content-Disposition": 'attachment; filename="ai-gov-settings.zip"'}
        return Response(data, media_type="application/zip", headers=headers)

    return [
        guard.page("/it/change", listed, ROLES),
        guard.page("/it/change/file", editor, ROLES),
        guard.page("/it/change/own.zip", own, ROLES),
        guard.form("/it/change/file", edit, ROLES, max_bytes=MAX_BYTES),
        guard.form("/it/change/restore", restore, ROLES),
        guard.form("/it/change/zip", upload, ROLES),
        guard.form("/it/change/apply", apply, ROLES, max_bytes=MAX_BYTES),
    ]


def _proposed_by(pages: ItPages, data: bytes) -> Proposal:
    return pages.desk.propose(pages.desk.with_own(pages.read_zip(data)))


def _own(pages: ItPages) -> dict[str, str]:
    """The municipality's own files, as they lie in its folder."""
    files, shipped = pages.desk.current().files, pages.desk.shipped()
    return {
        path.removeprefix(OWN): text for path, text in files.items() if origin_of(path, files, shipped) != "shipped"
    }


def _changed(text: str) -> dict[str, str | None]:
    """What the page of the difference sends back. Raises BadRequest."""
    try:
        changed = _Changed.validate_python(json.loads(text), strict=True)
    except (ValueError, ValidationError, RecursionError):
        raise BadRequest("変更の内容を読めません。もう一度、変更から始めてください。") from None
    return changed


def _list(request: Request, pages: ItPages, *, error: AiGovError | None = None) -> Response:
    applied, shipped = pages.desk.current(), pages.desk.shipped()
    files = [(path, origin_of(path, applied.files, shipped)) for path in sorted(applied.files)]
    return shown(
        request,
        "it_change.html",
        "/it/change",
        applied=applied,
        own=[item for item in files if item[1] != "shipped"],
        rules=[item for item in files if item[1] == "shipped" and not is_prompt(item[0])],
        prompts=[item for item in files if item[1] == "shipped" and is_prompt(item[0])],
        shipped=shipped,
        **(failure(error) if error else {}),
    )


def _editor(request: Request, pages: ItPages, path: str, text: str, *, error: AiGovError | None = None) -> Response:
    applied, shipped = pages.desk.current(), pages.desk.shipped()
    known = path in applied.files
    return shown(
        request,
        "it_file.html",
        "/it/change",
        path=path,
        yaml=text,
        known=known,
        place=place_of(path) if known else "",
        origin=origin_of(path, applied.files, shipped) if known else "own",
        **(failure(error) if error else {}),
    )


def _proposed(request: Request, proposal: Proposal, path: str) -> Response:
    values: dict[str, Any] = {
        "proposal": proposal,
        "diff": proposal.diff[:MOST_LINES],
        "more": max(0, len(proposal.diff) - MOST_LINES),
        "changed": json.dumps(dict(proposal.changed), ensure_ascii=False),
        "path": path,
        "yaml": proposal.changed.get(place_of(path)) if path else None,
    }
    return shown(request, "it_proposal.html", "/it/change", **values)
