"""検証の画面: what the newest said and could not show, one begun now, and checkpoints to keep elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ai_gov.audit.verification import Verified
from ai_gov.errors import BadRequest
from ai_gov.service.accounts import Visitor
from ai_gov.service.audit_verification import Head
from ai_gov.web.audit_page import ROLES, AuditPages, RunningPort, page
from ai_gov.web.guard import Guard

PATH: Final = "/audit/verification"
MAX_BYTES: Final = 1_000_000
"""Of kept checkpoints: several thousand of them."""


@dataclass(frozen=True, slots=True)
class State:
    """検証の状態: ``newest`` may be one that could not be carried out, ``completed`` is the newest that was."""

    head: Head | None
    results: tuple[Verified, ...]
    running: RunningPort | None

    @property
    def newest(self) -> Verified | None:
        """The newest, carried out or not."""
        return self.results[0] if self.results else None

    @property
    def completed(self) -> Verified | None:
        """The newest that was carried out."""
        return next((item for item in self.results if item.ran), None)

    @property
    def since(self) -> int:
        """Records that were signed after that."""
        return max(0, self.head.size - self.completed.entries) if self.head and self.completed else 0


def state(pages: AuditPages) -> State:
    """検証の状態: as it is now. Reads the database."""
    running = pages.verifier.running
    kept, last = pages.verification.results(), pages.verifier.last
    if last is not None and (not kept or last.at > kept[0].at):
        kept = (last, *kept)  # not yet in the index, or it could not be recorded
    return State(pages.verification.head(), kept, running)


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit/verification, /audit/checkpoint.txt."""

    async def shown(request: Request, visitor: Visitor) -> Response:
        await asyncio.to_thread(pages.reader, visitor)
        keys = pages.verification.keys()
        found = await asyncio.to_thread(state, pages)
        return page(request, "audit_verification.html", tab=PATH, state=found, keys=keys)

    async def begin(request: Request, visitor: Visitor, form: FormData) -> Response:  # noqa: ARG001
        reader = await asyncio.to_thread(pages.reader, visitor)
        against = await kept_notes(pages, form)
        pages.verifier.start(actor=reader.name, against="".join(against))
        return RedirectResponse(PATH, 303)

    async def checkpoint(request: Request, visitor: Visitor) -> Response:  # noqa: ARG001
        reader = await asyncio.to_thread(pages.reader, visitor)
        head = await asyncio.to_thread(pages.verification.taken, reader)
        told = f'attachment; filename="checkpoint-{head.size}.txt"'
        return Response(head.note, media_type="text/plain; charset=utf-8", headers={"Content-Disposition": told})

    return [
        guard.page(PATH, shown, ROLES),
        guard.form(PATH, begin, ROLES, max_bytes=MAX_BYTES),
        guard.page("/audit/checkpoint.txt", checkpoint, ROLES),
    ]


async def kept_notes(pages: AuditPages, form: FormData) -> tuple[str, ...]:
    """控え: the signed notes of a form, in a file or pasted. Raises BadRequest where they are none of this log's."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return await asyncio.to_thread(pages.verification.kept, str(form.get("against", "")))
    data = await file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadRequest("控えのファイルが大きすぎます。取り出したときのファイルを1つ選んでください。")
    return await asyncio.to_thread(pages.verification.kept, data.decode("utf-8", "replace"))
