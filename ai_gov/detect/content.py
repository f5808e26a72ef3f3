"""話題の照合: what is confidential by its substance, found by adding up the signs around a term.

A 予定価格 is published in one prompt and not yet opened in the next, and no one word says which. So each sign
(amounts, secrecy, a person, published facts, a question of how a scheme works …) has a weight, counts once in the
window around a term, and a term whose signs reach what the rule needs is a candidate.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.patterns import Pattern, Possible, trimmed
from ai_gov.detect.scan import Scan
from ai_gov.detect.words import WordIndex
from ai_gov.rules.schema import Rule, Sign, Topic


class _Sign:
    """A compiled ``Sign``. Equal word and pattern lists share one scan of a text, by ``key``."""

    __slots__ = ("at_least", "entities", "key", "name", "patterns", "weight", "words")

    def __init__(self, sign: Sign, index: WordIndex) -> None:
        self.name = sign.name
        self.weight = sign.weight
        self.at_least = sign.at_least
        self.entities = frozenset(sign.entities)
        self.words = [(index.add(word), len(word)) for word in sign.words]
        self.patterns = [Pattern(text, index, ignore_case=True) for text in sign.patterns]
        self.key = (sign.words, sign.patterns, sign.entities)

    def starts(self, scan: Scan, found: Sequence[Candidate]) -> array[int]:
        """Where it stands, ascending."""
        hits = scan.hits
        starts = [end - length for number, length in self.words for end in hits.get(number, ())]
        for pattern in self.patterns:
            starts += [start for start, _ in pattern.spans(scan)]
        if self.entities:
            starts += [candidate.start for candidate in found if candidate.entity in self.entities]
        return array("q", sorted(set(starts)))


class _Topic:
    """A compiled ``Topic``."""

    __slots__ = ("around", "needs", "signs", "source", "terms")

    def __init__(self, source: Source, topic: Topic, index: WordIndex) -> None:
        self.source = source
        self.needs = topic.needs
        self.around = topic.around
        self.terms = [Pattern(text, index) for text in topic.terms]
        self.signs = [_Sign(sign, index) for sign in topic.signs]

    def spans(self, scan: Scan) -> Iterator[tuple[int, int]]:
        """Where its terms stand."""
        for span in {span for term in self.terms for span in term.spans(scan)}:
            start, end = trimmed(scan.text, *span)
            if start < end:
                yield start, end


class TopicMatcher:
    """話題の規則の照合: candidates of every ``topic`` detection. Looked for last, as findings are signs too."""

    def __init__(self, rules: Mapping[str, Rule], index: WordIndex) -> None:
        self._topics = [_Topic(source, topic, index) for source, topic in sources(rules, Topic)]
        self._of_term = [topic for topic in self._topics for _ in topic.terms]
        self._possible = Possible(term for topic in self._topics for term in topic.terms)

    def find(self, scan: Scan, found: Sequence[Candidate]) -> Iterable[Candidate]:
        """Terms whose signs reach what their topic needs; ``found`` is what the other matchers found."""
        where: dict[object, array[int]] = {}
        for topic in dict.fromkeys(self._of_term[number] for number in self._possible.numbers(scan)):
            spans = sorted(topic.spans(scan))
            if not spans:
                continue
            for sign in topic.signs:
                if sign.key not in where:
                    where[sign.key] = sign.starts(scan, found)
            placed = [(sign, where[sign.key]) for sign in topic.signs]
            for start, end in spans:
                present = [sign for sign, starts in placed if _count(starts, start, end, topic.around) >= sign.at_least]
                if sum(sign.weight for sign in present) >= topic.needs:
                    evidence = tuple(sign.name for sign in present if sign.weight > 0)
                    score = topic.source.detection.score_with_context
                    yield Candidate(topic.source, start, end, score=score, anchored=True, evidence=evidence)


def _count(starts: array[int], start: int, end: int, around: int) -> int:
    return bisect_left(starts, end + around) - bisect_left(starts, start - around)
