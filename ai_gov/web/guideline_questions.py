"""ガイドラインの質問の画面: a step at a time, each answer checked where it stands, its articles beside it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from ai_gov.documents.guideline.questions import Value
from ai_gov.errors import BadRequest, UnknownRoute
from ai_gov.service.accounts import Visitor
from ai_gov.service.guideline_draft import Checked, Draft, Step, Typed
from ai_gov.web.guard import Guard
from ai_gov.web.guideline_page import EDITORS, GuidelinePages, page, shown

_MOST: int = 200_000


def routes(guard: Guard, pages: GuidelinePages) -> list[Route]:
    """/guideline/questions/{step}, /guideline/preview/{step}."""

    async def ask(request: Request, visitor: Visitor) -> Response:
        steps, step = _step(pages, request)
        draft = await asyncio.to_thread(pages.draft.open, visitor.actor.organisation)
        checked = Checked(draft.values, {})
        return await _shown(
            request, visitor, pages, (steps, step, draft), checked=checked, typed=typed_of(step, draft.values)
        )

    async def answer(request: Request, visitor: Visitor, form: FormData) -> Response:
        steps, step = _step(pages, request)
        draft = await asyncio.to_thread(pages.draft.open, visitor.actor.organisation)
        typed = {question.id: [str(item) for item in form.getlist(question.id)] for question in step.questions}
        checked = pages.draft.check(draft, step, typed)
        if form.get("then") == "preview" or checked.faults:
            return await _shown(request, visitor, pages, (steps, step, draft), checked=checked, typed=typed)
        await asyncio.to_thread(pages.draft.save, visitor.actor, draft, step, checked)
        if form.get("then") == "stop" or step.number == len(steps):
            return RedirectResponse("/guideline/make?done=saved" if step.number == len(steps) else "/guideline", 303)
        return RedirectResponse(f"/guideline/questions/{step.number + 1}?done=saved", 303)

    async def preview(request: Request, visitor: Visitor, body: bytes) -> Response:
        _, step = _step(pages, request)
        typed = _typed(body, step)

        def made() -> tuple[Checked, str]:
            draft = pages.draft.open(visitor.actor.organisation)
            checked = pages.draft.check(draft, step, typed)
            return checked, "" if checked.faults else pages.draft.preview(draft, checked.values, step)

        checked, html = await asyncio.to_thread(made)
        return JSONResponse({"faults": dict(checked.faults), "html": shown(html)})

    return [
        guard.page("/guideline/questions/{step}", ask, EDITORS),
        guard.form("/guideline/questions/{step}", answer, EDITORS, max_bytes=_MOST),
        guard.call("/guideline/preview/{step}", preview, EDITORS, max_bytes=_MOST),
    ]


def typed_of(step: Step, values: Mapping[str, Value]) -> dict[str, list[str]]:
    """What stands in the fields of a step for values."""
    out: dict[str, list[str]] = {}
    for question in step.questions:
        value = values.get(question.id, "")
        many = [str(item) for item in value] if isinstance(value, tuple) else [str(value)]
        out[question.id] = ["\n".join(many)] if question.type == "lines" else many
    return out


async def _shown(
    request: Request,
    visitor: Visitor,
    pages: GuidelinePages,
    at: tuple[list[Step], Step, Draft],
    *,
    checked: Checked,
    typed: Typed,
) -> Response:
    steps, step, draft = at
    body = "" if checked.faults else await asyncio.to_thread(pages.draft.preview, draft, checked.values, step)
    known = {question.id: question for each in steps for question in each.questions}
    return await page(
        request,
        visitor,
        pages,
        "guideline_questions.html",
        status=400 if checked.faults else 200,
        steps=[(item, draft.complete(item)) for item in steps],
        step=step,
        draft=draft,
        typed=typed,
        faults=checked.faults,
        known=known,
        body=body,
        name=lambda person: pages.name(visitor.actor.organisation, person),
    )


def _step(pages: GuidelinePages, request: Request) -> tuple[list[Step], Step]:
    steps = pages.draft.steps()
    wanted = request.path_params["step"]
    step = next((item for item in steps if str(item.number) == wanted), None)
    if step is None:
        raise UnknownRoute("その質問の画面はありません。「ガイドライン」の画面から開き直してください。")
    return steps, step


def _typed(body: bytes, step: Step) -> dict[str, list[str]]:
    try:
        sent: Any = json.loads(body)
        return {question.id: [str(item) for item in sent.get(question.id, [])] for question in step.questions}
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise BadRequest("送られた内容を読めません。画面を開き直してください。") from None
