"""読み取り（入念）: the fast reading, and what GiNZA and Presidio recognizers note in a worker process.

GiNZA calls many organisations and places persons. So it is asked only about a text in which the fast reader has found
a name already, and a name of its counts only where Sudachi does not contradict it: see :func:`plausible`. Where the
worker fails or is late there is no reading at all, as a part of one would let something out.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from ai_gov.detect.names import find_names
from ai_gov.detect.reading import Noted, Reading, Token
from ai_gov.nlp.reader import SudachiReader
from ai_gov.nlp.worker import GINZA, Wanted, Worker

_KANA: Final = re.compile(r"[ァ-ヶー・=＝ 　]+")
_NOT_PERSONS: Final = frozenset({"地名", "組織名"})


class ThoroughReader:
    """読み取り器（入念）: as ``SudachiReader``, and slower by what GiNZA takes.

    ``close`` ends the worker process; it also ends with the interpreter.
    """

    def __init__(self, wanted: Wanted | None = None) -> None:
        self._fast = SudachiReader()
        self._worker = Worker(wanted or Wanted())

    def warm_up(self) -> None:
        """Load everything now. Raises DetectorFailed where a model or a recognizer can't be loaded."""
        self.read("準備")

    def read(self, text: str) -> Reading:
        """The reading of any string. Raises DetectorFailed."""
        reading = self._fast.read(text)
        if not reading.text.strip():
            return reading
        noted = self._worker.read(reading.text, names=bool(find_names(reading)))
        kept = tuple(note for note in noted if note.source != GINZA or plausible(note, reading))
        return dataclasses.replace(reading, noted=kept)

    def close(self) -> None:
        """End the worker process."""
        self._worker.close()


def plausible(note: Noted, reading: Reading) -> bool:
    """人名らしさ: whether the tokens under a name speak for it.

    They do where one of them is a person's name to Sudachi, or where all is katakana that no dictionary knows; they
    do not over a line break, nor where the whole is a place or an organisation.
    """
    surface = reading.text[note.start : note.end]
    if "\n" in surface or not surface.strip():
        return False
    tokens = _under(reading.tokens, note.start, note.end)
    if any("人名" in token.pos for token in tokens):
        return True
    if any(kind in token.pos for token in tokens for kind in _NOT_PERSONS):
        return False
    return bool(_KANA.fullmatch(surface)) and all(not token.known for token in tokens if _KANA.fullmatch(token.surface))


def _under(tokens: Sequence[Token], start: int, end: int) -> list[Token]:
    at = bisect_left(tokens, start, key=lambda token: token.end)
    found = []
    while at < len(tokens) and tokens[at].start < end:
        if tokens[at].end > start:
            found.append(tokens[at])
        at += 1
    return found
