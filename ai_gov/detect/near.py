"""組み合わせの照合: terms that count only where something else stands near them.

What must be near is a required context like any other; ``context.py`` weighs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.patterns import Pattern, Possible, trimmed
from ai_gov.detect.scan import Scan
from ai_gov.detect.words import WordIndex
from ai_gov.rules.schema import NearRule, Rule


class NearMatcher:
    """組み合わせの規則の照合: candidates of every ``near`` detection, before what is near them was looked at."""

    def __init__(self, rules: Mapping[str, Rule], index: WordIndex) -> None:
        self._terms: list[tuple[Pattern, Source]] = [
            (Pattern(term, index), source) for source, near in sources(rules, NearRule) for term in near.terms
        ]
        self._possible = Possible(pattern for pattern, _ in self._terms)

    def find(self, scan: Scan) -> Iterable[Candidate]:
        """Every term; overlaps are resolved later."""
        for number in self._possible.numbers(scan):
            pattern, source = self._terms[number]
            for span in set(pattern.spans(scan)):
                start, end = trimmed(scan.text, *span)
                if start < end:
                    yield Candidate(source, start, end, needs_context=True)
