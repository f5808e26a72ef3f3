"""読み取り（高速）: text to :class:`~ai_gov.detect.reading.Reading` with Sudachi, mode C, the core dictionary.

What SudachiPy asks for: no more than 49,149 UTF-8 bytes at once, one tokenizer a thread, no lone surrogates (the
normalisation has replaced them). The dictionary is loaded once a process, at the first text or at :func:`warm_up`.
"""

from __future__ import annotations

import collections
import functools
import re
import threading
from collections.abc import Iterator
from typing import Any, Final, Protocol

from sudachipy import Dictionary, SplitMode

from ai_gov.detect.reading import Reading, Token
from ai_gov.text import digit_view, normalize

PIECE: Final = 16_000
"""The most characters read at once."""
PIECE_BYTES: Final = 48_000
"""The most UTF-8 bytes; SudachiPy raises above 49,149."""
TAIL: Final = 64
"""Where a piece has no line or sentence end, so many characters at its end are read again with what follows."""

_FIELDS: Final = {"pos"}
_LINE_END: Final = "\n"
_SENTENCE_END: Final = re.compile("[。！？!?]")


class Tokenizer(Protocol):
    """Sudachi の Tokenizer: as much of it as is used here."""

    def tokenize(self, text: str) -> Any:
        """The morphemes of a text."""


@functools.cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")  # loaded for good: 0.1 s and 200 MB of shared, mapped memory


_loading: Final = threading.Lock()


class SudachiReader:
    """読み取り器: makes readings; any number of threads may use one.

    >>> reading = SudachiReader().read("担当は山田さんです。")
    >>> [token.surface for token in reading.tokens]
    ['担当', 'は', '山田', 'さん', 'です', '。']
    >>> reading.tokens[2].pos[2:4]
    ('人名', '姓')
    """

    def __init__(self) -> None:
        self._local = threading.local()

    def warm_up(self) -> None:
        """Load the dictionary now, so that the first request does not wait for it."""
        self.read("準備")

    def read(self, text: str) -> Reading:
        """The reading of any string. Linear in its length; raises nothing, whatever the string is."""
        source = normalize(text)
        return Reading(source, tuple(self._tokens(source.text)), digit_view(source.text))

    def _tokenizer(self) -> Tokenizer:
        tokenizer: Tokenizer | None = getattr(self._local, "tokenizer", None)
        if tokenizer is None:
            with _loading:
                tokenizer = _dictionary().create(mode=SplitMode.C, fields=_FIELDS)
            self._local.tokenizer = tokenizer
        return tokenizer

    def _tokens(self, text: str) -> Iterator[Token]:
        tokenizer = self._tokenizer()
        start = 0
        while start < len(text):
            stop, clean = next_piece(text, start)
            tokens = _read_piece(tokenizer, text[start:stop], start)
            if not clean:
                tokens = _without_tail(tokens, stop - TAIL)
            yield from tokens
            start = tokens[-1].end if tokens else stop


def next_piece(text: str, start: int) -> tuple[int, bool]:
    r"""一度に読む範囲: where the piece that begins at ``start`` stops, and whether that is a good place to stop.

    >>> next_piece("一行目\n二行目", 0)
    (7, True)
    >>> next_piece("あ" * 20000, 0)
    (16000, False)
    """
    stop = min(start + PIECE, len(text))
    if not text.isascii():
        stop = _fit(text, start, stop)
    if stop == len(text):
        return stop, True
    line = text.rfind(_LINE_END, start, stop)
    if line > start:
        return line + 1, True
    ends = collections.deque(_SENTENCE_END.finditer(text, max(start, stop - PIECE // 2), stop), maxlen=1)
    last = ends[0] if ends else None
    return (last.end(), True) if last is not None and last.end() > start else (stop, False)


def _fit(text: str, start: int, stop: int) -> int:
    while stop - start > 1 and len(text[start:stop].encode("utf-8", "replace")) > PIECE_BYTES:
        stop = start + (stop - start) * 3 // 4
    return stop


def _without_tail(tokens: list[Token], limit: int) -> list[Token]:
    """Leave the last tokens to the next piece, where what follows them can be seen; never all of them."""
    keep = len(tokens)
    while keep > 1 and tokens[keep - 1].end > limit:
        keep -= 1
    if 2 * (tokens[keep - 1].end - tokens[0].start) < limit - tokens[0].start:
        return tokens  # one token fills most of the piece: to read it again for each before it would be quadratic
    return tokens[:keep]


_pos: dict[int, tuple[str, ...]] = {}


def _read_piece(tokenizer: Tokenizer, piece: str, offset: int) -> list[Token]:
    tokens: list[Token] = []
    add = tokens.append
    make = tuple.__new__  # half the cost of calling the class, and there is a token for every other character
    known_pos = _pos
    for morpheme in tokenizer.tokenize(piece):
        number = morpheme.part_of_speech_id()
        pos = known_pos.get(number)
        if pos is None:
            pos = known_pos[number] = tuple(part for part in morpheme.part_of_speech() if part != "*")
        begin, end = morpheme.begin(), morpheme.end()
        if begin == end:
            continue
        surface = piece[begin:end]
        add(make(Token, (offset + begin, offset + end, surface, pos, not morpheme.is_oov())))
    return tokens
