"""事故の操作: what the forms of an incident's page do. Whatever goes wrong, the page comes back with what was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.errors import AiGovError, BadRequest, UnknownRoute
from ai_gov.people.model import Role
from ai_gov.service import incident_typed as read
from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_desk import AuditDesk
from ai_gov.web.guard import Guard

WRITERS: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT})
ACTS: Final = ("open", "link", "unlink", "facts", "note", "reported", "close", "reopen")
"""操作: those of which the page says that they were done."""

_TYPED: Final = (
    *("record", "text", "stage", "on", "reference"),
    *("reportable", "persons", "estimated", "summary", "items", "cause", "measures", "version"),
)
_MAX_BYTES: Final = 100_000


class Shown(Protocol):
    """1件の画面."""

    async def __call__(
        self,
        request: Request,
        visitor: Visitor,
        desk: AuditDesk,
        id_: str,
        *,
        error: AiGovError | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> Response:
        """The page, with what went wrong and what was typed."""
        ...


def routes(guard: Guard, desk: AuditDesk, shown: Shown) -> list[Route]:
    """POST /audit/incidents/link, POST /audit/incidents/{id}/{act}."""

    async def link(request: Request, visitor: Visitor, form: FormData) -> Response:
        """From a record's page, where the incident is chosen."""
        return await _act(request, visitor, form, (str(form.get("incident", ""))[:64], "link"))

    async def act(request: Request, visitor: Visitor, form: FormData) -> Response:
        return await _act(request, visitor, form, (request.path_params["id"][:64], request.path_params["act"]))

    async def _act(request: Request, visitor: Visitor, form: FormData, asked: tuple[str, str]) -> Response:
        typed: dict[str, Any] = {name: str(form[name]) for name in _TYPED if name in form}
        typed["categories"] = [str(item) for item in form.getlist("category")]
        id_, wanted = asked
        try:
            await asyncio.to_thread(_do, desk, visitor, id_, wanted, typed)
        except UnknownRoute:
            raise
        except AiGovError as error:
            return await shown(request, visitor, desk, id_, error=error, typed={**typed, "act": wanted})
        return RedirectResponse(f"/audit/incidents/{id_}?done={wanted}", 303)

    return [
        guard.form("/audit/incidents/link", link, WRITERS),
        guard.form("/audit/incidents/{id}/{act}", act, WRITERS, max_bytes=_MAX_BYTES),
    ]


def _do(desk: AuditDesk, visitor: Visitor, id_: str, wanted: str, typed: Mapping[str, Any]) -> None:
    incidents, who, text = desk.incidents, visitor.member, typed.get("text", "")
    match wanted:
        case "link":
            incidents.link(who, id_, typed.get("record", ""))
        case "unlink":
            incidents.unlink(who, id_, typed.get("record", ""))
        case "facts":
            facts = read.facts(typed, typed["categories"], estimated=bool(typed.get("estimated")))
            incidents.state_facts(who, id_, facts, version=_version(typed.get("version", "")))
        case "note":
            incidents.note(who, id_, text)
        case "reported":
            stage, on = read.stage(typed.get("stage", "")), read.day(typed.get("on", ""), "報告した日")
            incidents.reported(who, id_, stage, on=on, reference=typed.get("reference", ""))
        case "close":
            incidents.close(who, id_, text)
        case "reopen":
            incidents.reopen(who, id_, text)
        case _:
            raise UnknownRoute("この操作はありません。事故の画面から選び直してください。")


def _version(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadRequest("どの版を見ていたかが分かりません。画面を開き直してください。")
    return int(text)
