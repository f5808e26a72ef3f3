"""使い方の画面: for each role what it can do here, and how."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ai_gov.people.model import Role
from ai_gov.service.accounts import Visitor
from ai_gov.web.catalogue import words
from ai_gov.web.guard import Guard
from ai_gov.web.render import LANGUAGE_COOKIE, render

CHAPTERS: Final[tuple[tuple[str, frozenset[Role]], ...]] = (
    ("staff", frozenset({Role.STAFF})),
    ("reviewer", frozenset({Role.REVIEWER})),
    ("caio", frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})),
    ("it", frozenset({Role.IT})),
)


def routes(guard: Guard) -> list[Route]:
    """/help: the visitor's own chapters first, the others after them."""

    async def page(request: Request, visitor: Visitor) -> Response:
        said = words(request.cookies.get(LANGUAGE_COOKIE, "ja")).sentences
        own = [name for name, roles in CHAPTERS if roles & visitor.roles]
        names = own + [name for name, _ in CHAPTERS if name not in own]
        lines = {
            name: [key for key in said if key.startswith(f"help.{name}.") and key != f"help.{name}.title"]
            for name in names
        }
        return render(request, "help.html", names=names, own=own, lines=lines)

    return [guard.page("/help", page)]
