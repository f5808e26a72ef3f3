"""内容の判別: how much a text as a whole reads like what is confidential by its substance. Learnt, beside the rules.

A logistic regression on character n-grams, trained by ``scripts/train_substance.py`` on prompts of our own. What no
rule names, because nobody thought of the topic, is often told by the way it is put: a decision that is made and not
yet announced, somebody who must not know, a case with its particulars. It only adds: what a rule finds stays found.
"""

from __future__ import annotations

import functools
import gzip
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Final, NamedTuple

import ahocorasick

from ai_gov.detect.candidate import Candidate, sources
from ai_gov.detect.reading import Reading
from ai_gov.detect.resolve import CONTENT
from ai_gov.detect.scan import fold
from ai_gov.rules.schema import ReaderRule, Rule
from ai_gov.text import normalize

SHORTEST: Final = 2
LONGEST: Final = 3
THRESHOLD: Final = 0.42
"""The chance from which a text is stopped that names nobody: what is wrong in it can't be cut out."""
THRESHOLD_OF_PERSONS: Final = 0.5
"""The same where a person or a number was found: mostly it is enough to cut these out."""
THRESHOLD_OF_MANY: Final = 0.55
"""The same for each piece of a text of several: the more there are, the more often one is wrong."""
PIECE: Final = 1200
"""Characters that are judged together."""
_FEWEST_CHARS: Final = 25
_FEWEST_GRAMS: Final = 15
_SENTENCE: Final = re.compile("[^。\n]{2,400}")


class Passage(NamedTuple):
    """判別された部分: its most telling sentence, and the chance that the piece around it is confidential."""

    start: int
    end: int
    score: float
    evidence: str


def prepared(text: str) -> str:
    """The text as the model reads it."""
    return fold(normalize(text).text)


class Substance:
    """内容の判別器: holds no state between texts.

    >>> model = Substance({"未公": (1.0, 4.0), "公表": (1.0, 1.0), "広報": (1.0, -3.0)}, -2.0)
    >>> round(model.chance("未公表の案"), 2), round(model.chance("広報の案"), 2)
    (0.82, 0.01)
    """

    def __init__(self, weights: Mapping[str, tuple[float, float]], intercept: float) -> None:
        self.weights = weights
        self.intercept = intercept
        self._values = [(rarity * rarity, rarity * weight) for rarity, weight in weights.values()]
        self._machine = ahocorasick.Automaton()
        for number, gram in enumerate(weights):
            self._machine.add_word(gram, number)
        self._machine.make_automaton()

    @classmethod
    @functools.cache
    def load(cls) -> Substance:
        """The shipped weights; read once a process."""
        packed = resources.files("ai_gov.detect").joinpath("data", "substance.txt.gz").read_bytes()
        first, *lines = gzip.decompress(packed).decode("utf-8").split("\n")
        weights: dict[str, tuple[float, float]] = {}
        for line in lines:
            if line:
                gram, rarity, weight = line.rsplit("\t", 2)
                weights[gram] = float(rarity), float(weight)
        return cls(weights, float(first))

    def chance(self, folded: str) -> float:
        """The chance, from 0 to 1, that a text is confidential by its substance."""
        present = {number for _, number in self._machine.iter(folded)}
        return self._chance(present)

    def _chance(self, present: set[int]) -> float:
        values = self._values
        size = math.sqrt(sum(values[number][0] for number in present)) or 1.0
        margin = sum(values[number][1] for number in present) / size + self.intercept
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, margin))))

    def find(self, text: str, *, persons: bool = False) -> Iterator[Passage]:
        """Pieces of a normalised text that are confidential. Linear in its length.

        ``persons``: whether something that identifies a person was found in it.
        """
        if len(text) < _FEWEST_CHARS:
            return
        folded = fold(text)
        pieces = list(_pieces(text))
        threshold = THRESHOLD_OF_PERSONS if persons else THRESHOLD
        threshold = threshold if len(pieces) == 1 else THRESHOLD_OF_MANY
        for start, end in pieces:
            present = {number for _, number in self._machine.iter(folded, start, end)}
            if len(present) < _FEWEST_GRAMS:
                continue
            chance = self._chance(present)
            if chance >= threshold:
                yield Passage(*self._telling(folded, start, end), round(chance, 3), "文の内容")

    def _telling(self, folded: str, start: int, end: int) -> tuple[int, int]:
        """The sentence of a piece that says most."""
        best, span = -math.inf, (start, end)
        for sentence in _SENTENCE.finditer(folded, start, end):
            weight = sum(
                self._values[number][1]
                for number in {number for _, number in self._machine.iter(folded, *sentence.span())}
            )
            if weight > best:
                best, span = weight, sentence.span()
        return span


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Parts of a text of at most ``PIECE`` characters, cut where a line ends."""
    start = 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        if end < len(text):
            line = text.rfind("\n", start + PIECE // 2, end)
            end = line + 1 if line > 0 else end
        yield start, end
        start = end


class SubstanceMatcher:
    """内容の判別の照合: asked last, and only where nothing else was found that can't be cut out."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._sources = [source for source, rule in sources(rules, ReaderRule) if rule.reads == "substance"]
        self._model = Substance.load() if self._sources else None

    def find(self, reading: Reading, found: Sequence[Candidate]) -> Iterator[Candidate]:
        """Candidates in positions of the normalised text; ``found`` is what everybody else found."""
        if self._model is None or any(not _removable(candidate) for candidate in found):
            return
        persons = any(candidate.entity not in CONTENT for candidate in found)
        for passage in self._model.find(reading.text, persons=persons):
            for source in self._sources:
                yield Candidate(
                    source,
                    passage.start,
                    passage.end,
                    score=passage.score,
                    anchored=True,
                    evidence=(passage.evidence,),
                )


def _removable(candidate: Candidate) -> bool:
    return candidate.source.removable if candidate.removable is None else candidate.removable
