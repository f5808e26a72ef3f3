"""個人番号の遮蔽: a 個人番号 in an answer never reaches the reader, wherever the pieces are cut.

A run of digits is held back until it has ended, and looked at whole: twelve digits (in one group or several) with a
valid check digit are masked. One random number of twelve digits in ten is masked too; the safe side is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ai_gov.identifiers import my_number
from ai_gov.redact.pieces import Pieces
from ai_gov.redact.placeholder import mask
from ai_gov.redact.restore import Counts

LENGTH = 12
_BETWEEN = r"0-9０-９\-‐‑–−ー－ 　.．\u00ad\u200b-\u200d\u2060\ufeff"
_RUN = re.compile(rf"[0-9０-９](?:[{_BETWEEN}]{{0,199}})")
_GROUP = re.compile(r"[0-9０-９]+(?:[\u00ad\u200b-\u200d\u2060\ufeff]+[0-9０-９]+)*")
_LONGEST = 200
_HALF = {ord("０") + i: ord("0") + i for i in range(10)}


@dataclass(slots=True)
class Masker(Pieces):
    """遮蔽器: masks each 個人番号 of a text that arrives in pieces.

    >>> masker = Masker()
    >>> [masker.push("番号は1234-56"), masker.push("78-9018"), masker.push("です"), masker.finish()]
    ['番号は', '', '〔個人番号・非表示〕です', '']
    """

    counts: Counts = field(default_factory=Counts)

    def _scan(self, text: str, *, last: bool) -> str:
        out, at = [], 0
        self._held = ""
        while run := _RUN.search(text, at):
            out.append(text[at : run.start()])
            if run.end() == len(text) and not last and len(run[0]) < _LONGEST:
                self._held = run[0]
                return "".join(out)
            out.append(self._masked(run[0]))
            at = run.end()
        out.append(text[at:])
        return "".join(out)

    def _masked(self, run: str) -> str:
        out, at = [], 0
        for start, end in _found(run):
            out += [run[at:start], mask("個人番号")]
            at = end
            self.counts.masked += 1
        return "".join([*out, run[at:]])


_IN_STRING = re.compile(
    rf"(?P<quote>\")|(?P<escape>\\(?:u[0-9a-fA-F]{{4}}|[^u]))|(?P<partial>\\(?:u[0-9a-fA-F]{{0,3}})?\Z)|{_RUN.pattern}",
    re.DOTALL,
)
_OUTSIDE = re.compile(rf"(?P<quote>\")|(?P<partial>-\Z)|-?[0-9０-９](?:[{_BETWEEN}eE+]{{0,199}})")


@dataclass(slots=True)
class JsonMasker(Masker):
    """JSONの遮蔽器: the same for the text of a JSON value, which stays JSON: a number that is masked becomes a string.

    >>> masker = JsonMasker()
    >>> masker.push('{"番号": 123456789018, "文": "1234-5678-9018"}') + masker.finish()
    '{"番号": "〔個人番号・非表示〕", "文": "〔個人番号・非表示〕"}'
    """

    _inside: bool = False

    def _scan(self, text: str, *, last: bool) -> str:
        out, at = [], 0
        self._held = ""
        while found := (_IN_STRING if self._inside else _OUTSIDE).search(text, at):
            out.append(text[at : found.start()])
            at, part = found.end(), found[0]
            digits = found.lastgroup is None
            open_end = found.lastgroup == "partial" or (digits and at == len(text) and len(part) < _LONGEST)
            if open_end and not last:
                self._held = part
                return "".join(out)
            if found.lastgroup == "quote":
                self._inside = not self._inside
            if digits:
                part = self._masked(part) if self._inside else self._number(part)
            out.append(part)
        out.append(text[at:])
        return "".join(out)

    def _number(self, run: str) -> str:
        """Numbers outside of any string, with sign and exponent: each that holds a 個人番号 becomes a string."""
        out, at = [], 0
        for start, end in _found(run):
            first = max(run.rfind(blank, 0, start) for blank in _BLANKS) + 1
            after = min((found for blank in _BLANKS if (found := run.find(blank, end)) >= 0), default=len(run))
            self.counts.masked += 1
            if first >= at:  # else two in one number
                out += [run[at:first], f'"{mask("個人番号")}"']
            at = after
        return "".join([*out, run[at:]])


_BLANKS = " 　"


def _found(run: str) -> Iterator[tuple[int, int]]:
    """Where the 個人番号 of a run stand."""
    groups = list(_GROUP.finditer(run))
    digits = ["".join(c for c in group[0].translate(_HALF) if c.isdigit()) for group in groups]
    first = 0
    while first < len(groups):
        last = _twelve(digits, first)
        if last is None:
            first += 1
            continue
        yield groups[first].start(), groups[last].end()
        first = last + 1


def _twelve(digits: list[str], first: int) -> int | None:
    """The last group of those that make a valid number from ``first`` on, if any do."""
    number = ""
    for index in range(first, len(digits)):
        number += digits[index]
        if len(number) >= LENGTH:
            return index if len(number) == LENGTH and my_number.is_valid(number) else None
    return None
