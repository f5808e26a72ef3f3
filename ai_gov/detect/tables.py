"""表の読み取り: which header stands above a value, in CSV, tab-separated, Markdown or space-aligned text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_DELIMITERS: Final = ("\t", "|", ",", "/", "  ", " ")
_FEWEST: Final = {"\t": 2, "|": 2, ",": 2, "/": 3, "  ": 2, " ": 3}
_LONGEST_HEADER: Final = 600
_LONGEST_LABEL: Final = 24
_MOST_CELLS: Final = 80
_RULE_LINE: Final = re.compile(r"[\s|:+=-]+")
_GAP: Final = re.compile(" {2,}")
_DATA: Final = re.compile(r"[0-9]{3}|[。?!@]")
_LABEL: Final = re.compile(
    r"(?:番号|コード|ID|No\.?|氏名|名前|住所|電話|TEL|カナ|生年月日|備考|宛名|記号|口座|メール|所属)$", re.IGNORECASE
)


class Cell(NamedTuple):
    """表の一マス: its span without blanks, the header of its column, and the whole header line."""

    start: int
    end: int
    head_start: int
    head_end: int
    line_start: int
    line_end: int


Spans = list[tuple[int, int]]


def cells_of(text: str) -> list[Cell]:
    r"""Cells below a header, in the order of the text; linear in its length.

    >>> text = "宛名番号,氏名\n0031,山田 太郎\n0032,山田 花子"
    >>> [(text[c.start:c.end], text[c.head_start:c.head_end]) for c in cells_of(text)][::2]
    [('0031', '宛名番号'), ('0032', '宛名番号')]
    """
    if "\n" not in text:
        return []
    cells: list[Cell] = []
    head: Spans = []
    delimiter = ""
    missed = 0
    for start, end in _lines(text):
        if start == end or text[start:end].isspace():
            head = []
            continue
        if head:
            row = _split(text, start, end, delimiter) if delimiter in text[start:end] else []
            if len(row) >= 2 and not (_is_header(text, row) and _names_columns(text, row)):
                missed = 0
                if not _RULE_LINE.fullmatch(text, start, end):
                    cells += _under(head, row, delimiter)
                continue
            if not row and missed == 0:
                missed = 1  # a cell's text may go on in the next line
                if not _header(text, start, end):
                    continue
        found = _header(text, start, end)
        delimiter, head = found or ("", [])
        missed = 0
    return cells


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    size = len(text)
    while at <= size:
        end = text.find("\n", at)
        if end < 0:
            end = size
        yield at, end
        at = end + 1


def _header(text: str, start: int, end: int) -> tuple[str, Spans] | None:
    if end - start > _LONGEST_HEADER or _DATA.search(text, start, end):
        return None
    line = text[start:end]
    for delimiter in _DELIMITERS:
        if delimiter in line:
            spans = _split(text, start, end, delimiter)
            if len(spans) >= _FEWEST[delimiter] and _is_header(text, spans):
                return delimiter, spans
    return None


def _is_header(text: str, spans: Spans) -> bool:
    filled = [(start, end) for start, end in spans if start < end]
    return len(filled) >= 2 and all(
        end - start <= _LONGEST_LABEL and not _DATA.search(text, start, end) for start, end in filled
    )


def _names_columns(text: str, spans: Spans) -> bool:
    return sum(bool(_LABEL.search(text[start:end])) for start, end in spans) >= 2


def _split(text: str, start: int, end: int, delimiter: str) -> Spans:
    """The cells of a line, without blanks, quotes and the bars of Markdown at its ends."""
    if delimiter == "|":
        while start < end and text[start] in " |":
            start += 1
        while end > start and text[end - 1] in " |":
            end -= 1
    spans: Spans = []
    at = start
    while at <= end and len(spans) < _MOST_CELLS:
        stop, following = _cell_end(text, at, end, delimiter)
        spans.append(_bare(text, at, stop))
        at = following
    return spans


def _cell_end(text: str, at: int, end: int, delimiter: str) -> tuple[int, int]:
    if delimiter == ",":
        first = at
        while first < end and text[first] == " ":
            first += 1
        if first < end and text[first] == '"':
            quote = text.find('"', first + 1, end)
            if quote >= 0:
                at = quote
    if delimiter == "  ":
        gap = _GAP.search(text, at, end)
        return (gap.start(), gap.end()) if gap else (end, end + 1)
    stop = text.find(delimiter, at, end)
    return (stop, stop + 1) if stop >= 0 else (end, end + 1)


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\"'":
        start += 1
    while end > start and text[end - 1] in " \t\"'":
        end -= 1
    return start, end


def _under(head: Spans, row: Spans, delimiter: str) -> Iterator[Cell]:
    """Cells with their headers. Between single blanks a name takes two cells, so only the first is certain."""
    count = len(head)
    if delimiter in {" ", "  "} and len(row) != count:
        count = 1
    for (start, end), (head_start, head_end) in zip(row[:count], head[:count], strict=False):
        if start < end and head_start < head_end:
            yield Cell(start, end, head_start, head_end, head[0][0], head[-1][1])
