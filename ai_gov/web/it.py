"""情報担当の画面: what is in force, what waits, what runs out soon, and whether all is well."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov import datafile
from ai_gov.model import JST
from ai_gov.rules.schema import AllowList
from ai_gov.service.accounts import Visitor
from ai_gov.service.expiring import expiring
from ai_gov.service.provenance import origin_of
from ai_gov.service.rule_desk import AppliedSet
from ai_gov.web import it_change, it_people, it_roster, it_rules, it_suggestions, it_try
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import ROLES, ItPages, home, name_of, shown

ALLOW = "redaction_rules/allow.yaml"


def routes(guard: Guard, pages: ItPages) -> list[Route]:
    """/it and everything below it."""

    async def overview(request: Request, visitor: Visitor) -> Response:
        values = await asyncio.to_thread(_overview, pages, visitor)
        done = request.query_params.get("done", "")
        return shown(request, "it.html", "/it", done="applied" if done == "applied" else "", **values)

    return [
        guard.page("/it", overview, ROLES),
        *it_rules.routes(guard, pages),
        *it_suggestions.routes(guard, pages),
        *it_roster.routes(guard, pages),
        *it_people.routes(guard, pages),
        *it_try.routes(guard, pages),
        *it_change.routes(guard, pages),
    ]


def _overview(pages: ItPages, visitor: Visitor) -> dict[str, Any]:
    organisation, applied = home(visitor), pages.desk.current()
    governance, shipped = pages.config.current(organisation), pages.desk.shipped()
    members = pages.personnel.members(organisation)
    keys = pages.personnel.keys(organisation)
    today = pages.personnel.today()
    own = [path for path in applied.files if origin_of(path, applied.files, shipped) != "shipped"]
    return {
        "applied": applied,
        "applied_at": dt.datetime.fromisoformat(applied.applied_at).astimezone(JST),
        "applied_by": _by(applied, organisation, {member.person.id: member for member in members}),
        "served": governance.digest == applied.digest,
        "governance": governance,
        "own": sorted(own),
        "waiting": pages.suggestions.waiting(organisation),
        "expiring": expiring(governance.policy, _allow(applied), members, keys, today),
        "names": {member.person.id: member.person.name for member in members},
        "today": today,
        "health": pages.health(),
    }


def _allow(applied: AppliedSet) -> AllowList:
    text = applied.files.get(ALLOW)
    return datafile.parse(text, AllowList, ALLOW) if text is not None else AllowList(schema=1)


def _by(applied: AppliedSet, organisation: str, members: dict[str, Any]) -> str:
    """Who applied it, by name where it is somebody of this organisation; empty for the first start."""
    if applied.actor == "system":
        return ""
    return name_of(members, applied.actor.removeprefix(f"{organisation}/"))
