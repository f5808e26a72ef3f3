"""職員と鍵の画面: list, search, one person with roles and keys. What a form does is in ``it_people_acts``."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, BadRequest
from ai_gov.people.model import Member, Person, Role
from ai_gov.people.permissions import PEOPLE_EDITORS
from ai_gov.people.plan import role_words
from ai_gov.service.accounts import Visitor
from ai_gov.service.personnel import MOST_DAYS
from ai_gov.service.personnel_ports import KEY_DAYS
from ai_gov.web import it_people_acts
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import ROLES, ItPages, editor_of, entry_of, failure, field_of, folded, home, shown

PER_PAGE = 100
"""People that are shown at once; a search finds the others."""
_TYPED = ("number", "name", "department", "department_name", "mail", "valid_until")


def routes(guard: Guard, pages: ItPages) -> list[Route]:
    """/it/people."""

    async def listed(request: Request, visitor: Visitor) -> Response:
        asked = request.query_params.get("q", "")[:100]
        left = request.query_params.get("left") == "1"
        values = await asyncio.to_thread(_list, pages, home(visitor), asked, left=left)
        return shown(request, "it_people.html", "/it/people", q=asked, left=left, **values)

    async def new(request: Request, visitor: Visitor) -> Response:
        return await _new(request, visitor, pages)

    async def add(request: Request, visitor: Visitor, form: FormData) -> Response:
        try:
            number = field_of(form, "number")
            roles = [Role(str(word)) for word in form.getlist("role") if str(word) in set(Role)]
            if not roles:
                raise BadRequest("役割を1つ以上選んでください。", param="role")
            await asyncio.to_thread(
                pages.personnel.add, editor_of(visitor), home(visitor), number, entry_of(form), roles
            )
        except AiGovError as error:
            typed = {name: str(form.get(name, ""))[:400] for name in _TYPED}
            chosen = [str(word) for word in form.getlist("role")]
            return await _new(request, visitor, pages, error=error, typed=typed, chosen=chosen)
        return RedirectResponse(f"/it/people/{number}?done=added", 303)

    async def one(request: Request, visitor: Visitor) -> Response:
        return await person(request, visitor, pages, request.path_params["id"][:64])

    return [
        guard.page("/it/people", listed, ROLES),
        guard.page("/it/people/new", new, ROLES),
        guard.form("/it/people", add, ROLES),
        guard.page("/it/people/{id}", one, ROLES),
        *it_people_acts.routes(guard, pages, person),
    ]


async def person(
    request: Request,
    visitor: Visitor,
    pages: ItPages,
    number: str,
    *,
    error: AiGovError | None = None,
    act: str = "",
    typed: dict[str, str] | None = None,
    once: dict[str, Any] | None = None,
) -> Response:
    """職員1人: as it stands now, with what went wrong and what was typed. ``once``: a secret, shown this once."""
    values = await asyncio.to_thread(_person, pages, visitor, number)
    done = request.query_params.get("done", "") if request.method == "GET" else ""
    return shown(
        request,
        "it_person.html",
        "/it/people",
        act=act,
        typed=typed or {},
        edited=_edited(values["someone"], typed if act == "edit" else None),
        once=once or {},
        **values,
        **{"done": done if done in it_people_acts.DONE else "", **(failure(error) if error else {})},
    )


def _edited(someone: Person, typed: dict[str, str] | None) -> dict[str, object]:
    """What stands in the form for editing."""
    stands = {
        "name": someone.name,
        "mail": someone.mail,
        "department": someone.department,
        "valid_until": someone.valid_until or "",
    }
    return {**stands, **(typed or {})}


def _list(pages: ItPages, organisation: str, asked: str, *, left: bool) -> dict[str, Any]:
    members = pages.personnel.members(organisation, also_left=left)
    departments, today = pages.personnel.departments(organisation), pages.personnel.today()
    open_keys: dict[str, int] = {}
    for key in pages.personnel.keys(organisation):
        if key.revoked_at is None:
            open_keys[key.person] = open_keys.get(key.person, 0) + 1
    found = [member for member in members if _fits(asked, member, departments, role_words(member.roles(today)))]
    return {
        "found": found[:PER_PAGE],
        "more": max(0, len(found) - PER_PAGE),
        "count": len(found),
        "departments": departments,
        "keys": open_keys,
        "roles": {member.person.id: role_words(member.roles(today)) for member in found[:PER_PAGE]},
        "states": {member.person.id: _state(member, pages) for member in found[:PER_PAGE]},
    }


def _fits(asked: str, member: Member, departments: dict[str, str], roles: str) -> bool:
    someone = member.person
    said = (someone.id, someone.name, someone.department, departments.get(someone.department, ""), someone.mail, roles)
    text = folded("\n".join(said))
    return all(word in text for word in folded(asked).split())


def _state(member: Member, pages: ItPages) -> str:
    """here, left, over (the term of the person has run out)."""
    if member.person.left:
        return "left"
    return "here" if member.person.active(pages.personnel.today()) else "over"


def _person(pages: ItPages, visitor: Visitor, number: str) -> dict[str, Any]:
    organisation, today = home(visitor), pages.personnel.today()
    member = pages.personnel.member(organisation, number)
    policy = pages.config.current(organisation).policy
    return {
        "member": member,
        "someone": member.person,
        "oneself": member.person.id == visitor.member.person.id,
        "state": _state(member, pages),
        "roles": role_words(member.roles(today)),
        "all_roles": list(Role),
        "departments": pages.personnel.departments(organisation),
        "organisation": pages.organisation(organisation),
        "keys": pages.personnel.keys(organisation, number),
        "now": pages.personnel.now(),
        "today": today,
        "uses": policy.uses,
        "titles": {use.id: use.title for use in policy.uses},
        "key_days": KEY_DAYS,
        "most_days": MOST_DAYS,
        "editors": "・".join(role.ja for role in Role if role in PEOPLE_EDITORS),
    }


async def _new(
    request: Request,
    visitor: Visitor,
    pages: ItPages,
    *,
    error: AiGovError | None = None,
    typed: dict[str, str] | None = None,
    chosen: list[str] | None = None,
) -> Response:
    departments = await asyncio.to_thread(pages.personnel.departments, home(visitor))
    return shown(
        request,
        "it_person_new.html",
        "/it/people",
        departments=departments,
        all_roles=list(Role),
        chosen=chosen if chosen is not None else [Role.STAFF.value],
        typed=typed or {},
        **(failure(error) if error else {}),
    )
