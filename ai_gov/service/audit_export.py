"""監査ログの書き出しの窓口: the records of organisations with their proofs, and an entry of what was taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ai_gov.audit.event import timestamp
from ai_gov.errors import FailClosed, Forbidden
from ai_gov.model import Event, Json, Step
from ai_gov.service.audit import LogReader, within
from ai_gov.service.ports import Clock


class ExcerptPort(Protocol):
    """抜粋: what a store does for it."""

    def excerpt_of(
        self,
        organisations: Collection[str],
        since: dt.datetime | None,
        until: dt.datetime | None,
        *,
        earlier: Sequence[str],
        progress: Callable[[int], None],
    ) -> Iterator[str]:
        """The lines of a file with entries of organisations and their proofs. Raises BadRequest, LookupError."""
        ...


class Sink(Protocol):
    """書き出し先."""

    def write(self, line: str) -> object:
        """Take a line."""
        ...

    def finish(self) -> str:
        """The SHA-256 (hexadecimal) of what was written, now that it is complete."""
        ...


@dataclass(frozen=True, slots=True)
class Taken:
    """書き出したもの."""

    entries: int
    sha256: str


class ExportService:
    """書き出しの窓口: ``settle`` brings what waits into the tree, so that it has a proof."""

    def __init__(
        self,
        *,
        log: ExcerptPort,
        clock: Clock,
        record: Callable[[Step], object],
        settle: Callable[[], object] = lambda: None,
    ) -> None:
        self._log = log
        self._clock = clock
        self._record = record
        self._settle = settle

    def take(
        self,
        reader: LogReader,
        sink: Sink,
        *,
        organisations: Collection[str] = (),
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
        earlier: Sequence[str] = (),
    ) -> Taken:
        """書き出す: into ``sink``; nobody may have it before the entry of it is there. Raises Forbidden, BadRequest.

        ``earlier``: signed notes that were handed out before; the file shows that the log only grew since. What belongs
        to no organisation (settings, reading of several) is in no such file.
        """
        allowed = within(reader, tuple(organisations))
        if not allowed or not reader.reads_text:
            raise Forbidden("監査ログを書き出せるのは、CAIO・CAIO補佐官・監査の役割がある人だけです。")
        count = 0

        def more(entries: int) -> None:
            nonlocal count
            count += entries

        self._settle()
        try:
            for line in self._log.excerpt_of(allowed, since, until, earlier=earlier, progress=more):
                sink.write(line)
        except LookupError:
            raise FailClosed("記録の木に欠けがあり、証明を付けられません。先に監査ログを検証してください。") from None
        taken = Taken(count, sink.finish())
        data: dict[str, Json] = {"how": "export", "organisations": sorted(allowed), "count": count}
        data["sha256"] = taken.sha256
        for name, at in (("since", since), ("until", until)):
            if at is not None:
                data[name] = timestamp(at)
        if reader.login:
            data["login"] = reader.login
        whose = allowed[0] if len(allowed) == 1 else ""
        self._record(Step(None, Event("log_read", self._clock.now(), "", whose, "", reader.name, data)))
        return taken
