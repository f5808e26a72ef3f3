"""描画: templates to responses, with the headers that let a browser run nothing but our own files."""

from __future__ import annotations

import functools
from typing import Any, Final

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ai_gov.service.accounts import Visitor
from ai_gov.web.catalogue import words
from ai_gov.web.navigation import navigation

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
LANGUAGE_COOKIE: Final = "ai_gov_language"


@functools.cache
def environment() -> jinja2.Environment:
    """The templates; a name that is not given fails instead of staying empty."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("ai_gov.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page. Every template knows ``t``, ``visitor`` (or none), ``csrf``, ``navigation``, ``path``, ``reminders``."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    language = request.cookies.get(LANGUAGE_COOKIE, "ja")
    given: dict[str, Any] = {
        "t": words(language),
        "visitor": visitor,
        "csrf": visitor.session.csrf() if visitor else "",
        "navigation": navigation(visitor.roles if visitor else frozenset()),
        "path": request.url.path,
        "reminders": getattr(request.state, "reminders", ()),
        **values,
    }
    return HTMLResponse(environment().get_template(template).render(given), status)
