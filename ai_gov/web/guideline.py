"""ガイドラインの画面: how it stands, its versions, and for everybody the one to read and to acknowledge."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.documents.guideline.version import Version
from ai_gov.errors import UnknownRoute
from ai_gov.people.model import Organisation
from ai_gov.service.accounts import Visitor
from ai_gov.service.guideline_drift import Drift
from ai_gov.web import guideline_make, guideline_questions
from ai_gov.web.guard import Guard
from ai_gov.web.guideline_page import KINDS, LOOKERS, REVIEWERS, GuidelinePages, attachment, page


def routes(guard: Guard, pages: GuidelinePages) -> list[Route]:
    """/guideline/…."""

    async def overview(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(_overview, pages, request, visitor)
        return await page(request, visitor, pages, "guideline.html", **found)

    async def review(request: Request, visitor: Visitor, form: FormData) -> Response:  # noqa: ARG001
        await asyncio.to_thread(pages.versions.review, visitor.actor)
        return RedirectResponse("/guideline?done=review", 303)

    async def version(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(_version, pages, request, visitor)
        return await page(request, visitor, pages, "guideline_version.html", **found)

    async def file(request: Request, visitor: Visitor) -> Response:
        kind = request.path_params["kind"]
        own = await asyncio.to_thread(pages.organisation, request, visitor)
        found = await asyncio.to_thread(pages.versions.version, own.id, _number(request.path_params["number"]))
        data = await asyncio.to_thread(pages.versions.file, found, kind if kind in KINDS else "")
        return attachment(data, kind, f"{found.title}（第{found.number}版）")

    async def read(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(_reading, pages, request, visitor)
        return await page(request, visitor, pages, "guideline_read.html", **found)

    async def acknowledge(request: Request, visitor: Visitor, form: FormData) -> Response:  # noqa: ARG001
        number = _number(str(form.get("number", "")))
        await asyncio.to_thread(pages.versions.acknowledge, visitor.actor, number)
        return RedirectResponse(f"/guideline/read?version={number}&done=read", 303)

    return [
        guard.page("/guideline", overview, LOOKERS),
        guard.form("/guideline/review", review, REVIEWERS),
        guard.page("/guideline/versions/{number}", version, LOOKERS),
        guard.page("/guideline/versions/{number}/file/{kind}", file),
        guard.page("/guideline/read", read),
        guard.form("/guideline/acknowledge", acknowledge),
        *guideline_questions.routes(guard, pages),
        *guideline_make.routes(guard, pages),
    ]


def _overview(pages: GuidelinePages, request: Request, visitor: Visitor) -> dict[str, Any]:
    own = pages.organisation(request, visitor)
    versions = pages.versions.versions(own.id)
    drift = pages.drift.of(own.id)
    tallies = pages.versions.tallies(drift.version) if drift.version else []
    draft = pages.draft.open(own.id) if own.id == visitor.member.person.organisation else None
    return {
        "organisation": own,
        "others": _others(pages, visitor),
        "own": own.id == visitor.member.person.organisation,
        "versions": versions,
        "drift": drift,
        "tallies": tallies,
        "steps": [(step, draft.complete(step)) for step in pages.draft.steps()] if draft else [],
        "name": lambda person: pages.name(own.id, person),
        "demands": pages.demands(),
        "month": pages.month(),
    }


def _others(pages: GuidelinePages, visitor: Visitor) -> list[tuple[Organisation, Drift, int, int]]:
    """団体の一覧: for who looks after several: how each stands, and how many of its staff have read it."""
    seen = pages.seen_by(visitor)
    out = []
    for item in seen if len(seen) > 1 else []:
        drift = pages.drift.of(item.id)
        tallies = pages.versions.tallies(drift.version) if drift.version else []
        out.append((item, drift, sum(tally.read for tally in tallies), sum(tally.all for tally in tallies)))
    return out


def _version(pages: GuidelinePages, request: Request, visitor: Visitor) -> dict[str, Any]:
    own = pages.organisation(request, visitor)
    found = pages.versions.version(own.id, _number(request.path_params["number"]))
    earlier = [item for item in pages.versions.versions(own.id) if item.number < found.number]
    asked = request.query_params.get("from", "")
    before = next((item for item in earlier if str(item.number) == asked), earlier[0] if earlier else None)
    return {
        "organisation": own,
        "version": found,
        "earlier": earlier,
        "before": before,
        "difference": pages.versions.difference(before, found) if before else None,
        "body": pages.versions.content(found).body,
        "name": lambda person: pages.name(own.id, person),
    }


def _reading(pages: GuidelinePages, request: Request, visitor: Visitor) -> dict[str, Any]:
    person = visitor.member.person
    to_read = pages.versions.to_read(person.organisation, person.id)
    asked = request.query_params.get("version", "")
    chosen = next((item for item in to_read if str(item.version.number) == asked), to_read[0] if to_read else None)
    before: Version | None = chosen.before if chosen else None
    return {
        "to_read": to_read,
        "chosen": chosen,
        "difference": pages.versions.difference(before, chosen.version) if chosen and before else None,
        "body": pages.versions.content(chosen.version).body if chosen else "",
        "today": pages.versions.today(),
        "demands": pages.demands(),
    }


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise UnknownRoute("その版はありません。版の一覧から選び直してください。")
    return int(text)
