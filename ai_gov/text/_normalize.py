"""正規化の手順: one pass with a table, and a second only where a character does not become one other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from ai_gov.text._characters import (
    ATTACHED,
    BARS,
    CACHE_LIMIT,
    ENCLOSED,
    EXPANDED,
    MARK,
    REMOVED,
    RETURN,
    SPACING,
    SPECIAL,
    VOICED,
    Table,
    treatment,
)
from ai_gov.text._offsets import Offsets

_TABLE: Final = Table()
_REGION: Final = re.compile(f"[^{SPECIAL}]?{SPECIAL}+")
_BAR_RUN: Final = re.compile(f"[{BARS}]{{1,3}}(?= ?[0-9(])")
_ENCLOSED_RUN: Final = re.compile(
    "[{0}](?:[-ー ]?[{0}]){{3,}}".format("".join(map(chr, ENCLOSED))),
)


@dataclass(frozen=True, slots=True)
class Normalized:
    """正規化した文章: ``text`` to look in, ``original`` to report and cut in. Positions are code points."""

    original: str = field(repr=False)
    text: str = field(repr=False)
    _offsets: Offsets | None = field(default=None, repr=False, compare=False)

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        r"""The span of the original that ``text[start:end]`` stands for.

        Invisible characters inside the span are part of it, those before and after are not; marks and variation
        selectors belong to their character. An empty span stays empty.

        >>> n = normalize("a\u200bb\u200bc")
        >>> n.text, n.to_original(0, 2), n.to_original(1, 2), n.to_original(2, 2)
        ('abc', (0, 3), (2, 3), (4, 4))
        """
        size = len(self.text)
        start = min(max(start, 0), size)
        end = min(max(end, start), size)
        if self._offsets is None:
            return start, end
        if start == end:
            at = self._offsets.first(start) if start < size else self._offsets.last(size - 1) if size else 0
            return at, at
        return self._offsets.first(start), self._offsets.last(end - 1)

    def to_normalized(self, position: int) -> int:
        """Where a position of the original lies in ``text``; inside a joined character, that character's start.

        >>> normalize("ｶﾞｸ㈱A").to_normalized(2), normalize("ｶﾞｸ㈱A").to_normalized(4)
        (1, 5)
        """
        position = min(max(position, 0), len(self.original))
        return position if self._offsets is None else self._offsets.back(position)


def normalize(text: str) -> Normalized:
    r"""正規化: NFKC-like folding that keeps the way back.

    Width and half-width kana (voiced marks joined), compatibility forms, any decimal digit to ASCII, dashes to
    ``-`` (ー and the like only between digits), spaces to one kind, line breaks to ``\n``, other controls to a
    space, invisible characters removed, lone surrogates to U+FFFD. Kanji stay as they are, variants too; enclosed
    digits become digits only where four or more stand together, as one alone is a list mark.

    >>> normalize("①０９０−１２３４−５６７８\r\n").text, normalize("⓪⑨⓪-①②③④").text
    ('①090-1234-5678\n', '090-1234')
    >>> normalize("サーバー1ー2、か\u3099\ud800").text
    'サーバー1-2、が�'
    """
    folded = text.translate(_TABLE)
    offsets: Offsets | None = None
    if SPECIAL in folded:
        folded, offsets = _rebuild(text, folded)
    if not folded.isascii():
        folded = _ENCLOSED_RUN.sub(lambda run: run[0].translate(ENCLOSED), folded)
        folded = _BAR_RUN.sub(_dash, folded)
    return Normalized(text, text if folded == text else folded, offsets)


def _dash(run: re.Match[str]) -> str:
    before = run.string[max(run.start() - 2, 0) : run.start()].removesuffix(" ")
    return "-" * len(run[0]) if before[-1:] and before[-1:] in "0123456789)" else run[0]


def _rebuild(text: str, folded: str) -> tuple[str, Offsets]:
    """Work out the places marked special; all between them is one to one."""
    offsets = Offsets()
    out: list[str] = []
    done = 0
    for region in _REGION.finditer(folded):
        start, stop = region.span()
        out.append(folded[done:start])
        offsets.run(done, start - done)
        _region(text, folded[start:stop], start, out, offsets)
        done = stop
    out.append(folded[done:])
    offsets.run(done, len(folded) - done)
    return "".join(out), offsets


def _region(text: str, part: str, start: int, out: list[str], offsets: Offsets) -> None:
    base = ""  # the last character put out, while a mark may still join it
    base_at = start
    for i, char in enumerate(part, start):
        kind, value = ("", char) if char != SPECIAL else _treatment_of(text[i])
        if kind == RETURN:
            if text[i + 1 : i + 2] == "\n":
                continue
            kind, value = "", "\n"
        if kind == REMOVED:
            continue
        if kind in {MARK, ATTACHED}:
            joined = unicodedata.normalize("NFC", base + value) if base and kind == MARK else ""
            if len(joined) == 1:
                out[-1] = base = joined
                offsets.widen(base_at, i + 1)
                continue
            if text[i] not in VOICED:
                if base and not base.isspace():
                    offsets.widen(base_at, i + 1)
                continue
            kind, value = "", SPACING[value]
        out.append(value)
        base, base_at = value[-1], i
        if kind == EXPANDED:
            offsets.unit(i, i + 1, len(value))
            base = ""
        else:
            offsets.run(i, 1)


_special: dict[str, tuple[str, str]] = {}


def _treatment_of(char: str) -> tuple[str, str]:
    known = _special.get(char)
    if known is None:
        known = treatment(char)
        if len(_special) < CACHE_LIMIT:
            _special[char] = known
    return known
