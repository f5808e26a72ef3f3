"""変更の履歴: who changed which policy, rule, role, key or setting, for who may see the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from ai_gov.audit.changes import Change, change_of
from ai_gov.audit.found import Recorded
from ai_gov.audit.search import CHANGE
from ai_gov.model import Event, Json, Step
from ai_gov.service.audit import LIMIT, LogReader, within
from ai_gov.service.ports import Clock


class KindPort(Protocol):
    """種類ごとの記録: what a store does for it."""

    def catch_up(self) -> int:
        """Let it see every entry that is in the tree."""
        ...

    def of_kind(
        self,
        kind: str,
        *,
        organisations: Collection[str] = (),
        since: dt.datetime | None = None,
        before: int | None = None,
        limit: int = LIMIT,
    ) -> Sequence[Recorded]:
        """The newest entries of a kind."""
        ...


@dataclass(frozen=True, slots=True)
class Changes:
    """変更の1ページ."""

    changes: tuple[Change, ...]
    before: int | None = None


class ChangeService:
    """変更の窓口."""

    def __init__(self, *, log: KindPort, clock: Clock, record: Callable[[Step], object]) -> None:
        self._log = log
        self._clock = clock
        self._record = record

    def changes(
        self,
        reader: LogReader,
        *,
        kind: str = "",
        since: dt.datetime | None = None,
        before: int | None = None,
        limit: int = LIMIT,
    ) -> Changes:
        """The newest first; what belongs to no organisation (rules, settings) is seen by every reader of the log."""
        allowed = ("", *within(reader, ())) if reader.organisations is not None else ()
        self._log.catch_up()
        found = self._log.of_kind(kind or CHANGE, organisations=allowed, since=since, before=before, limit=limit + 1)
        data: dict[str, Json] = {"how": "changes", "count": min(len(found), limit)}
        if kind:
            data["filter"] = {"kind": kind}
        if reader.login:
            data["login"] = reader.login
        self._record(Step(None, Event("log_read", self._clock.now(), "", "", "", reader.name, data)))
        shown = found[:limit]
        return Changes(tuple(map(change_of, shown)), shown[-1].position if len(found) > limit else None)
