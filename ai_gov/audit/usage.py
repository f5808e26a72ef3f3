"""利用の集計: what one entry adds to the figures that reports are made of.

Figures are kept by 団体, 所属 and day (Japan's time), each under a dimension and a value, uses by the hour as well, so
that a month of a million records is added up from some ten thousand rows. Who used it stands by month, for counting
people only.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ai_gov.model import JST, Event, Json

REVIEW: Final = "review_"
"""確認の手続き: how the kinds of its entries begin."""

PERSON: Final = "person"
"""利用者: counted by month; the only dimension whose values name people."""


MONTH, DAY, HOUR = len("2026-04"), len("2026-04-01"), len("2026-04-01T09")


class Place(NamedTuple):
    """集計の行. ``hour`` is ``2026-04-01T09`` in Japan's time for uses, ``2026-04-01``, or ``2026-04`` for people."""

    organisation: str
    department: str
    hour: str
    dimension: str
    value: str


Usage = Counter[Place]


def observe(columns: Mapping[str, str], event: Event | None, destination: str = "") -> Iterator[tuple[Place, int]]:
    """What an entry counts for. ``destination`` is that of the decision, for an outcome's tokens.

    >>> at = "2026-04-01T00:30:00.000000Z"
    >>> row = {"kind": "refused", "at": at, "organisation": "town", "department": "zei", "actor": "7"}
    >>> refused = Event("refused", dt.datetime.fromisoformat(at), data={"code": "too_large"})
    >>> [(place.hour, place.dimension, place.value, amount) for place, amount in observe(row, refused)]
    [('2026-04-01', 'refused', 'too_large', 1)]
    """
    local = dt.datetime.fromisoformat(columns["at"]).astimezone(JST).isoformat()

    def at(dimension: str, value: str = "", size: int = DAY) -> Place:
        return Place(columns["organisation"], columns["department"], local[:size], dimension, value)

    data: Mapping[str, Json] = event.data if event is not None else {}
    match columns["kind"]:
        case "decided":
            yield at("uses", size=HOUR), 1
            for name in ("level", "action", "destination", "use", "client"):
                if columns.get(name):
                    yield at(name, columns[name]), 1
            yield at("level_action", f"{columns['level']}/{columns['action']}"), 1
            for type_, count in _findings(data.get("findings")):
                yield at("finding", type_), count
                yield at("finding_use", type_), 1
            if columns["actor"]:
                yield at(PERSON, columns["actor"], MONTH), 1
        case "refused":
            code = data.get("code")
            yield at("refused", code if isinstance(code, str) else ""), 1
        case "refused_again":  # a storm of refusals is one entry with their number
            code, more = data.get("code"), data.get("count")
            yield at("refused", code if isinstance(code, str) else ""), more if type(more) is int else 1
        case "outcome":
            yield at("outcome", columns["outcome"]), 1
            usage = data.get("usage")
            for name, dimension in (("prompt_tokens", "tokens_in"), ("completion_tokens", "tokens_out")):
                amount = usage.get(name) if isinstance(usage, dict) else None
                if type(amount) is int and amount > 0:
                    yield at(dimension, destination), amount
            took = data.get("took_ms")
            if type(took) is int and columns["outcome"] == "answered":
                yield at("took_ms"), took
            for type_, count in _findings(data.get("answer_findings")):
                yield at("answer_finding", type_), count
        case kind if kind.startswith(REVIEW):
            yield at("review", kind), 1
            waited = data.get("waited_s")
            if type(waited) is int and waited >= 0:
                yield at("review_waited"), 1
                yield at("review_wait_s"), waited
        case _:
            return


def _findings(found: Json) -> Iterator[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict) and isinstance(item.get("type"), str):
            count = item.get("count")
            counts[item["type"]] += count if type(count) is int else 1
    yield from counts.items()
