"""チャット画面: choose a task, see what will be hidden while typing, ask, and read the answer as a marked draft."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import unquote

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ai_gov.documents.guideline.version import Version
from ai_gov.errors import AiGovError, Stopped, TooLarge, Unprepared
from ai_gov.model import Actor, japan_date
from ai_gov.people.model import Role
from ai_gov.people.permissions import check_can_ask
from ai_gov.service.accounts import Visitor
from ai_gov.service.ask import Ask
from ai_gov.service.chat import CLIENT, Chat, Offered, Typed
from ai_gov.service.suggestions import Suggestions
from ai_gov.web.attachment import Attachments
from ai_gov.web.catalogue import words
from ai_gov.web.chat_body import MAX_BYTES, ReportBody, TypedBody, read, shown
from ai_gov.web.guard import Guard
from ai_gov.web.render import LANGUAGE_COOKIE, render

log = structlog.get_logger(__name__)
STAFF: Final = frozenset({Role.STAFF})
SCRIPT_WORDS: Final = "chat.script."
Limit = Callable[[Actor, int | None], None]
"""Counts a request of a person; raises TooMany."""


@dataclass(frozen=True, slots=True)
class ChatPage:
    """チャット画面が使うもの."""

    chat: Chat
    ask: Ask
    suggestions: Suggestions
    attachments: Attachments
    limit: Limit


def routes(guard: Guard, page: ChatPage) -> list[Route]:
    """/chat/…; the page itself is the start page of staff."""

    async def options(request: Request, visitor: Visitor) -> Response:
        language = request.cookies.get(LANGUAGE_COOKIE, "ja")
        return JSONResponse(_options(page.chat.offered(visitor.actor.organisation), language))

    async def inspect(_: Request, visitor: Visitor, body: bytes) -> Response:
        _may(visitor)
        typed = read(body, TypedBody).typed()
        return JSONResponse(shown(await page.chat.preview(typed, visitor.actor.organisation)))

    async def ask(_: Request, visitor: Visitor, body: bytes) -> Response:
        _may(visitor)
        typed = read(body, TypedBody).typed()
        page.limit(visitor.actor, page.ask.requests_per_minute())
        return StreamingResponse(_lines(page, visitor.actor, typed), media_type="application/x-ndjson")

    async def attach(request: Request, visitor: Visitor, body: bytes) -> Response:
        _may(visitor)
        name = unquote(request.headers.get("x-file-name", ""))[:300]
        return JSONResponse({"name": name, "text": await page.attachments.read(name, body)})

    async def report(_: Request, visitor: Visitor, body: bytes) -> Response:
        _may(visitor)
        sent = read(body, ReportBody)
        if sent.number:
            await page.suggestions.false_alarm(visitor.actor, sent.typed.typed(), sent.number)
        else:
            await page.suggestions.missed(visitor.actor, sent.typed.typed(), sent.word, sent.type)
        return JSONResponse({})

    return [
        guard.page("/chat/options", options, STAFF),
        guard.call("/chat/inspect", inspect, STAFF, max_bytes=MAX_BYTES),
        guard.call("/chat/ask", ask, STAFF, max_bytes=MAX_BYTES),
        guard.call("/chat/attachment", attach, STAFF, max_bytes=page.attachments.max_bytes),
        guard.call("/chat/report", report, STAFF, max_bytes=MAX_BYTES),
    ]


def start(request: Request, page: ChatPage, visitor: Visitor, unread: Version | None) -> Response:
    """The page. ``unread``: the guideline that somebody should read first."""
    offered = page.chat.offered(visitor.actor.organisation)
    return render(request, "chat.html", offered=offered, accept=page.attachments.endings, unread=unread)


def _may(visitor: Visitor) -> None:
    check_can_ask(visitor.member, on=japan_date())


def _options(offered: Offered, language: str) -> dict[str, Any]:
    """Everything but the texts of the prompts: those are filled in here."""
    said = words(language).sentences
    kept = ("id", "title", "group", "use", "external", "lead", "allowed", "forbidden", "check", "variables")
    return {
        "prompts": [prompt.model_dump(include=set(kept)) for prompt in offered.prompts],
        "default_use": offered.default_use,
        "label": offered.label,
        "words": {key.removeprefix(SCRIPT_WORDS): text for key, text in said.items() if key.startswith(SCRIPT_WORDS)},
    }


async def _lines(page: ChatPage, actor: Actor, typed: Typed) -> AsyncIterator[bytes]:
    """The answer, a JSON object a line: ``note`` (record, label), ``text``, then ``done`` or ``error``."""
    record = ""
    try:
        wanted = page.chat.request(actor, typed)
        answer = await page.ask.ask_stream(wanted)
        record, asked = answer.record, wanted.payload.leaves[-1].text
        level, action = str(answer.level), answer.action.value
        yield _line({"note": {"record": record, "level": level, "action": action, "asked": asked}})
        note: dict[str, Any] = {}
        # closing says that the reader went away; its row is written then
        async with aclosing(cast("Any", answer.chunks)) as chunks:
            async for chunk in chunks:
                note = chunk.get("ai_gov") or note
                for choice in chunk["choices"]:
                    if text := choice["delta"].get("content"):
                        yield _line({"text": text})
        yield _line({"done": note})
    except AiGovError as error:
        if isinstance(error, TooLarge) and not error.record:  # it never became a request
            error.record = await page.ask.refused(error, actor=actor, client=CLIENT)
        yield _line({"error": _told(error, record)})
    except Exception as error:  # noqa: BLE001 - a traceback may hold what was typed
        log.error("chat failed", error=type(error).__name__, record=record)  # noqa: TRY400
        message = "処理できませんでした。続く場合は、記録番号を情報担当に伝えてください。"
        yield _line({"error": {"message": message, "code": "internal_error", "record": record}})


def _told(error: AiGovError, record: str) -> dict[str, Any]:
    told: dict[str, Any] = {"message": error.message, "code": error.code, "record": error.record or record}
    if isinstance(error, Stopped):
        told |= {"level": error.level, "reasons": list(error.reasons)}
    if isinstance(error, Unprepared):
        told |= {"page": error.page}
    return told | ({"param": error.param} if error.param else {})


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
