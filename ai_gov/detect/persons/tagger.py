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

from ai_gov.detect.persons.features import (
    Inside,
    Side,
    features,
    inside,
    inside_features,
    left,
    mark_after,
    mark_before,
    right,
    together,
)
from ai_gov.detect.persons.marks import HONORIFIC
from ai_gov.detect.persons.spans import Span, spans
from ai_gov.detect.persons.view import Mention, View
from ai_gov.model import NameParts

EVIDENCE: Final = "判別器"
NEEDED_BESIDE_A_MARK: Final = 0.4
NEEDED_IN_TWO_PARTS: Final = 0.5
NEEDED_WRITTEN_AS_ONE: Final = 1.5
NEEDED_ALONE: Final = 2.5
"""The log odds from which a candidate is a name: most where nothing beside it speaks for one."""
NEEDED_MORE: Final = 1.5
NEEDED_INTRODUCED: Final = 1.5  # 見本山です。
ONE_OF_SEVERAL: Final = 1.0
"""So much less is needed where the same word stands between the same signs again: a speaker of minutes."""
EASIER_AS_SURNAME: Final = 2.0
EASIER_AMONG_OTHERS: Final = 1.0
"""So much less is needed in a text with other names; the first where the dictionary reads a surname too."""
_OPENING: Final = frozenset("/(<[「・○◯〇*")
_UNLISTED: Final = frozenset(("n|n", "t|t", "h|h", "d|d"))
"""Words that no list has as a name, and that are ordinary ones or kana."""
_INITIALS: Final = 3
_INSIDE: Final = frozenset("KtA")
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

    def scores(self, view: View, candidates: Iterable[Span], *, among: bool = False) -> list[tuple[float, Span]]:
        """The spans that are likely enough; what they have in common is worked out once.

        ``among``: whether the text is known to hold names; where one is sure enough here, it is.
        """
        sure: list[tuple[float, Span]] = []
        unsure: list[tuple[float, Span]] = []
        befores: dict[int, tuple[Side, int]] = {}
        afters: dict[int, tuple[Side, int]] = {}
        likely: dict[tuple[str, str, str], list[tuple[float, Span]]] = {}
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
                score += total(together(before[0], own, after[0]))
                needed = _needed(span, own, before[0], after[0])
                if score > needed * 100:
                    sure.append((score / 100, span))
                    continue
                if score > (needed - _easing(needed, own)) * 100:
                    unsure.append((score / 100, span))
                if score > (needed - ONE_OF_SEVERAL) * 100 and before[0].kind in _OPENING:
                    key = view.text[span.start : span.end], before[0].kind, after[0].kind
                    likely.setdefault(key, []).append((score / 100, span))
        for several in likely.values():
            if len(several) > 1:
                sure += several
        return sure + unsure if sure or among else sure

    def _sum(self, found: Iterable[str]) -> int:
        weight = self._weights.get
        return sum([weight(feature, 0) for feature in found])

    def best(self, view: View, candidates: Iterable[Span], *, among: bool = False) -> Iterator[tuple[float, Span]]:
        """The likeliest candidates that do not overlap."""
        scored = self.scores(view, candidates, among=among)
        scored.sort(key=lambda item: (-item[0], item[1]))
        taken: set[int] = set()
        for score, span in scored:
            positions = range(span.start, span.end)
            if taken.isdisjoint(positions):
                taken.update(positions)
                yield score, span


def _needed(span: Span, own: Inside, before: Side, after: Side) -> float:
    hiragana, size = own.shape[0] == "h", span.end - span.start
    behind = after.telling and not (hiragana and (own.signature[-1] == ">" or not after.kind.startswith(HONORIFIC)))
    beside = before.telling or behind
    if own.what in _UNLISTED:
        return NEEDED_ALONE + NEEDED_MORE if not beside else NEEDED_BESIDE_A_MARK + NEEDED_MORE
    if beside:
        marked = before.kind.endswith((":", "__")) or after.kind.startswith(HONORIFIC)
        unsure = size == 1 and own.what[0] != "C" and not marked
        return NEEDED_BESIDE_A_MARK + NEEDED_MORE * unsure
    if after.word == "です" and before.kind[:1] not in _INSIDE:
        return NEEDED_INTRODUCED
    if span.given > span.cut and size > _INITIALS:
        return NEEDED_IN_TWO_PARTS
    if size == 1 or hiragana:
        return NEEDED_ALONE + NEEDED_MORE
    return NEEDED_WRITTEN_AS_ONE if span.cut and size > 2 and own.signature[0] != "P" else NEEDED_ALONE


def _easing(needed: float, own: Inside) -> float:
    if needed == NEEDED_ALONE and own.signature == "S":
        return EASIER_AS_SURNAME
    return EASIER_AMONG_OTHERS if needed >= NEEDED_WRITTEN_AS_ONE else 0.0


def find_tagged(view: View, *, among: bool = False) -> Iterator[Mention]:
    """Names that the tagger finds likely enough; the score is the likelihood. ``among``: see ``Tagger.scores``."""
    for score, span in Tagger.load().best(view, spans(view), among=among):
        likelihood = round(1 / (1 + math.exp(-score)), 2)
        yield Mention(span.start, span.end, likelihood, _parts(view, span), _evidence(view, span))


def _evidence(view: View, span: Span) -> str:
    """What spoke for the name beside its form: 判別器（前の項目名・辞書・後の敬称）."""
    before, after = mark_before(view, span.start), mark_after(view, span.end)
    pieces = ((span.start, span.cut), (span.given, span.end)) if span.cut else ((span.start, span.end),)
    listed = any(view.lexicon.look(view.text[start:end]).flags for start, end in pieces)
    signs = (before and f"前の{before.kind}", listed and "辞書", after and f"後の{after.kind}")
    told = "・".join(sign for sign in signs if sign)
    return f"{EVIDENCE}({told})" if told else EVIDENCE


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
