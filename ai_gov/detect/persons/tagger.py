"""氏名の判別器: how likely each candidate is a name, by weights that were learnt.

A logistic model over the features of a span (``features``), trained by ``scripts/train_tagger.py``.
"""

from __future__ import annotations

import functools
import gzip
import math
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Final

from ai_gov.detect.persons.features import Inside, Side, features, inside, inside_features, left, right, together
from ai_gov.detect.persons.spans import Span, spans
from ai_gov.detect.persons.view import Mention, View
from ai_gov.model import NameParts

EVIDENCE: Final = "判別器"
NEEDED: Final = 1.0
"""The log odds from which a candidate is a name."""
_HOPELESS: Final = -600
"""A candidate with less than this from each side alone is not looked at further; in hundredths."""
_REMEMBERED: Final = 30_000


class Tagger:
    """判別器: weights by feature, in hundredths."""

    def __init__(self, weights: Mapping[str, int]) -> None:
        self._weights = weights
        self._insides: dict[Inside, int] = {}

    @classmethod
    @functools.cache
    def load(cls) -> Tagger:
        """The shipped weights; read once a process."""
        packed = resources.files("ai_gov.detect").joinpath("data", "tagger.txt.gz").read_bytes()
        return cls.unpacked(packed)

    @classmethod
    def unpacked(cls, packed: bytes) -> Tagger:
        """The weights of a file."""
        weights: dict[str, int] = {}
        for line in gzip.decompress(packed).decode("utf-8").split("\n"):
            weight, tab, feature = line.partition("\t")
            if tab:
                weights[feature] = int(weight)
        return cls(weights)

    def score(self, view: View, span: Span) -> float:
        """The evidence for a name as log odds."""
        return self._sum(features(view, span)) / 100

    def scores(self, view: View, candidates: Iterable[Span]) -> Iterator[tuple[float, Span]]:
        """The same for many spans of one text, what they have in common worked out once."""
        befores: dict[int, tuple[Side, int]] = {}
        afters: dict[int, tuple[Side, int]] = {}
        total, insides = self._sum, self._insides
        for span in candidates if view.tokens else ():  # a reading may have none
            own = inside(view, span)
            score = insides.get(own)
            if score is None:
                if len(insides) >= _REMEMBERED:
                    insides.clear()
                score = insides[own] = total(inside_features(own))
            before = befores.get(span.start)
            if before is None:
                side = left(view, span.start)
                before = befores[span.start] = side, total(side.features)
            after = afters.get(span.end)
            if after is None:
                side = right(view, span.end)
                after = afters[span.end] = side, total(side.features)
            score += before[1] + after[1]
            if score > _HOPELESS:
                yield (score + total(together(before[0], own, after[0]))) / 100, span

    def _sum(self, found: Iterable[str]) -> int:
        weight = self._weights.get
        return sum([weight(feature, 0) for feature in found])

    def best(self, view: View, candidates: Iterable[Span]) -> Iterator[tuple[float, Span]]:
        """The likeliest candidates that do not overlap."""
        scored = [(score, span) for score, span in self.scores(view, candidates) if score > NEEDED]
        scored.sort(key=lambda item: (-item[0], item[1]))
        taken: set[int] = set()
        for score, span in scored:
            positions = range(span.start, span.end)
            if taken.isdisjoint(positions):
                taken.update(positions)
                yield score, span


def find_tagged(view: View, tagger: Tagger | None = None) -> Iterator[Mention]:
    """Names that the tagger finds likelier than not."""
    for score, span in (tagger or Tagger.load()).best(view, spans(view)):
        yield Mention(span.start, span.end, round(1 / (1 + math.exp(-score)), 2), _parts(view, span), EVIDENCE)


def _parts(view: View, span: Span) -> NameParts:
    text, lexicon = view.text, view.lexicon
    word = text[span.start : span.end]
    reading = word[0] <= "ー"
    if span.cut:
        return NameParts(text[span.start : span.cut], text[span.given : span.end], reading)
    given = (
        lexicon.given_reading(word) and not lexicon.surname_reading(word)
        if reading
        else lexicon.given(word) > lexicon.surname(word)
    )
    return NameParts("", word, reading) if given else NameParts(word, "", reading)
