"""見出しのない表: lines of one shape, where the names of some lines show where those of the others stand.

2 雲母 良樹 S52.6.1 / 3 久高 伝 S33.4.1: where at least two lines of a block have a name behind the same number of
separators, what stands there in the other lines is one too, if it can be.
"""

from __future__ import annotations

import collections
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ai_gov.detect.persons.tables import cell_name, is_given
from ai_gov.detect.persons.view import Mention, View

_SEPARATORS: Final = {
    "\t": re.compile("\t"),
    ",": re.compile(","),
    "/": re.compile("/"),
    ":": re.compile(":"),
    " ": re.compile(" +"),
}
_BULLETS: Final = " ・◆◇●○■□*※-"
_FEWEST: Final = 2
_SHARE: Final = 0.4
_LAST_COLUMN: Final = 8
_LONGEST_LINE: Final = 300


def find_in_columns(view: View, names: Iterable[Mention]) -> Iterator[Mention]:
    """Names in the lines of a block whose other lines have names at the same place."""
    starts = _line_starts(view.text)
    by_line: dict[int, list[Mention]] = collections.defaultdict(list)
    for name in names:
        by_line[bisect_right(starts, name.start) - 1].append(name)
    for block in _blocks(view.text, starts, by_line):
        yield from _in_block(view, starts, block, by_line)


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _line(view: View, starts: Sequence[int], number: int) -> str:
    end = starts[number + 1] - 1 if number + 1 < len(starts) else len(view.text)
    return view.text[starts[number] : end]


def _blocks(text: str, starts: Sequence[int], by_line: dict[int, list[Mention]]) -> Iterator[list[int]]:
    """Runs of lines without an empty one between them that hold enough names."""
    block: list[int] = []
    for number, start in enumerate(starts):
        empty = start >= len(text) or text[start] == "\n"
        if not empty:
            block.append(number)
        if (empty or number + 1 == len(starts)) and block:
            if sum(line in by_line for line in block) >= _FEWEST:
                yield block
            block = []


def _in_block(
    view: View, starts: Sequence[int], block: Sequence[int], by_line: dict[int, list[Mention]]
) -> Iterator[Mention]:
    for separator, pattern in _SEPARATORS.items():
        counts: collections.Counter[int] = collections.Counter()
        for number in block:
            for name in by_line.get(number, ()):
                if name.start - starts[number] > _LONGEST_LINE:
                    break
                before = view.text[starts[number] : name.start].lstrip(_BULLETS)
                if before == "" or before.endswith(separator):
                    counts[len(pattern.findall(before))] += 1
        slots = [slot for slot, count in counts.items() if count >= _FEWEST and slot <= _LAST_COLUMN]
        if not slots:
            continue
        lines = [number for number in block if pattern.search(_line(view, starts, number).strip(" "))]
        for slot in slots:
            if counts[slot] >= _SHARE * len(lines):
                for number in lines:
                    if len(_line(view, starts, number)) <= _LONGEST_LINE:
                        mention = _at(view, starts[number], _line(view, starts, number), pattern, slot)
                        if mention is not None:
                            yield mention


def _at(view: View, start: int, line: str, pattern: re.Pattern[str], slot: int) -> Mention | None:
    at = len(line) - len(line.lstrip(_BULLETS))
    bounds = [(match.start(), match.end()) for match in pattern.finditer(line, at)]
    if slot > len(bounds) - (0 if slot else 1):
        return None
    begin = bounds[slot - 1][1] if slot else at
    end = bounds[slot][0] if slot < len(bounds) else len(line)
    cell = line[begin:end]
    if pattern is _SEPARATORS[" "] and slot < len(bounds):
        following_end = bounds[slot + 1][0] if slot + 1 < len(bounds) else len(line)
        following = line[bounds[slot][1] : following_end]
        if is_given(view, start + bounds[slot][1], following) and len(cell) <= 4:
            cell = line[begin:following_end]
    return cell_name(view, start + begin, cell.rstrip())
