"""見つかった利用: an exchange told in one line, from its entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ai_gov.audit.bigrams import fold, holds, snippet, words
from ai_gov.audit.search import ANCHORS, OUTCOME, finding_types, texts
from ai_gov.model import Event


class Recorded(Protocol):
    """監査記録の1件: an entry as a store gives it; ``event`` is none where the text was deleted."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def position(self) -> int: ...  # noqa: D102
    @property
    def columns(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def event(self) -> Event | None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Use:
    """利用1件: who asked what for, what was decided and how it ended. ``position`` is what was found of it.

    ``action``: allow, redact, hold, block or refused; ``outcome``: how far it came. ``excerpt`` is redacted text, and
    only there for who may read texts.
    """

    record: str
    position: int
    at: dt.datetime
    organisation: str
    department: str
    person: str
    use: str = ""
    destination: str = ""
    level: str = ""
    action: str = ""
    outcome: str = ""
    kind: str = ""
    findings: tuple[str, ...] = ()
    answer_findings: tuple[str, ...] = ()
    took_ms: int | None = None
    deleted: bool = False
    excerpt: str = field(default="", repr=False)


def use_of(position: int, entries: Sequence[Recorded], *, text: str = "", reads_text: bool = False) -> Use:
    """The use of an exchange's entries, oldest first. ``text``: what was looked for, shown where it stands."""
    first = next((entry for entry in entries if entry.columns["kind"] in ANCHORS), entries[0])
    end = next((entry for entry in reversed(entries) if entry.columns["kind"] == OUTCOME), None)
    columns = first.columns
    took = end.event.data.get("took_ms") if end is not None and end.event is not None else None
    return Use(
        record=columns["exchange"],
        position=position,
        at=dt.datetime.fromisoformat(columns["at"]),
        organisation=columns["organisation"],
        department=columns["department"],
        person=columns["actor"],
        use=columns["use"],
        destination=columns["destination"],
        level=columns["level"],
        action="refused" if columns["kind"] == "refused" else columns["action"],
        outcome=(end or first).columns["outcome"],
        kind=columns["kind"],
        findings=tuple(sorted(finding_types(first.event))),
        answer_findings=tuple(sorted(finding_types(end.event))) if end is not None else (),
        took_ms=took if type(took) is int else None,
        deleted=any(entry.event is None for entry in entries),
        excerpt=_excerpt(entries, words(text)) if reads_text else "",
    )


def _excerpt(entries: Sequence[Recorded], wanted: Sequence[str]) -> str:
    """Where a word stands; without words the end of what was asked."""
    said = [text for entry in entries for text in texts(entry.event) if text.strip()]
    if not said:
        return ""
    if not wanted:
        return snippet((texts(entries[0].event) or said)[-1], ())
    return snippet(next((text for text in said if holds(fold(text), wanted[:1])), said[0]), wanted)
