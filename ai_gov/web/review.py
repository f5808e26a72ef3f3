"""確認と公開の画面: what waits, what is one's own, a new draft, and one review with its texts side by side."""

from __future__ import annotations

import asyncio
import re
from typing import Any, Final, cast
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, UnknownRoute
from ai_gov.people.model import Role
from ai_gov.review.record import Audience
from ai_gov.service.accounts import Visitor
from ai_gov.web import review_acts, review_permits
from ai_gov.web.guard import Guard
from ai_gov.web.render import render
from ai_gov.web.review_page import MAX_BYTES, ROLES, ReviewPages, common, degree_from, shown, use_from, who_of

STAFF: Final = frozenset({Role.STAFF})
KINDS: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
_NO_NAME: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')


def routes(guard: Guard, pages: ReviewPages) -> list[Route]:
    """/reviews/…, /permits/…."""

    async def lists(request: Request, visitor: Visitor) -> Response:
        who = who_of(visitor)
        reviewer = Role.REVIEWER in visitor.roles
        found: dict[str, Any] = {"mine": await asyncio.to_thread(pages.reviews.mine, who)}
        found["waiting"] = await asyncio.to_thread(pages.reviews.queue, who) if reviewer else []
        found["waiting"].sort(key=lambda item: not item.overdue)
        found["decided"] = await asyncio.to_thread(pages.reviews.decided, who) if reviewer else []
        found["permits"] = len(await asyncio.to_thread(pages.permits.queue, who)) if reviewer else 0
        return render(request, "reviews.html", **common(pages, visitor), **found, reviewer=reviewer)

    async def new(request: Request, visitor: Visitor) -> Response:
        return _new(request, visitor, pages, {})

    async def start(request: Request, visitor: Visitor, form: FormData) -> Response:
        typed = {name: str(form.get(name, "")) for name in ("title", "text", "ai_draft", "use", "degree", "exchange")}
        typed["audience"] = str(form.get("audience", "external"))
        if form.get("from") == "chat":
            typed["text"] = typed["ai_draft"]
            typed["title"] = typed["title"] or first_line(typed["ai_draft"])
        try:
            made = await asyncio.to_thread(
                pages.reviews.start,
                who_of(visitor),
                title=typed["title"],
                text=typed["text"] or typed["ai_draft"],
                ai_draft=typed["ai_draft"],
                use=use_from(pages, who_of(visitor).organisation, typed["use"]),
                audience=cast("Audience", typed["audience"]),
                degree=degree_from(typed["degree"], otherwise=None),
                exchange=typed["exchange"],
            )
        except AiGovError as error:
            return _new(request, visitor, pages, typed, error)
        return RedirectResponse(f"/reviews/{made.id}", 303)

    async def one(request: Request, visitor: Visitor) -> Response:
        return await shown(request, visitor, pages, request.path_params["id"][:64])

    async def file(request: Request, visitor: Visitor) -> Response:
        kind, id_ = request.path_params["kind"], request.path_params["id"][:64]
        files = await asyncio.to_thread(pages.reviews.files, who_of(visitor), id_)
        if kind not in KINDS or kind not in files:
            raise UnknownRoute("その種類のファイルはありません。確認の画面から選び直してください。")
        found = await asyncio.to_thread(pages.reviews.open, who_of(visitor), id_)
        title = _NO_NAME.sub("_", found.content.title if found.content else "")[:60]
        name = f"{title}_{found.review.release}.{kind}"
        told = f"attachment; filename=\"{found.review.release}.{kind}\"; filename*=UTF-8''{quote(name, safe='')}"
        return Response(files[kind], media_type=KINDS[kind], headers={"Content-Disposition": told})

    return [
        guard.page("/reviews", lists, ROLES),
        guard.page("/reviews/new", new, STAFF),
        guard.form("/reviews", start, STAFF, max_bytes=MAX_BYTES),
        guard.page("/reviews/{id}", one, ROLES),
        guard.page("/reviews/{id}/file/{kind}", file, ROLES),
        *review_acts.routes(guard, pages),
        *review_permits.routes(guard, pages),
    ]


def first_line(text: str) -> str:
    r"""件名の案: the first line that says something, without the marks of Markdown.

    >>> first_line("\n## 断水のお知らせ\n本文")
    '断水のお知らせ'
    """
    found = (line.strip(" \t　#*-") for line in text.splitlines())
    return next((line[:60] for line in found if line), "")


def _new(
    request: Request,
    visitor: Visitor,
    pages: ReviewPages,
    typed: dict[str, str],
    error: AiGovError | None = None,
) -> Response:
    return render(
        request,
        "review_new.html",
        status=error.status if error else 200,
        **common(pages, visitor),
        edited={"title": "", "text": "", "ai_draft": "", "audience": "external", "degree": "", "exchange": ""}
        | {"use": pages.policy(visitor.actor.organisation).default_use}
        | typed,
        message=error.message if error else "",
    )
