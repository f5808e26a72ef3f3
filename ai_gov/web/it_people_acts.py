"""職員と鍵の操作: what the forms on a person's page do. A secret is in the answer to its form and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final, Protocol

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, BadRequest, UnknownRoute
from ai_gov.people.model import Grant, Role
from ai_gov.service.accounts import Visitor
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import ROLES, ItPages, day_of, editor_of, entry_of, field_of, home

DONE: Final = frozenset({"added", "edit", "same", "leave", "back", "grant", "revoke", "revoke-key"})
_TYPED: Final = (
    "name", "mail", "department", "department_name", "valid_until", "role", "scope", "valid_from", "valid_to",
    "deputy_for", "label", "use", "days",
)  # fmt: skip


class Shown(Protocol):
    """The page of a person."""

    def __call__(
        self,
        request: Request,
        visitor: Visitor,
        pages: ItPages,
        number: str,
        *,
        error: AiGovError | None = None,
        act: str = "",
        typed: dict[str, str] | None = None,
        once: dict[str, Any] | None = None,
    ) -> Awaitable[Response]:
        """As it stands now."""
        ...


def routes(guard: Guard, pages: ItPages, page: Shown) -> list[Route]:
    """POST /it/people/{id}/{act}."""

    async def act(request: Request, visitor: Visitor, form: FormData) -> Response:
        number, wanted = request.path_params["id"][:64], request.path_params["act"]
        try:
            done = await asyncio.to_thread(_do, pages, visitor, (number, wanted), form)
        except UnknownRoute:
            raise
        except AiGovError as error:
            typed = {name: str(form[name])[:400] for name in _TYPED if name in form}
            return await page(request, visitor, pages, number, error=error, act=wanted, typed=typed)
        if isinstance(done, dict):
            return await page(request, visitor, pages, number, once=done)
        return RedirectResponse(f"/it/people/{number}?done={done}", 303)

    return [guard.form("/it/people/{id}/{act}", act, ROLES)]


def _do(pages: ItPages, visitor: Visitor, asked: tuple[str, str], form: FormData) -> str | dict[str, Any]:
    """The word of what was done, or what is shown once."""
    number, wanted = asked
    by, here, personnel = editor_of(visitor), home(visitor), pages.personnel
    match wanted:
        case "edit":
            return "edit" if personnel.edit(by, here, number, entry_of(form)) else "same"
        case "leave":
            personnel.leave(by, here, number)
        case "back":
            personnel.bring_back(by, here, number)
        case "grant":
            personnel.grant(by, _grant(here, number, form))
        case "revoke":
            personnel.revoke(by, here, number, field_of(form, "grant"))
        case "password":
            return {"password": personnel.reset_password(by, here, number)}
        case "key":
            key, issued = personnel.issue_key(
                by, here, number, label=field_of(form, "label"), default_use=_use(pages, here, form), days=_days(form)
            )
            return {"key": key.text, "issued": issued}
        case "revoke-key":
            personnel.revoke_key(by, here, number, field_of(form, "key"))
        case _:
            raise UnknownRoute("この操作はありません。画面を開き直してください。")
    return wanted


def _grant(organisation: str, number: str, form: FormData) -> Grant:
    word = field_of(form, "role")
    if word not in set(Role):
        raise BadRequest("役割を一覧から選んでください。", param="role")
    return Grant(
        "",
        organisation,
        number,
        Role(word),
        organisation,
        field_of(form, "scope"),
        day_of(form, "valid_from"),
        day_of(form, "valid_to"),
        field_of(form, "deputy_for"),
    )


def _use(pages: ItPages, organisation: str, form: FormData) -> str:
    use = field_of(form, "use")
    if use and pages.config.current(organisation).policy.use(use) is None:
        raise BadRequest("その用途は今の方針にありません。一覧から選び直してください。", param="use")
    return use


def _days(form: FormData) -> int:
    text = field_of(form, "days")
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise BadRequest("有効な日数を数字で入れてください。", param="days")
    return int(text)
