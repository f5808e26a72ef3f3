"""報告の画面: a period, a scope and a format, and the file to take away; what was made stays as an entry."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.audit.checkpoint import CheckpointError
from ai_gov.documents.report import ReportData
from ai_gov.documents.report_evidence import verified_sentence
from ai_gov.errors import BadRequest, FailClosed
from ai_gov.model import JST
from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_page import ROLES, AuditPages, page
from ai_gov.web.audit_scope import Scope, scope
from ai_gov.web.audit_verification import state
from ai_gov.web.guard import Guard

PATH: Final = "/audit/reports"
TYPES: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}
KINDS: Final = ("report", "public", "sheet")
"""利用状況の報告, one fit to publish, 監査シート."""


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit/reports."""

    async def shown(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(scope, pages, visitor, request.query_params)
        return page(request, "audit_reports.html", tab=PATH, scope=found, formats=tuple(TYPES), kinds=KINDS)

    async def made(request: Request, visitor: Visitor, form: FormData) -> Response:  # noqa: ARG001
        asked = {name: str(form.get(name, "")) for name in ("period", "organisation", "format", "kind")}
        name, content = await asyncio.to_thread(_file, pages, visitor, asked)
        told = f'attachment; filename="{name}"'
        return Response(content, media_type=TYPES[asked["format"]], headers={"Content-Disposition": told})

    return [guard.page(PATH, shown, ROLES), guard.form(PATH, made, ROLES)]


def _file(pages: AuditPages, visitor: Visitor, asked: dict[str, str]) -> tuple[str, bytes]:
    kind, form = asked["kind"], asked["format"]
    if form not in TYPES or kind not in KINDS:
        raise BadRequest("報告の種類と形式は、一覧から選んでください。")
    if kind == "sheet" and form == "csv":
        raise BadRequest("監査シートは CSV では作れません。Excel（XLSX）を選んでください。")
    about = scope(pages, visitor, asked)
    data = _data(pages, about, public=kind == "public")
    files = pages.sheet_files(data, (form,)) if kind == "sheet" else pages.report_files(data, (form,))
    pages.reports.made(about.reader, about.period, files, public=data.public, organisations=about.organisations)
    (found,) = files.items()
    return found


def _data(pages: AuditPages, about: Scope, *, public: bool) -> ReportData:
    figures, previous = pages.reports.figures(about.reader, about.period, about.organisations)
    names, prices = pages.words()
    last = state(pages).completed
    said = (
        ""
        if last is None
        else verified_sentence(last.entries, last.problem_count, f"{last.at.astimezone(JST):%Y-%m-%d %H:%M}")
    )
    try:
        rests = pages.evidence(said)
    except CheckpointError as error:
        raise FailClosed(f"最新のチェックポイントを読めません（{error}）。記録を検証してください。") from None
    whose = "・".join(about.names)
    return ReportData(figures, previous, names, rests, whose, pages.today(), prices, public)
