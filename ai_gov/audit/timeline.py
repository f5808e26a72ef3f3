"""経過: one request from prompt to release, entry by entry: what is listed here of each, never a code of a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from ai_gov.audit.search import TEXTS
from ai_gov.model import Event, Json

FACTS: Final = (
    "action",
    "level",
    "remaining",
    "declared",
    "outcome",
    "code",
    "status",
    "param",
    "upstream_status",
    "use",
    "destination",
    "client",
    "took_ms",
    "usage",
    "coverage",
    "restored",
    "unrestored",
    "masked",
    "finish",
    "permit",
    "opening",
    "kind",
    "state",
    "valid_hours",
    "used_by",
    "review",
    "release",
    "audience",
    "degree",
    "revision",
    "approvals",
    "approvals_reset",
    "checks",
    "labelled",
    "suggestion",
    "reason",
    "released",
    "files",
    "waited_s",
    "deputy_for",
    "text_destroyed",
    "actor_organisation",
    "config",
    "count",
    "raw_kept",
)
"""項目: of an entry's data that are shown, in this order. Tokens, HMACs and keys are not among them."""


class Stored(Protocol):
    """監査記録の1件: an entry as a store gives it."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def seq(self) -> int | None: ...  # noqa: D102
    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def columns(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def event(self) -> Event | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class FoundThere:
    """検知1種類: how many of a type, by which rule, at which level; ``reason`` where it was un-marked."""

    type: str
    rule: str
    level: str
    count: int = 1
    score: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """経過の1件: of an entry. ``seq`` counts from 0; none while it waits for its place in the tree.

    ``wrong`` says what its proof does not show; none where it could not be looked at yet.
    """

    id: str
    seq: int | None
    at: dt.datetime
    kind: str
    organisation: str
    actor: str
    deleted: bool = False
    facts: Mapping[str, Json] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    findings: tuple[FoundThere, ...] = ()
    answer_findings: tuple[FoundThere, ...] = ()
    unmarked: tuple[FoundThere, ...] = ()
    texts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    wrong: tuple[str, ...] | None = None


def moments(
    entries: Sequence[Stored], proofs: Mapping[str, tuple[str, ...] | None], *, reads_text: bool
) -> tuple[Moment, ...]:
    """経過: of a request's entries, in the order in which they were written."""
    ordered = sorted(entries, key=lambda entry: entry.position)
    return tuple(_moment(entry, proofs.get(entry.id), reads_text=reads_text) for entry in ordered)


def _moment(entry: Stored, wrong: tuple[str, ...] | None, *, reads_text: bool) -> Moment:
    columns = entry.columns
    data: Mapping[str, Json] = entry.event.data if entry.event else {}
    reasons = data.get("reasons")
    return Moment(
        id=entry.id,
        seq=entry.seq,
        at=dt.datetime.fromisoformat(columns["at"]),
        kind=columns["kind"],
        organisation=str(data.get("actor_organisation", "")) or columns["organisation"],
        actor=columns["actor"],
        deleted=entry.event is None,
        facts={name: data[name] for name in FACTS if data.get(name) not in (None, "", [], {})},
        reasons=tuple(map(str, reasons)) if isinstance(reasons, list) else (),
        findings=_found(data.get("findings")),
        answer_findings=_found(data.get("answer_findings")),
        unmarked=_found(data.get("unmarked")),
        texts=tuple(_texts(data)) if reads_text else (),
        wrong=wrong,
    )


def _found(value: Json) -> tuple[FoundThere, ...]:
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return tuple(
        FoundThere(
            str(item.get("type", "")),
            str(item.get("rule", "")),
            str(item.get("level", "")),
            item["count"] if isinstance(item.get("count"), int) else 1,
            item["score"] if isinstance(item.get("score"), float) else None,
            str(item.get("reason", "")),
        )
        for item in items
    )


def _texts(data: Mapping[str, Json]) -> list[tuple[str, str]]:
    """Where in the request or the answer it stood, and the redacted text."""
    out: list[tuple[str, str]] = []
    for name in TEXTS:
        value = data.get(name)
        if isinstance(value, str):
            out.append(("", value))
        elif isinstance(value, list):
            out += [(str(pair[0]), str(pair[-1])) for pair in value if isinstance(pair, list) and len(pair) > 1]
    return out
