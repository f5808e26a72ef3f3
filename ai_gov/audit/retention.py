"""保存期間: which entries may lose their text, or all but their hash, and which are kept by a legal hold.

A period counts whole fiscal years (4月1日 to 3月31日), as 文書管理規程 do: what was written in a fiscal year is kept
for so many years from the 4月1日 after it. Holds (訴訟・監査・情報公開請求などによる削除の停止) are entries of the
log themselves, so that none can be set or lifted without a trace.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from ai_gov.audit.event import timestamp
from ai_gov.model import JST, Event, Json

HELD: Final = "hold_set"
LIFTED: Final = "hold_lifted"
"""Kinds of the entries that say so."""


def fiscal_year(at: dt.datetime) -> int:
    """年度: in which a moment lies, in Japan.

    >>> fiscal_year(dt.datetime(2027, 3, 31, 14, 59, tzinfo=dt.UTC))
    2026
    >>> fiscal_year(dt.datetime(2027, 3, 31, 15, 0, tzinfo=dt.UTC))
    2027
    """
    day = at.astimezone(JST)
    return day.year if day.month >= 4 else day.year - 1


def kept_since(now: dt.datetime, years: int) -> dt.datetime:
    """保存の始まり: what was written before this moment has been kept for its years.

    >>> kept_since(dt.datetime(2029, 3, 31, tzinfo=dt.UTC), 1).isoformat()
    '2027-04-01T00:00:00+09:00'
    >>> kept_since(dt.datetime(2029, 4, 1, tzinfo=JST), 1).isoformat()
    '2028-04-01T00:00:00+09:00'
    """
    return dt.datetime(fiscal_year(now) - years, 4, 1, tzinfo=JST)


@dataclass(frozen=True, slots=True)
class Periods:
    """保存年数: of the redacted text, and of the columns beside it (who, when, level, decision)."""

    text_years: int
    metadata_years: int


@dataclass(frozen=True, slots=True)
class Hold:
    """削除の停止: nothing that fits it is deleted until it is lifted. Empty fields fit everything.

    ``id`` is that of its entry; times are texts as the columns hold them, ``until`` exclusive.
    """

    id: str
    organisation: str
    exchange: str = ""
    actor: str = ""
    since: str = ""
    until: str = ""
    reason: str = ""
    set_at: str = ""
    set_by: str = ""


def set_hold(
    *,
    at: dt.datetime,
    by: str,
    reason: str,
    organisation: str,
    exchange: str = "",
    actor: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> Event:
    """停止の記録: the event that sets a hold."""
    data = {
        "record": exchange,
        "person": actor,
        "since": timestamp(since) if since else "",
        "until": timestamp(until) if until else "",
        "reason": reason,
    }
    return Event(HELD, at, "", organisation, "", by, {name: value for name, value in data.items() if value})


def lift_hold(hold: Hold, *, at: dt.datetime, by: str, reason: str) -> Event:
    """解除の記録: the event that lifts it."""
    return Event(LIFTED, at, "", hold.organisation, "", by, {"hold": hold.id, "reason": reason})


def holds_in_force(entries: Iterable[tuple[str, Event]]) -> list[Hold]:
    """有効な停止: of the entries of both kinds, with their ids, in the order of the log.

    >>> at = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    >>> one = set_hold(at=at, by="p1", reason="訴訟", organisation="town", actor="p7")
    >>> [hold.actor for hold in holds_in_force([("a", one)])]
    ['p7']
    >>> lifted = lift_hold(holds_in_force([("a", one)])[0], at=at, by="p1", reason="判決の確定")
    >>> holds_in_force([("a", one), ("b", lifted)])
    []
    """
    found: dict[str, Hold] = {}
    for entry_id, event in entries:
        if event.kind == HELD:
            found[entry_id] = _hold(entry_id, event)
        else:
            found.pop(str(event.data.get("hold")), None)
    return list(found.values())


def _hold(entry_id: str, event: Event) -> Hold:
    of: Mapping[str, Json] = event.data
    names = ("record", "person", "since", "until", "reason")
    exchange, actor, since, until, reason = (str(of.get(name, "")) for name in names)
    return Hold(entry_id, event.organisation, exchange, actor, since, until, reason, timestamp(event.at), event.actor)
