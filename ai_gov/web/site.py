"""画面の組み立て: every page of the site as one ASGI application, to be mounted beside the gateway's routes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ai_gov.people.model import Role
from ai_gov.review.reminders import Reminder
from ai_gov.service.accounts import Visitor
from ai_gov.service.own_uses import OwnUses
from ai_gov.service.release_register import ReleaseRegister
from ai_gov.service.reminders import Reminders
from ai_gov.service.setup import FirstSetup
from ai_gov.web import (
    audit,
    audit_record,
    audit_residents,
    audit_search,
    chat,
    federation,
    firstsetup,
    guideline,
    help_page,
    history,
    incidents,
    it,
    review,
    signin,
    training,
    uses,
    verify,
)
from ai_gov.web.audit_desk import AuditDesk
from ai_gov.web.audit_page import AuditPages
from ai_gov.web.chat import ChatPage
from ai_gov.web.federation import SignIn
from ai_gov.web.guard import Guard, failed
from ai_gov.web.guideline_page import GuidelinePages
from ai_gov.web.history import Titles
from ai_gov.web.it_page import ItPages
from ai_gov.web.navigation import navigation
from ai_gov.web.render import HEADERS, render
from ai_gov.web.review_page import ReviewPages
from ai_gov.web.training import TrainingPages
from ai_gov.web.uses_page import UsePages

_DAY: Final = "public, max-age=86400"


@dataclass(frozen=True, slots=True)
class Services:
    """画面が使うもの: the services that pages call. ``setup`` is none once somebody is registered."""

    signin: SignIn
    chat: ChatPage
    own: OwnUses
    titles: Titles
    review: ReviewPages
    register: ReleaseRegister
    audit: AuditPages
    desk: AuditDesk
    guideline: GuidelinePages
    uses: UsePages
    training: TrainingPages
    it: ItPages
    reminders: Reminders
    setup: FirstSetup | None = None


def create_site(services: Services, *, secure: bool) -> Starlette:
    """The pages. ``secure``: whether browsers reach them by TLS."""

    def remind(visitor: Visitor) -> list[Reminder]:
        return services.reminders.of(visitor.member)

    guard = Guard(services.signin.accounts, secure=secure, remind=remind)

    async def start(request: Request, visitor: Visitor) -> Response:
        if Role.STAFF in visitor.roles:
            unread = await asyncio.to_thread(services.guideline.unread, visitor)
            return chat.start(request, services.chat, visitor, unread)
        return cards(request, visitor)

    routes: list[BaseRoute] = [
        guard.page("/", start),
        *signin.routes(guard, services.signin),
        *federation.routes(guard, services.signin),
        *chat.routes(guard, services.chat),
        *history.routes(guard, services.own, services.titles),
        *review.routes(guard, services.review),
        *verify.routes(guard, services.register),
        *audit.routes(guard, services.audit),
        *audit_search.routes(guard, services.desk),
        *audit_residents.routes(guard, services.desk),
        *audit_record.routes(guard, services.desk),
        *incidents.routes(guard, services.desk),
        *guideline.routes(guard, services.guideline),
        *uses.routes(guard, services.uses),
        *training.routes(guard, services.training),
        *it.routes(guard, services.it),
        *help_page.routes(guard),
        *(firstsetup.routes(guard, services.setup) if services.setup else []),
        Mount("/static", StaticFiles(packages=[("ai_gov.web", "static")])),
        Route("/{rest:path}", nothing),
    ]
    site = Starlette(routes=routes, middleware=[Middleware(_SafeHeaders)])
    site.router.redirect_slashes = False
    return site


def cards(request: Request, visitor: Visitor) -> Response:
    """はじめの画面: what this person can do here."""
    items = [item for item in navigation(visitor.roles) if item.path != "/"]
    return render(request, "start.html", items=items)


async def nothing(request: Request) -> Response:
    """A path that is no page."""
    return failed(request, 404, "この画面はありません。アドレスを確かめるか、はじめの画面から開いてください。")


class _SafeHeaders:
    """What every response tells the browser, whoever made it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/static/") and message["status"] < 400:
                    headers["Cache-Control"] = _DAY
            await send(message)

        await self._app(scope, receive, with_headers)
