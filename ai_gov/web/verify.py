"""公開の確認の画面: anybody sees whether a text was released, by whom, when, how far by AI. Nothing on it is personal.

A text or a file to compare is read in memory, digested and forgotten; it is neither logged nor kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.documents.release_register import KINDS
from ai_gov.errors import AiGovError, BadRequest
from ai_gov.model import JST
from ai_gov.review.content import plain
from ai_gov.review.released import read_release_id
from ai_gov.service.release_register import Match, ReleaseRegister
from ai_gov.web.guard import Guard, body_of
from ai_gov.web.render import render

MAX_BYTES: Final = 20_000_000
SECONDS: Final = 60
AT_ONCE: Final = 4
"""How many comparisons hold a file in memory; further ones wait."""


class _InMemory(MultiPartParser):
    """A parser that writes no temporary file."""

    spool_max_size = MAX_BYTES + 1


@dataclass(frozen=True, slots=True)
class Compared:
    """比べた結果. ``other``: it matches, but another release than the one the page is about."""

    matches: tuple[Match, ...]
    other: bool = False


def routes(guard: Guard, register: ReleaseRegister) -> list[Route]:
    """/verify, /verify/{id}."""

    async def page(request: Request) -> Response:
        if request.method == "POST":
            return await compare(request)
        typed = request.query_params.get("id", "")[:40]
        if not typed:
            return await shown(request, "")
        id_ = read_release_id(typed)
        return RedirectResponse(f"/verify/{id_}", 303) if id_ else await shown(request, typed)

    async def one(request: Request) -> Response:
        return await (compare(request) if request.method == "POST" else shown(request, request.path_params["id"][:40]))

    at_once = asyncio.Semaphore(AT_ONCE)

    async def compare(request: Request) -> Response:
        async with at_once:
            return await _compare(request)

    async def _compare(request: Request) -> Response:
        typed = request.path_params.get("id", "")[:40]
        try:
            async with asyncio.timeout(SECONDS):
                data = await _sent(request)
            inside = await guard.known(request) is not None
            found: list[Match] = []
            for item in data:
                found += await asyncio.to_thread(register.check, item, also_internal=inside)
            wanted = read_release_id(typed)
            own = [match for match in found if match.release.id == wanted] if wanted else found
            return await shown(request, typed, compared=Compared(tuple(own or found), bool(found and not own)))
        except TimeoutError:
            slow = BadRequest("送信に時間がかかりすぎました。もう一度お試しください。")
            return await shown(request, typed, error=slow)
        except AiGovError as error:
            return await shown(request, typed, error=error)

    async def shown(
        request: Request, typed: str, *, compared: Compared | None = None, error: AiGovError | None = None
    ) -> Response:
        await guard.known(request)
        release = await asyncio.to_thread(register.lookup, typed) if typed else None
        values: Mapping[str, Any] = {
            "typed": typed,
            "release": release,
            "compared": compared,
            "kinds": KINDS,
            "zone": JST,
            "message": error.message if error else "",
        }
        missing = 404 if typed and release is None else 200
        return render(request, "verify.html", status=error.status if error else missing, **values)

    return [
        guard.open("/verify", page, methods=("GET", "POST")),
        guard.open("/verify/{id}", one, methods=("GET", "POST")),
    ]


async def _sent(request: Request) -> list[bytes]:
    """What was sent to be compared: a file, or a text as it may have been written down."""
    data = await body_of(request, MAX_BYTES)

    async def once() -> Any:
        yield data

    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise BadRequest("送られた内容を読めません。この画面の欄に貼り付けるか、ファイルを選んでください。")
    try:
        form: FormData = await _InMemory(
            request.headers, once(), max_files=1, max_fields=3, max_part_size=MAX_BYTES
        ).parse()
    except MultiPartException:
        raise BadRequest("送られた内容を読めません。画面を開き直してください。") from None
    try:
        file, text = form.get("file"), form.get("text")
        if isinstance(file, UploadFile) and (read := await file.read()):
            return [read]
        if isinstance(text, str) and text.strip():
            bare = plain(text).strip("\n")
            return [f"{bare}\n".encode("utf-8", "replace")]
    finally:
        await form.close()
    raise BadRequest("比べる文章を貼り付けるか、ファイルを選んでください。")
