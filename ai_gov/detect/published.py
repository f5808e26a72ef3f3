"""公表済みの事実: what allow.yaml says is not confidential here, until its day."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ai_gov.detect.candidate import Candidate
from ai_gov.detect.scan import Scan
from ai_gov.detect.words import WordIndex
from ai_gov.rules.schema import AllowList
from ai_gov.text import normalize


class _Fact(NamedTuple):
    word: int
    length: int
    entities: frozenset[str]


class _Place(NamedTuple):
    start: int
    end: int
    entities: frozenset[str]


class Published:
    """公表済みの事実の照合. Without a date nothing expires (``ai-gov rules check`` says what has)."""

    def __init__(self, allow: AllowList, today: dt.date | None, index: WordIndex) -> None:
        self._facts: list[_Fact] = []
        for fact in allow.published:
            if today is None or today <= fact.expires:
                text = normalize(fact.text).text
                self._facts.append(_Fact(index.add(text), len(text), frozenset(fact.entities)))

    def spans(self, scan: Scan) -> Sequence[_Place]:
        """Where published facts stand in a text, ascending, with the types they are not (empty: all removable)."""
        if not self._facts:
            return ()
        hits = scan.hits
        return sorted(
            _Place(end - length, end, entities) for word, length, entities in self._facts for end in hits.get(word, ())
        )

    def covers(self, candidate: Candidate, spans: Sequence[_Place]) -> bool:
        """Whether a candidate lies wholly in a published fact that speaks about its type."""
        if not spans or candidate.source.rule.irreversible:
            return False
        at = bisect_right(spans, (candidate.start, 1 << 62, frozenset[str]()))
        for start, end, entities in reversed(spans[max(0, at - 8) : at]):
            if start <= candidate.start and candidate.end <= end and self._about(candidate, entities):
                return True
        return False

    @staticmethod
    def _about(candidate: Candidate, entities: frozenset[str]) -> bool:
        if entities:
            return candidate.entity in entities
        return candidate.source.removable if candidate.removable is None else candidate.removable
