"""走査: what is worked out once per text and shared by all matchers, each part when it is first asked for."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from ai_gov.detect.reading import Reading
from ai_gov.detect.tables import Cell, cells_of
from ai_gov.detect.words import WordIndex

_BLOCK: Final = 256
_DIGITS: Final = re.compile("[0-9]+")
_KANJI: Final = re.compile("[〇一二三四五六七八九零○]+")


class Encoded:
    """UTF-8の写し: RE2 looks at bytes; positions are brought back to code points here."""

    __slots__ = ("_blocks", "_text", "data")

    def __init__(self, text: str) -> None:
        self._text = text
        self.data = text.encode("utf-8", "replace")
        self._blocks: array[int] | None = None
        if len(self.data) != len(text):
            self._blocks = array("q", [0])
            for start in range(0, len(text), _BLOCK):
                size = len(text[start : start + _BLOCK].encode("utf-8", "replace"))
                self._blocks.append(self._blocks[-1] + size)

    def char(self, offset: int) -> int:
        """The code point at a byte offset (which must lie between characters)."""
        if self._blocks is None or offset < 0:
            return offset
        block = min(bisect_right(self._blocks, offset) - 1, len(self._blocks) - 2)
        start = self._blocks[block]
        return block * _BLOCK + len(self.data[start:offset].decode("utf-8", "replace"))

    def byte(self, position: int) -> int:
        """The byte offset of a code point."""
        if self._blocks is None:
            return position
        block = position // _BLOCK
        return self._blocks[block] + len(self._text[block * _BLOCK : position].encode("utf-8", "replace"))


class Scan:
    """一つの文章の走査: the reading, word hits, UTF-8 copies and table cells."""

    __slots__ = (
        "_cells",
        "_changed",
        "_characters",
        "_encoded",
        "_ends",
        "_hits",
        "_index",
        "_longest",
        "_view",
        "folded",
        "reading",
        "text",
    )

    def __init__(self, reading: Reading, index: WordIndex) -> None:
        self.reading = reading
        self.text = reading.text
        self.folded = fold(self.text)
        self._index = index
        self._hits: dict[int, array[int]] | None = None
        self._ends: dict[int, list[tuple[int, int]]] | None = None
        self._encoded: Encoded | None = None
        self._view: Encoded | None = None
        self._changed: list[tuple[int, int]] | None = None
        self._cells: list[Cell] | None = None
        self._characters: frozenset[str] | None = None
        self._longest: int | None = None

    @property
    def hits(self) -> dict[int, array[int]]:
        """Word number → ends of its occurrences, ascending, of every word any rule knows."""
        if self._hits is None:
            self._hits = self._index.scan(self.folded)
        return self._hits

    @property
    def ends(self) -> dict[int, list[tuple[int, int]]]:
        """Where the strings that each pattern needs stand (see ``WordIndex.ends``)."""
        if self._ends is None:
            self._ends = self._index.ends(self.hits)
        return self._ends

    @property
    def characters(self) -> frozenset[str]:
        """Every character of the folded text and of the digit view."""
        if self._characters is None:
            self._characters = frozenset(self.folded).union(self.reading.digits)
        return self._characters

    @property
    def longest_digits(self) -> int:
        """How many digits stand in a row at most."""
        if self._longest is None:
            runs = _DIGITS.findall(self.reading.digits)
            self._longest = len(max(runs, key=len)) if runs else 0
        return self._longest

    @property
    def encoded(self) -> Encoded:
        """The normalised text as bytes."""
        if self._encoded is None:
            self._encoded = Encoded(self.text)
        return self._encoded

    @property
    def view(self) -> Encoded | None:
        """The digit view as bytes, or None where it is the text itself."""
        if self._view is None and self.reading.digits != self.text:
            self._view = Encoded(self.reading.digits)
        return self._view

    @property
    def changed(self) -> Sequence[tuple[int, int]]:
        """Where the digit view differs from the text: runs of kanji digits that are read as a number."""
        if self._changed is None:
            view = self.reading.digits
            self._changed = [
                run.span() for run in _KANJI.finditer(self.text) if view[run.start() : run.end()] != run[0]
            ]
        return self._changed

    @property
    def cells(self) -> Sequence[Cell]:
        """Cells of tables that have a header, in the order of the text."""
        if self._cells is None:
            self._cells = cells_of(self.text)
        return self._cells


def fold(text: str) -> str:
    """Lower case at the same length."""
    return text.replace("İ", "i").lower()
