"""申し出の画面: what staff marked as missed or as no secret, by rule, and what was decided of it."""

from __future__ import annotations

import asyncio

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, BadRequest, UnknownRoute
from ai_gov.service.accounts import Visitor
from ai_gov.service.suggestion_desk import NOTE, State
from ai_gov.web.guard import Guard
from ai_gov.web.it_page import ROLES, ItPages, failure, field_of, home, shown

PER_GROUP = 30
"""Suggestions of a rule that are shown at once."""


def routes(guard: Guard, pages: ItPages) -> list[Route]:
    """/it/suggestions."""

    async def listed(request: Request, visitor: Visitor) -> Response:
        done = request.query_params.get("done", "")
        return await _shown(request, visitor, pages, done=done if done in set(State) else "")

    async def decide(request: Request, visitor: Visitor, form: FormData) -> Response:
        number, wanted = request.path_params["position"], field_of(form, "state", 20)
        try:
            if not (number.isascii() and number.isdecimal() and len(number) < 16):
                raise UnknownRoute("その申し出はありません。一覧から選び直してください。")
            if wanted not in set(State):
                raise BadRequest("対応を選んでください。", param="state")
            person, note = visitor.member.person, field_of(form, "note", 2000)
            await asyncio.to_thread(pages.suggestions.decide, person, int(number), State(wanted), note)
        except AiGovError as error:
            typed = {"position": number, "note": str(form.get("note", ""))[:2000]}
            return await _shown(request, visitor, pages, error=error, typed=typed)
        return RedirectResponse(f"/it/suggestions?done={wanted}", 303)

    return [
        guard.page("/it/suggestions", listed, ROLES),
        guard.form("/it/suggestions/{position}", decide, ROLES),
    ]


async def _shown(
    request: Request,
    visitor: Visitor,
    pages: ItPages,
    *,
    done: str = "",
    error: AiGovError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    wanted = request.query_params.get("state", "open")
    state = State(wanted) if wanted in set(State) else None
    groups = await asyncio.to_thread(pages.suggestions.groups, home(visitor), state=state)
    governance = pages.config.current()
    return shown(
        request,
        "it_suggestions.html",
        "/it/suggestions",
        groups=groups,
        state=state.value if state else "all",
        states=[*(item.value for item in State), "all"],
        rules=governance.rules,
        types={rule.entity: rule.label for rule in governance.rules.values()},
        most=PER_GROUP,
        longest=NOTE,
        typed=typed or {},
        **{"done": done, **(failure(error) if error else {})},
    )
