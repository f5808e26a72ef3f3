"""重なりの整理: overlapping candidates → spans that are disjoint and leave nothing uncovered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from ai_gov.detect.candidate import Candidate
from ai_gov.model import NameParts

CONTENT: Final = frozenset(
    {
        "HEALTH_INFO", "WELFARE_INFO", "TAX_INFO", "CRIME_INFO", "FAMILY_INFO", "BELIEF_INFO", "PROCUREMENT_INFO",
        "PERSONNEL_INFO", "UNPUBLISHED_POLICY", "CONFIDENTIAL_MARKING", "SYSTEM_CONFIG",
    }
)  # fmt: skip
"""Types that say something about somebody; what identifies a person inside them is cut out first."""
GENERIC: Final = frozenset({"LOCAL_ID"})
"""Types that give way to a more telling one."""


def _rank(candidate: Candidate) -> tuple[object, ...]:
    source = candidate.source
    level = candidate.level or source.level
    return (
        not source.rule.irreversible,
        candidate.entity in CONTENT,
        not (candidate.confirmed and (candidate.anchored or bool(candidate.evidence))),
        candidate.entity in GENERIC,
        -level,
        -(candidate.end - candidate.start),
        not candidate.anchored,
        -(candidate.score or 0.0),
        candidate.start,
        source.rule.id,
        source.index,
    )


def resolve(candidates: Iterable[Candidate], size: int) -> list[Candidate]:
    """Disjoint candidates, sorted; of overlapping ones the riskier keeps the span.

    Irreversible types come first, then what identifies a person, then what is said; then proven numbers, the level,
    the length, the score. A loser keeps what the winner does not cover, so no character that any candidate covers
    is left open. Overlapping candidates of one type become one. ``size`` is the length of the text.
    """
    taken = bytearray(size)
    pieces: list[tuple[int, int, Candidate]] = []
    for candidate in sorted(candidates, key=_rank):
        at = candidate.start
        while (at := taken.find(0, at, candidate.end)) >= 0:
            stop = taken.find(1, at, candidate.end)
            stop = candidate.end if stop < 0 else stop
            pieces.append((at, stop, candidate))
            taken[at:stop] = b"\x01" * (stop - at)
            at = stop
    pieces.sort(key=lambda piece: piece[0])
    return _merged(pieces)


def _merged(pieces: list[tuple[int, int, Candidate]]) -> list[Candidate]:
    out: list[Candidate] = []
    origin_end = 0  # how far the candidates that make up the last one reached before they were cut
    for start, end, origin in pieces:
        last = out[-1] if out else None
        if last is not None and last.end == start and last.entity == origin.entity:
            overlapped = origin.start < start or origin_end > start
            if overlapped and _compatible(last, origin):
                out[-1] = _joined(last, origin, end)
                origin_end = max(origin_end, origin.end)
                continue
        out.append(replace(origin, start=start, end=end, name=_name(origin, start, end)))
        origin_end = origin.end
    return out


def _name(origin: Candidate, start: int, end: int) -> NameParts | None:
    return origin.name if (start, end) == (origin.start, origin.end) else None


def _compatible(one: Candidate, other: Candidate) -> bool:
    return one.source.rule.irreversible == other.source.rule.irreversible


def _joined(one: Candidate, other: Candidate, end: int) -> Candidate:
    """Two candidates of one type as one, with the stricter of everything."""
    best = one if _rank(one) <= _rank(other) else other
    return replace(
        best,
        start=one.start,
        end=end,
        score=max(one.score or 0.0, other.score or 0.0),
        evidence=tuple(dict.fromkeys(one.evidence + other.evidence)),
        level=max(one.level or one.source.level, other.level or other.source.level),
        removable=_removable(one) and _removable(other),
        name=one.name if one.name is not None and len(_text_of(one)) >= len(_text_of(other)) else other.name,
    )


def _removable(candidate: Candidate) -> bool:
    return candidate.source.removable if candidate.removable is None else candidate.removable


def _text_of(candidate: Candidate) -> str:
    return (candidate.name.surname + candidate.name.given) if candidate.name else ""
