"""研修の画面: what to learn, the quiz with explanations once it is answered, and the results by department."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.documents import html
from ai_gov.documents.guideline.training import Item
from ai_gov.errors import Conflict
from ai_gov.model import JST, japan_date
from ai_gov.people.model import Role
from ai_gov.register.training import SMALLEST, Count
from ai_gov.review.record import Who
from ai_gov.service.accounts import Visitor
from ai_gov.service.training import TrainingService
from ai_gov.web.guard import Guard
from ai_gov.web.render import render

STAFF: Final = frozenset({Role.STAFF})
READERS: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
MAX_BYTES: Final = 2_000


@dataclass(frozen=True, slots=True)
class TrainingPages:
    """研修の画面が使うもの."""

    training: TrainingService


def routes(guard: Guard, pages: TrainingPages) -> list[Route]:
    """/training/…."""

    async def lessons(request: Request, visitor: Visitor) -> Response:
        return await _lessons(request, visitor, pages)

    async def start(request: Request, visitor: Visitor, form: FormData) -> Response:  # noqa: ARG001
        try:
            await asyncio.to_thread(pages.training.start, _who(visitor))
        except Conflict as error:
            return await _lessons(request, visitor, pages, error)
        return RedirectResponse("/training/quiz", 303)

    async def quiz(request: Request, visitor: Visitor) -> Response:
        try:
            attempt, items = await asyncio.to_thread(pages.training.questions, _who(visitor))
        except Conflict as error:
            return await _lessons(request, visitor, pages, error)
        return render(request, "training_quiz.html", attempt=attempt, items=items)

    async def answer(request: Request, visitor: Visitor, form: FormData) -> Response:
        who, id_ = _who(visitor), str(form.get("attempt", ""))[:64]
        try:
            _, items = await asyncio.to_thread(pages.training.questions, who)
            answers = {item.id: _chosen(form, number, item) for number, item in enumerate(items, start=1)}
            made = await asyncio.to_thread(pages.training.answer, who, id_, answers)
        except Conflict as error:
            return await _lessons(request, visitor, pages, error)
        standing = await asyncio.to_thread(pages.training.standing, who)
        shown = [(item, given, item.right == given) for item, given in zip(made.items, made.answers, strict=True)]
        return render(request, "training_result.html", made=made, shown=shown, standing=standing, zone=JST)

    async def results(request: Request, visitor: Visitor) -> Response:
        rows = await asyncio.to_thread(pages.training.results, _who(visitor))
        nobody = Count(0, 0)
        return render(
            request,
            "training_results.html",
            rows=rows,
            staff=sum(row.staff for row in rows),
            passed=reduce(add, (row.passed for row in rows), nobody),
            missing=reduce(add, (row.missing for row in rows), nobody),
            smallest=SMALLEST,
            today=japan_date(),
            policy=pages.training.standing(_who(visitor)).policy,
        )

    return [
        guard.page("/training", lessons, STAFF | READERS),
        guard.form("/training/start", start, STAFF, max_bytes=MAX_BYTES),
        guard.page("/training/quiz", quiz, STAFF),
        guard.form("/training/answers", answer, STAFF, max_bytes=MAX_BYTES),
        guard.page("/training/results", results, READERS),
    ]


async def _lessons(request: Request, visitor: Visitor, pages: TrainingPages, error: Conflict | None = None) -> Response:
    who = _who(visitor)
    made = await asyncio.to_thread(pages.training.material, who)
    standing = await asyncio.to_thread(pages.training.standing, who)
    return render(
        request,
        "training.html",
        status=error.status if error else 200,
        lessons=reachable(html.fragment(made.lessons)),
        standing=standing,
        total=len(made.items),
        zone=JST,
        staff=Role.STAFF in visitor.roles,
        reads=bool(READERS & visitor.roles),
        message=error.message if error else "",
    )


def reachable(body: str) -> str:
    """HTML of our own writer: what scrolls can be reached by keyboard.

    >>> reachable('<div class="scroll"><table>')
    '<div class="scroll" tabindex="0"><table>'
    """
    return body.replace('<div class="scroll">', '<div class="scroll" tabindex="0">')


def _chosen(form: FormData, number: int, item: Item) -> frozenset[int]:
    """The choices that were ticked for a question; what is no choice of it counts as a wrong one."""
    sent = [str(value) for value in form.getlist(f"q{number}")]
    return frozenset(int(value) if value.isdecimal() and len(value) < 3 else 0 for value in sent[: len(item.choices)])


def _who(visitor: Visitor) -> Who:
    return Who(visitor.member.person.organisation, visitor.member.person.id)
