"""見方: what the modules of this package ask of a text, answered in constant time."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from ai_gov.detect.persons.lexicon import Lexicon
from ai_gov.detect.persons.marks import Marks
from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA
from ai_gov.detect.reading import Reading, Token
from ai_gov.model import NameParts

_KANJI: Final = re.compile(f"[{KANJI}]")
_PARTICLE_KANA: Final = re.compile(f"(?<=[{KANJI}])[ヶケノツ之](?=[{KANJI}])")
_LETTER: Final = re.compile(f"[{KANJI}{HIRAGANA}{KATAKANA}A-Za-z0-9]")


class Mention(NamedTuple):
    """言及: a name, where it stands, how sure it is and what spoke for it."""

    start: int
    end: int
    score: float
    parts: NameParts
    evidence: str  # the kind of writing; never the name

    def __repr__(self) -> str:
        return f"Mention({self.start}, {self.end}, {self.score}, {self.evidence!r})"


class View:
    """文章の見方: the text, its tokens by position, the lexicon."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self.text: str = reading.text
        self.tokens: Sequence[Token] = reading.tokens
        self.lexicon = lexicon
        self._index = {token.start: number for number, token in enumerate(reading.tokens)}
        self._starts = list(self._index)
        self.found: dict[tuple[object, ...], object] = {}  # what was worked out for letters and words like these

    @functools.cached_property
    def marks(self) -> Marks:
        """The words around names."""
        return Marks(self.text)

    def numbers(self, start: int, end: int) -> tuple[int, int]:
        """The numbers of the tokens that overlap a span: the first, and the one behind the last."""
        low = self._index.get(start)
        if low is None:
            low = bisect_right(self._starts, start) - 1
        high = self._index.get(end)
        return max(low, 0), bisect_left(self._starts, end) if high is None else high

    def like(self, start: int, end: int) -> tuple[object, ...]:
        """A key that is the same for spans of the same letters, words and parts of speech."""
        low, high = self.numbers(max(start, 0), end)
        words = [
            (token.start - start, token.end - start, token.known, token.pos) for token in self.tokens[low : high + 1]
        ]
        return self.text[max(start - 1, 0) : end], end - start, min(start, 1), *words

    def token_at(self, position: int) -> Token | None:
        """The token that begins at a position."""
        number = self._index.get(position)
        return None if number is None else self.tokens[number]

    def is_boundary(self, position: int) -> bool:
        """Whether a token begins, or the text ends, at a position."""
        return position in self._index or position >= len(self.text)

    def tokens_in(self, start: int, end: int) -> list[Token]:
        """The tokens from the one that begins at ``start``; empty where none does."""
        number = self._index.get(start)
        found: list[Token] = []
        if number is None:
            return found
        while number < len(self.tokens) and self.tokens[number].start < end:
            found.append(self.tokens[number])
            number += 1
        return found

    def before(self, position: int) -> str:
        """The character before a position; a line break at the start of the text."""
        return self.text[position - 1] if position > 0 else "\n"

    def after(self, position: int) -> str:
        """The character at a position; a line break at the end of the text."""
        return self.text[position] if position < len(self.text) else "\n"

    def is_kanji(self, char: str) -> bool:
        """Whether a character is a kanji."""
        return _KANJI.match(char) is not None

    def is_letter(self, char: str) -> bool:
        """Whether a character is a letter, kana, kanji or digit."""
        return _LETTER.match(char) is not None

    def is_ordinary(self, start: int, end: int) -> bool:
        """Whether a span is made wholly of known ordinary words, one of them longer than one character."""
        tokens = self.tokens_in(start, end)
        if not tokens or tokens[-1].end != end:
            return False
        if _PARTICLE_KANA.search(self.text, start, end):  # 海老ヶ瀬
            return False
        ordinary = all(token.known and token.pos[1:2] != ("固有名詞",) for token in tokens)
        return ordinary and any(len(token.surface) > 1 for token in tokens)
