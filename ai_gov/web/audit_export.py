"""書き出しの画面: the records of the reader's own organisations, each with its proof, as one compressed file."""

from __future__ import annotations

import asyncio
import hashlib
import io
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Any, Final

import zstandard
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ai_gov.service.accounts import Visitor
from ai_gov.web.audit_page import ROLES, AuditPages, page
from ai_gov.web.audit_scope import scope
from ai_gov.web.audit_verification import MAX_BYTES, kept_notes
from ai_gov.web.guard import Guard

PATH: Final = "/audit/export"
PIECE: Final = 1 << 18


def routes(guard: Guard, pages: AuditPages) -> list[Route]:
    """/audit/export."""
    one = asyncio.Lock()
    """One at a time: each reads much of the log."""

    async def shown(request: Request, visitor: Visitor) -> Response:
        found = await asyncio.to_thread(scope, pages, visitor, request.query_params)
        return page(request, "audit_export.html", tab=PATH, scope=found)

    async def taken(request: Request, visitor: Visitor, form: FormData) -> Response:  # noqa: ARG001
        asked = {name: str(form.get(name, "")) for name in ("period", "organisation")}
        earlier = await kept_notes(pages, form)
        async with one:
            name, file, size = await asyncio.to_thread(_written, pages, visitor, asked, earlier)
        told = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": str(size)}
        return StreamingResponse(_pieces(file), media_type="application/zstd", headers=told)

    return [guard.page(PATH, shown, ROLES), guard.form(PATH, taken, ROLES, max_bytes=MAX_BYTES)]


class Compressed:
    """圧縮したファイル: without a name, gone once it is closed."""

    def __init__(self, folder: Path) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed once it is sent
        self._packed: Any = zstandard.ZstdCompressor(level=6).stream_writer(self.file, closefd=False)

    def write(self, line: str) -> None:
        """A line."""
        self._packed.write(line.encode())

    def finish(self) -> str:
        """The SHA-256 of the file."""
        self._packed.close()
        state = hashlib.sha256()
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            state.update(piece)
        return state.hexdigest()


def _written(
    pages: AuditPages, visitor: Visitor, asked: dict[str, str], earlier: tuple[str, ...]
) -> tuple[str, IO[bytes], int]:
    about = scope(pages, visitor, asked)
    sink = Compressed(pages.folder)
    try:
        period = about.period
        pages.export.take(
            about.reader,
            sink,
            organisations=about.organisations,
            since=period.since,
            until=period.until,
            earlier=earlier,
        )
    except BaseException:
        sink.file.close()
        raise
    size = sink.file.seek(0, io.SEEK_END)
    sink.file.seek(0)
    return f"audit-log-{period.code}.jsonl.zst", sink.file, size


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
