"""利用台帳の操作: what the forms of an application's page do. Whatever goes wrong, what was typed comes back."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, BadRequest, UnknownRoute
from ai_gov.people.csvimport import parse_date
from ai_gov.register.states import Act
from ai_gov.review.record import Who
from ai_gov.service.accounts import Visitor
from ai_gov.web.guard import Guard
from ai_gov.web.uses_form import MAX_BYTES, read, typed_in
from ai_gov.web.uses_page import ROLES, STAFF, UsePages, who_of

_TYPED: Final = ("until", "review_on", "conditions", "comment")
FormPage = Callable[..., Response]
Shown = Callable[..., Awaitable[Response]]


def routes(guard: Guard, pages: UsePages, form_page: FormPage, shown: Shown) -> list[Route]:
    """POST /uses/{id}/{act}."""

    async def apply(request: Request, visitor: Visitor, form: FormData) -> Response:
        id_, who, typed = request.path_params["id"][:64], who_of(visitor), typed_in(form)
        found = await asyncio.to_thread(pages.uses.open, who, id_)
        try:
            asked = read(typed, pages.uses.policy(who), use=found.application.wanted.use)
            if form.get("then") == "look":
                return form_page(request, visitor, pages, typed, looked=asked, again=found.application)
            await asyncio.to_thread(pages.uses.reapply, who, id_, version=_version(form), wanted=asked)
        except AiGovError as error:
            return form_page(request, visitor, pages, typed, error=error, again=found.application)
        return RedirectResponse(f"/uses/{id_}?done=apply", 303)

    async def act(request: Request, visitor: Visitor, form: FormData) -> Response:
        id_, wanted = request.path_params["id"][:64], request.path_params["act"]
        typed = {name: str(form[name]) for name in _TYPED if name in form}
        try:
            done = await asyncio.to_thread(_do, pages, who_of(visitor), (id_, wanted), _version(form), typed)
        except UnknownRoute:
            raise
        except AiGovError as error:
            return await shown(request, visitor, pages, id_, error=error, typed=typed)
        return RedirectResponse(f"/uses/{id_}?done={done.value}", 303)

    return [
        guard.form("/uses/{id}/apply", apply, STAFF, max_bytes=MAX_BYTES),
        guard.form("/uses/{id}/{act}", act, ROLES, max_bytes=MAX_BYTES),
    ]


def _do(pages: UsePages, who: Who, asked: tuple[str, str], version: int, typed: dict[str, str]) -> Act:
    id_, wanted = asked
    comment = typed.get("comment", "")
    match wanted:
        case "approve":
            pages.uses.approve(
                who,
                id_,
                version=version,
                until=_day(typed.get("until", ""), "承認の期限"),
                review_on=_day(typed["review_on"], "見直す日") if typed.get("review_on") else None,
                conditions=typed.get("conditions", ""),
                comment=comment,
            )
        case "return":
            pages.uses.return_(who, id_, version=version, comment=comment)
        case "reject":
            pages.uses.reject(who, id_, version=version, comment=comment)
        case "withdraw":
            pages.uses.withdraw(who, id_, version=version)
        case "end":
            pages.uses.end(who, id_, version=version, comment=comment)
        case _:
            raise UnknownRoute("この操作はありません。申請の画面から選び直してください。")
    return Act(wanted)


def _day(text: str, what: str) -> dt.date:
    try:
        return parse_date(text)
    except ValueError:
        raise BadRequest(f"{what}は 2027-03-31 または 令和9年3月31日 の形で書いてください。") from None


def _version(form: FormData) -> int:
    value = str(form.get("version", ""))
    if not value.isdecimal() or len(value) > 9:
        raise BadRequest("画面の内容が古くなっています。開き直してください。")
    return int(value)
