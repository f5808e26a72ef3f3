"""個人番号の遮蔽: a 個人番号 in an answer never reaches the reader, wherever the pieces are cut.

A run of digits is held back until it has ended, and looked at whole: twelve digits (in one group or several) with a
valid check digit are masked. One random number of twelve digits in ten is masked too; the safe side is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ai_gov.identifiers import my_number
from ai_gov.redact.pieces import Pieces
from ai_gov.redact.placeholder import mask
from ai_gov.redact.restore import Counts

LENGTH = 12
_RUN = re.compile(r"[0-9０-９](?:[0-9０-９\-‐‑–−ー－ 　.．\u00ad\u200b-\u200d\u2060\ufeff]{0,199})")
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
        groups = list(_GROUP.finditer(run))
        digits = ["".join(c for c in group[0].translate(_HALF) if c.isdigit()) for group in groups]
        out, at, first = [], 0, 0
        while first < len(groups):
            last = _twelve(digits, first)
            if last is None:
                first += 1
                continue
            out += [run[at : groups[first].start()], mask("個人番号")]
            at = groups[last].end()
            self.counts.masked += 1
            first = last + 1
        return "".join([*out, run[at:]])


def _twelve(digits: list[str], first: int) -> int | None:
    """The last group of those that make a valid number from ``first`` on, if any do."""
    number = ""
    for index in range(first, len(digits)):
        number += digits[index]
        if len(number) >= LENGTH:
            return index if len(number) == LENGTH and my_number.is_valid(number) else None
    return None
