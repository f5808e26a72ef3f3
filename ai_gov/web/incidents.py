"""事故の画面: what is open and when its reports are due, one incident, and a new one from an alert or a record."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.audit.incident_deadlines import SOURCES, deadlines, next_deadline
from ai_gov.audit.incidents import Category, Stage
from ai_gov.documents.incident import persons, summary
from ai_gov.errors import AiGovError, BadRequest, UnknownRoute
from ai_gov.model import JST
from ai_gov.people.model import Role
from ai_gov.people.permissions import can_handle_incidents
from ai_gov.service import incident_typed as read
from ai_gov.service.accounts import Visitor
from ai_gov.web import incident_acts
from ai_gov.web.audit_desk import AuditDesk
from ai_gov.web.audit_page import ROLES, page
from ai_gov.web.guard import Guard

PATH: Final = "/audit/incidents"
WRITERS: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT})
NEW: Final = ("organisation", "title", "day", "time", "records", "alert")
KINDS: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "md": "text/markdown; charset=utf-8",
}


def routes(guard: Guard, desk: AuditDesk) -> list[Route]:
    """/audit/incidents/…."""

    async def lists(request: Request, visitor: Visitor) -> Response:
        def found() -> dict[str, Any]:
            items, today = desk.incidents.listed(desk.pages.reader(visitor)), desk.pages.today()
            return {
                "rows": [(item, next_deadline(item)) for item in items],
                "today": today,
                "names": desk.pages.names(),
                "writes": bool(_towns(desk, visitor)),
            }

        return page(request, "incidents.html", tab=PATH, sources=SOURCES, **await asyncio.to_thread(found))

    async def new(request: Request, visitor: Visitor) -> Response:
        records = request.query_params.getlist("record")[:200]
        return await asyncio.to_thread(_new, request, visitor, desk, records, request.query_params.get("alert", ""))

    async def begin(request: Request, visitor: Visitor, form: FormData) -> Response:
        typed = {name: str(form.get(name, "")) for name in NEW}
        towns = _towns(desk, visitor)

        def make() -> str:
            town = typed["organisation"] or (towns[0] if len(towns) == 1 else "")
            if not town:
                raise BadRequest("どの団体の事故かを選んでください。")
            known = read.moment(typed["day"], typed["time"], "知った日時")
            return desk.incidents.open(
                visitor.member,
                town,
                title=typed["title"],
                known_at=known,
                records=typed["records"].split(),
                alert=typed["alert"],
            ).id

        try:
            made = await asyncio.to_thread(make)
        except AiGovError as error:
            return _form(request, desk, towns, typed, error)
        return RedirectResponse(f"{PATH}/{made}?done=open", 303)

    async def one(request: Request, visitor: Visitor) -> Response:
        return await shown(request, visitor, desk, request.path_params["id"][:64])

    async def file(request: Request, visitor: Visitor) -> Response:
        id_, kind = request.path_params["id"][:64], request.path_params["kind"]
        if kind not in KINDS:
            raise UnknownRoute("その種類のファイルはありません。事故の画面から選び直してください。")

        def written() -> tuple[str, bytes]:
            found = desk.incidents.summarised(visitor.member, id_, kind)
            document = summary(found.incident, found.uses, desk.pages.names(), desk.pages.today())
            return found.incident.id, desk.writers[kind](document)

        name, data = await asyncio.to_thread(written)
        told = {"Content-Disposition": f'attachment; filename="incident-{name}.{kind}"'}
        return Response(data, media_type=KINDS[kind], headers=told)

    return [
        guard.page(PATH, lists, ROLES),
        guard.page(f"{PATH}/new", new, WRITERS),
        guard.form(PATH, begin, WRITERS),
        *incident_acts.routes(guard, desk, shown),
        guard.page(f"{PATH}/{{id}}", one, ROLES),
        guard.page(f"{PATH}/{{id}}/summary.{{kind}}", file, ROLES),
    ]


def _towns(desk: AuditDesk, visitor: Visitor) -> list[str]:
    """The organisations in which somebody may handle incidents."""
    today = desk.pages.today()
    known = [item.id for item in desk.pages.organisations()]
    return [town for town in known if can_handle_incidents(visitor.member, town, on=today)]


def _new(request: Request, visitor: Visitor, desk: AuditDesk, records: Sequence[str], alert: str) -> Response:
    """The form, filled in from an alert and records that this person may see."""
    towns, now = _towns(desk, visitor), desk.pages.clock.now().astimezone(JST)
    typed = dict.fromkeys(NEW, "") | {"day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}"}
    raised = desk.incidents.alert(alert[:64], towns) if alert else None
    if raised is not None:
        typed |= {"alert": raised.id, "title": raised.title, "organisation": raised.organisation}
        records = [*records, *raised.records]
    typed["records"] = "\n".join(dict.fromkeys(item[:64] for item in records if item.isprintable()))
    return _form(request, desk, towns, typed, raised=raised)


def _form(
    request: Request,
    desk: AuditDesk,
    towns: Sequence[str],
    typed: Mapping[str, str],
    error: AiGovError | None = None,
    *,
    raised: Any = None,
) -> Response:
    known = desk.pages.names().organisations
    return page(
        request,
        "incident_new.html",
        tab=PATH,
        status=error.status if error else 200,
        message=error.message if error else "",
        typed=typed,
        raised=raised,
        organisations={town: known.get(town, town) for town in towns},
    )


async def shown(
    request: Request,
    visitor: Visitor,
    desk: AuditDesk,
    id_: str,
    *,
    error: AiGovError | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    """1件: as it stands now, with what went wrong and what was typed and not kept."""

    def found() -> dict[str, Any]:
        opened = desk.incidents.one(visitor.member, id_)
        return {
            "opened": opened,
            "incident": opened.incident,
            "due": deadlines(opened.incident),
            "names": desk.pages.names(),
            "persons": persons(opened.incident.facts),
        }

    done = request.query_params.get("done", "")
    return page(
        request,
        "incident.html",
        tab=PATH,
        status=error.status if error else 200,
        message=error.message if error else "",
        typed=typed or {},
        today=desk.pages.today(),
        stages=tuple(Stage),
        categories=tuple(Category),
        sources=SOURCES,
        kinds=KINDS,
        done=done if done in incident_acts.ACTS and not error else "",
        **await asyncio.to_thread(found),
    )
