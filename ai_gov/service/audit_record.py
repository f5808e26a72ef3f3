"""利用1件を見る: everything the log has of one request, proven in the tree. Looking is an entry of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ai_gov.audit.found import Use, use_of
from ai_gov.audit.inclusion import Inclusion
from ai_gov.audit.search import ANCHORS, Query
from ai_gov.audit.timeline import Moment, Stored, moments
from ai_gov.errors import UnknownRoute
from ai_gov.model import Event, Json, Step
from ai_gov.service.audit import LogReader, within
from ai_gov.service.ports import Clock


class StoredHit(Protocol):
    """該当: with every entry of its exchange."""

    @property
    def entries(self) -> Sequence[Stored]: ...  # noqa: D102


class StoredPage(Protocol):
    """検索結果."""

    @property
    def hits(self) -> Sequence[StoredHit]: ...  # noqa: D102


class RecordPort(Protocol):
    """記録を引く: what a store does for it."""

    def find(self, query: Query, *, now: dt.datetime, before: int | None = None, limit: int = 1) -> StoredPage:
        """The entries of a record number."""
        ...


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """利用1件の詳細. ``linked``: other records that its permits lead to."""

    use: Use
    moments: tuple[Moment, ...]
    inclusion: Inclusion
    linked: tuple[str, ...] = ()


class RecordService:
    """利用1件の窓口. ``included`` proves entries by ids; ``asked_for`` is the record that a permit was asked for."""

    def __init__(
        self,
        *,
        log: RecordPort,
        included: Callable[[Sequence[str]], Inclusion],
        clock: Clock,
        record: Callable[[Step], object],
        asked_for: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._log = log
        self._included = included
        self._clock = clock
        self._record = record
        self._asked_for = asked_for

    def one(self, reader: LogReader, record: str) -> OpenedRecord:
        """開く. Raises UnknownRoute for one that is not there or of another organisation: nobody learns which."""
        query = Query(record=record, organisations=within(reader, ()))
        page = self._log.find(query, now=self._clock.now(), limit=1) if record else None
        entries = page.hits[0].entries if page is not None and page.hits else ()
        begun = next((entry for entry in entries if entry.columns["kind"] in ANCHORS), None)
        if begun is None:
            raise UnknownRoute("この記録は見つからないか、見る権限がありません。記録番号を確かめてください。")
        inclusion = self._included([entry.id for entry in entries])
        found = moments(entries, inclusion.of, reads_text=reader.reads_text)
        use = use_of(begun.position, entries, reads_text=reader.reads_text)
        data: dict[str, Json] = {"how": "record", "filter": {"record": use.record}, "count": len(found)}
        if reader.login:
            data["login"] = reader.login
        event = Event("log_read", self._clock.now(), "", use.organisation, "", reader.name, data)
        self._record(Step(None, event))
        others = [str(item.facts.get("used_by", "")) for item in found]
        others += [self._asked_for(str(item.facts["permit"])) for item in found if "permit" in item.facts]
        linked = dict.fromkeys(name for name in others if name and name != use.record)
        return OpenedRecord(use, found, inclusion, tuple(linked))
