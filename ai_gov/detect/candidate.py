"""検知候補: what a matcher proposes before context, filters and overlaps have been weighed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ai_gov.model import Level, NameParts
from ai_gov.rules.schema import Detection, Rule

Kind = TypeVar("Kind", bound=Detection)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """検知方法の出どころ: a detection of a rule, with the level and ``removable`` that hold for it.

    Compared by identity: one object per detection of the compiled rules.
    """

    rule: Rule
    detection: Detection
    index: int
    level: Level
    removable: bool

    @property
    def entity(self) -> str:
        """The type of its findings."""
        return self.rule.entity


@dataclass(frozen=True, slots=True)
class Candidate:
    """候補: a span of the *normalised* text that may be confidential.

    ``score`` None means: what the detection says, without or with context. ``anchored``: its label or its column's
    header was found, so it needs no other context; ``needs_context``: without any it is nothing. ``confirmed``: a
    check digit was right, or a form that nothing else has. ``level`` and ``removable`` override the source's.
    """

    source: Source
    start: int
    end: int
    score: float | None = None
    anchored: bool = False
    confirmed: bool = False
    needs_context: bool = False
    evidence: tuple[str, ...] = ()
    name: NameParts | None = field(default=None, repr=False)
    level: Level | None = None
    removable: bool | None = None

    @property
    def entity(self) -> str:
        """The type it would be a finding of."""
        return self.source.rule.entity

    def weighed(self, score: float, evidence: tuple[str, ...]) -> Candidate:
        """The same with its score and what speaks for it (``replace`` is ten times as slow)."""
        return Candidate(
            self.source, self.start, self.end, score, self.anchored, self.confirmed, self.needs_context,
            evidence, self.name, self.level, self.removable,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Discarded:
    """退けた候補: a candidate that became no finding, and what spoke against it."""

    candidate: Candidate
    reason: str


def sources(rules: Mapping[str, Rule], kind: type[Kind]) -> Iterator[tuple[Source, Kind]]:
    """Every detection of one kind, in the order of the rule ids."""
    for rule_id in sorted(rules):
        rule = rules[rule_id]
        for index, detection in enumerate(rule.detect):
            if isinstance(detection, kind):
                level = Level.parse(detection.level or rule.level)
                removable = rule.removable if detection.removable is None else detection.removable
                yield Source(rule, detection, index, level, removable), detection
