"""読み: one text as the detectors see it.

Made by a reader in ``ai_gov.nlp`` (the only place that knows Sudachi); everything here is plain data, in positions
of the *normalised* text unless it says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ai_gov.text import Normalized


class Token(NamedTuple):
    """形態素: ``pos`` is Sudachi's part of speech, most general first (名詞, 固有名詞, 人名, 姓, …).

    A named tuple, as a text has as many of them as half its characters; its ``repr`` does not show the text.

    >>> Token(0, 2, "荒巻", ("名詞", "固有名詞", "人名", "姓"))
    Token(0, 2, 名詞-固有名詞-人名-姓)
    """

    start: int
    end: int
    surface: str
    pos: tuple[str, ...]
    known: bool = True  # false for out-of-vocabulary words

    def __repr__(self) -> str:
        return f"Token({self.start}, {self.end}, {'-'.join(self.pos)})"


class Noted(NamedTuple):
    """覚え: a span that another reader found; ``type`` is one of ours, or its own; ``source`` says who it was."""

    start: int
    end: int
    type: str
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class Reading:
    """読み: the normalised text, its tokens, and the digit view (kanji numerals in digit runs made digits).

    ``noted``: what a second reader found in it, if there was one.
    """

    source: Normalized
    tokens: tuple[Token, ...]
    digits: str = field(repr=False)  # same length as the normalised text
    noted: tuple[Noted, ...] = ()

    @property
    def text(self) -> str:
        """The normalised text."""
        return self.source.text
