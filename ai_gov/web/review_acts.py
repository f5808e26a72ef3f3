"""確認の操作: what forms of a review's page do. Whatever goes wrong, the page comes back with what was typed."""

from __future__ import annotations

import asyncio
from typing import Any, Final, cast

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, BadRequest, UnknownRoute
from ai_gov.review.content import plain
from ai_gov.review.record import Audience, Who
from ai_gov.review.states import Act
from ai_gov.service.accounts import Visitor
from ai_gov.web.guard import Guard
from ai_gov.web.review_page import (
    MAX_BYTES,
    ROLES,
    ReviewPages,
    declared,
    degree_from,
    shown,
    use_from,
    who_of,
)

_TYPED: Final = ("title", "text", "use", "audience", "degree", "comment", "suggestion", "reviewer", "reason")


def routes(guard: Guard, pages: ReviewPages) -> list[Route]:
    """POST /reviews/{id}/{act}."""

    async def act(request: Request, visitor: Visitor, form: FormData) -> Response:
        id_, wanted = request.path_params["id"][:64], request.path_params["act"]
        typed: dict[str, Any] = {name: plain(str(form[name])) for name in _TYPED if name in form}
        typed["checked"] = [str(item) for item in form.getlist("check")]
        try:
            done = await asyncio.to_thread(_do, pages, who_of(visitor), (id_, wanted), form, typed)
        except AiGovError as error:
            said = any(typed.get(name) for name in ("text", "comment", "suggestion"))
            if isinstance(error, UnknownRoute) and not said:
                raise
            return await shown(request, visitor, pages, id_, error=error, typed=typed)
        return RedirectResponse(f"/reviews/{id_}?done={done.value}", 303)

    return [guard.form("/reviews/{id}/{act}", act, ROLES, max_bytes=MAX_BYTES)]


def _do(pages: ReviewPages, who: Who, asked: tuple[str, str], form: FormData, typed: dict[str, Any]) -> Act:
    id_, wanted = asked
    reviews, comment = pages.reviews, typed.get("comment", "")
    match wanted:
        case "edit":
            return _edit(pages, who, id_, form, typed)
        case "approve":
            reviews.approve(who, id_, revision=_revision(form), checked=typed["checked"], comment=comment)
        case "return":
            reviews.return_(who, id_, comment=comment, suggestion=typed.get("suggestion", ""))
        case "reject":
            reviews.reject(who, id_, reason=typed.get("reason", ""))
        case "comment":
            reviews.comment(who, id_, text=comment)
        case "release":
            reviews.release(who, id_)
        case "withdraw":
            reviews.withdraw(who, id_, reason=typed.get("reason", ""))
        case _:
            raise UnknownRoute("この操作はありません。確認の画面から選び直してください。")
    return Act(wanted)


def _edit(pages: ReviewPages, who: Who, id_: str, form: FormData, typed: dict[str, Any]) -> Act:
    """Keeps what was changed; then, where that button was pressed, requests the review of exactly that."""
    revision = _revision(form)
    found = pages.reviews.open(who, id_)
    content, review = found.content, found.review
    changed = content is None or any(
        typed.get(name, there) != there
        for name, there in (
            ("title", content.title),
            ("text", content.text),
            ("use", review.use),
            ("audience", review.audience),
            ("degree", declared(review, content.ai_draft, content.text)),
        )
    )
    if changed:
        revision = pages.reviews.edit(
            who,
            id_,
            revision=revision,
            title=typed.get("title"),
            text=typed.get("text"),
            use=use_from(pages, review.organisation, typed["use"])
            if typed.get("use", review.use) != review.use
            else None,
            audience=cast("Audience | None", typed.get("audience")),
            degree=degree_from(typed.get("degree", "")),
        ).revision
    if form.get("then") != "request":
        return Act.EDIT
    pages.reviews.request(
        who, id_, revision=revision, reviewer=_reviewer(typed.get("reviewer", "")), comment=typed.get("comment", "")
    )
    return Act.REQUEST


def _reviewer(value: str) -> Who | None:
    """The reviewer that a form names, as ``organisation/person``; none for whoever of the department."""
    if not value:
        return None
    organisation, _, person = value.partition("/")
    return Who(organisation, person)


def _revision(form: FormData) -> int:
    value = str(form.get("revision", ""))
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise BadRequest("どの版を見ていたかが分かりません。画面を開き直してください。")
    return int(value)
