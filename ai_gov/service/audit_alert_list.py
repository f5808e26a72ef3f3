"""警報の一覧: what was raised, with what it means now and whether it was heard; it sends nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ai_gov.audit.alerts import KIND, UNDELIVERED
from ai_gov.audit.found import Recorded
from ai_gov.model import Event, Json, Step
from ai_gov.policy.alerts import AlertRule, Alerts
from ai_gov.service.audit import LIMIT, LogReader, within
from ai_gov.service.audit_changes import KindPort
from ai_gov.service.ports import Clock

RECENT: Final = dt.timedelta(days=30)
"""How far back the overview looks."""


@dataclass(frozen=True, slots=True)
class Raised:
    """警報1件: as it was recorded, in the entry ``id``. ``kind`` and ``advice`` are those of the rule now, if it is."""

    id: str
    position: int
    at: dt.datetime
    rule: str
    title: str
    subject: str
    organisation: str
    department: str
    person: str
    count: int
    records: tuple[str, ...]
    kind: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Unheard:
    """届かなかった知らせ."""

    at: dt.datetime
    rule: str
    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class AlertPage:
    """警報の1ページ."""

    alerts: tuple[Raised, ...]
    before: int | None = None


class AlertList:
    """警報の一覧の窓口."""

    def __init__(
        self,
        *,
        log: KindPort,
        rules: Callable[[], Alerts],
        clock: Clock,
        record: Callable[[Step], object],
        channels: Sequence[str] = (),
    ) -> None:
        self._log = log
        self._rules = rules
        self._clock = clock
        self._record = record
        self.channels = tuple(channels)

    def watched(self) -> tuple[AlertRule, ...]:
        """見張っている条件: as they are in force."""
        return self._rules().alerts

    def recent(self, reader: LogReader, limit: int = 5) -> tuple[Raised, ...]:
        """最近の警報: the newest, for a page that leaves its own entry."""
        found = self._found(reader, KIND, since=self._clock.now() - RECENT, limit=limit)
        return self._raised(found)

    def listed(self, reader: LogReader, *, before: int | None = None, limit: int = LIMIT) -> AlertPage:
        """警報の一覧: the newest first; what belongs to no organisation (the log, the disk) is seen by every reader."""
        found = self._found(reader, KIND, before=before, limit=limit + 1)
        data: dict[str, Json] = {"how": "alerts", "count": min(len(found), limit)}
        if reader.login:
            data["login"] = reader.login
        self._record(Step(None, Event("log_read", self._clock.now(), "", "", "", reader.name, data)))
        return AlertPage(self._raised(found[:limit]), found[limit - 1].position if len(found) > limit else None)

    def unheard(self, reader: LogReader) -> tuple[Unheard, ...]:
        """届かなかった知らせ: of late."""
        found = self._found(reader, UNDELIVERED, since=self._clock.now() - RECENT, limit=20)
        out = []
        for entry in found:
            data = entry.event.data if entry.event is not None else {}
            words = {name: _word(data.get(name)) for name in ("rule", "channel", "reason")}
            out.append(Unheard(dt.datetime.fromisoformat(entry.columns["at"]), **words))
        return tuple(out)

    def _found(
        self, reader: LogReader, kind: str, *, since: dt.datetime | None = None, before: int | None = None, limit: int
    ) -> Sequence[Recorded]:
        allowed = ("", *within(reader, ())) if reader.organisations is not None else ()
        self._log.catch_up()
        return self._log.of_kind(kind, organisations=allowed, since=since, before=before, limit=limit)

    def _raised(self, found: Sequence[Recorded]) -> tuple[Raised, ...]:
        rules = {rule.id: rule for rule in self.watched()}
        return tuple(_raised(entry, rules) for entry in found)


def _raised(entry: Recorded, rules: Mapping[str, AlertRule]) -> Raised:
    columns = entry.columns
    data: Mapping[str, Json] = entry.event.data if entry.event is not None else {}
    name = _word(data.get("rule"))
    rule = rules.get(name)
    count, records = data.get("count"), data.get("records")
    return Raised(
        entry.id,
        entry.position,
        dt.datetime.fromisoformat(columns["at"]),
        name,
        _word(data.get("title")),
        _word(data.get("subject")),
        columns["organisation"],
        columns["department"],
        _word(data.get("person")),
        count if type(count) is int else 0,
        tuple(item for item in records if isinstance(item, str)) if isinstance(records, list) else (),
        kind=rule.kind if rule else "",
        advice=rule.advice if rule else "",
    )


def _word(value: Json) -> str:
    return value if isinstance(value, str) else ""
