"""表の氏名欄: the header of a table decides which column holds names, whatever the names look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from ai_gov.detect.persons.blocks import KANJI_RUN, given_score, starting_at, surname_score
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import (
    BEFORE,
    COLUMN,
    HIRAGANA,
    HONORIFIC,
    KANA_COLUMN,
    KATAKANA,
    LATIN,
    NAME_KANJI,
    OFFICE,
)
from ai_gov.model import NameParts

GUESS: Final = "並び"
"""The evidence of a name that only the other lines speak for."""
_SPLIT: Final = {
    "\t": re.compile("\t"),
    ",": re.compile(","),
    "|": re.compile("\\|"),
    "/": re.compile("/"),
    " ": re.compile(" +"),
}
_COLUMN: Final = re.compile(f"(?:{COLUMN})(?:\\([^)]*\\))?")
_KANA_COLUMN: Final = re.compile(f"(?:{KANA_COLUMN})(?:\\([^)]*\\))?")
_LETTERS: Final = f"{NAME_KANJI}{HIRAGANA}{KATAKANA}"
_CELL: Final = re.compile(
    f"[ **※○●]*(?P<name>[{_LETTERS}]{{1,10}}(?:[ ・][{_LETTERS}]{{1,10}}){{0,3}}|[{LATIN}][{LATIN}'’.-]*(?:[, ]+[{LATIN}][{LATIN}'’.-]*){{0,5}})"
    f"(?: ?(?:{HONORIFIC}))?(?P<rest>[ (\\[].*)?$"
)
_NONE: Final = frozenset(
    [
        "なし",
        "無",
        "無し",
        "未定",
        "不明",
        "同上",
        "欠員",
        "本人",
        "匿名",
        "該当なし",
        "空欄",
        "要",
        "不要",
        "あり",
        "有",
        "済",
        "未",
        "同",
    ]
)
_TITLE: Final = re.compile(f"(?<=.)(?: ?(?:{HONORIFIC}|{OFFICE}))+$")
_LABEL: Final = re.compile(f"{BEFORE}|{COLUMN}|{KANA_COLUMN}")
_ALONE: Final = 1.3
_TOGETHER: Final = 0.5
_CERTAIN: Final = 1.6
_MOST_COLUMNS: Final = 60
_MOST_GAP: Final = 2


class _Table(NamedTuple):
    separator: str
    columns: dict[int, bool]  # number of a column of names: whether they are readings
    width: int


def find_in_tables(view: View) -> Iterator[Mention]:
    """Names in the cells under 氏名, 世帯主, カナ and the like."""
    table: _Table | None = None
    gap = 0
    start = 0
    for line in view.text.splitlines(keepends=True):
        content = line.rstrip("\n")
        if (found := _header(content)) is not None:
            table, gap = found, 0
        elif table is not None:
            cells = _cells(table, content)
            if len(cells) < min(table.width, 3) - (table.width < 3):
                gap += 1
                table = None if gap > _MOST_GAP or not content.strip() else table
            else:
                gap = 0
                yield from _row(view, table, cells, start)
        start += len(line)


def _header(line: str) -> _Table | None:
    if len(line) > 400:
        return None
    for separator, pattern in _SPLIT.items():
        cells = [cell.strip(" *\"'") for cell in pattern.split(line.strip())]
        if len(cells) < 2 or len(cells) > _MOST_COLUMNS:
            continue
        columns: dict[int, bool] = {}
        for number, cell in enumerate(cells):
            if _KANA_COLUMN.fullmatch(cell):
                columns[number] = True
            elif _COLUMN.fullmatch(cell):
                columns[number] = False
        # a header holds words only; a row of data holds digits
        if columns and not any(re.search("[0-9]{2}", cell) for cell in cells) and _is_header(cells, columns):
            return _Table(separator, columns, len(cells))
    return None


def _is_header(cells: list[str], columns: dict[int, bool]) -> bool:
    short = all(len(cell) <= 14 for cell in cells)
    return short and (len(cells) >= 3 or len(columns) >= 1) and not any(re.search("[。、:]", cell) for cell in cells)


def _cells(table: _Table, line: str) -> list[tuple[int, str]]:
    cells: list[tuple[int, str]] = []
    at = 0
    stripped = line
    lead = len(line) - len(line.lstrip(" ")) if table.separator in " |" else 0
    at = lead
    stripped = line[lead:]
    for match in _SPLIT[table.separator].finditer(stripped):
        cells.append((at, line[at : lead + match.start()]))
        at = lead + match.end()
    cells.append((at, line[at:]))
    return cells


def _row(view: View, table: _Table, cells: list[tuple[int, str]], start: int) -> Iterator[Mention]:
    shift = 0
    for number in sorted(table.columns):
        index = number + shift
        if index >= len(cells):
            return
        at, cell = cells[index]
        if table.separator == " " and index + 1 < len(cells):
            joined = cell + view.text[start + at + len(cell) : start + cells[index + 1][0]] + cells[index + 1][1]
            if is_given(view, start + cells[index + 1][0], cells[index + 1][1]) and len(cells) > table.width:
                cell = joined
                shift += 1
        mention = header_cell(view, start + at, cell.rstrip(), reading=table.columns[number])
        if mention is not None:
            yield mention


def is_given(view: View, start: int, cell: str) -> bool:
    """Whether a cell of a table can hold a given name."""
    return bool(re.fullmatch(f"[{_LETTERS}]{{1,6}}", cell)) and given_score(view, start, start + len(cell)) > -1.0


def cell_name(view: View, start: int, cell: str) -> Mention | None:
    """The name in a cell of a column that has no header: only what can be a name by itself."""
    match = _CELL.match(cell)
    if match is None or match["name"] in _NONE or _LABEL.fullmatch(match["name"]):
        return None
    name = _TITLE.sub("", match["name"])
    begin = start + match.start("name")
    end = begin + len(name)
    pieces = re.split("[ ・]", name)
    if len(pieces) == 1:
        if name.isascii():
            return None
        block = starting_at(view, begin)
        if block is None or block.end != end or block.score < _ALONE or view.is_ordinary(begin, end):
            return None
        return Mention(begin, end, 0.65, NameParts(block.surname, block.given, KANJI_RUN.match(name) is None), GUESS)
    if name.isascii():
        return (
            None
            if name.islower()
            else Mention(begin, end, 0.65, NameParts(pieces[0], " ".join(pieces[1:]), reading=True), GUESS)
        )
    cut = begin + len(pieces[0])
    first, second = surname_score(view, begin, cut), given_score(view, cut + 1, cut + 1 + len(pieces[1]))
    if (
        second < 0
        or (first + second < _TOGETHER and second < _CERTAIN)
        or len(pieces[1]) > 3 + 3 * (KANJI_RUN.match(pieces[1]) is None)
        or _LABEL.fullmatch(pieces[0])
    ):
        return None
    return Mention(
        begin, end, 0.65, NameParts(pieces[0], name[len(pieces[0]) + 1 :], KANJI_RUN.match(name) is None), GUESS
    )


def header_cell(view: View, start: int, cell: str, *, reading: bool) -> Mention | None:
    """The name in a cell whose header says that it is one: whatever is not plainly something else."""
    match = _CELL.match(cell)
    if match is None:
        return None
    name = _TITLE.sub("", match["name"])
    begin = start + match.start("name")
    end = begin + len(name)
    if name in _NONE or (len(name) > 12 and KANJI_RUN.fullmatch(name)):
        return None
    pieces = re.split("[ ・]", name)
    if len(pieces) == 1 and KANJI_RUN.match(name):
        block = starting_at(view, begin)
        if block is not None and block.end == end and block.score > 0:
            return Mention(begin, end, 0.85, NameParts(block.surname, block.given, reading), "氏名欄")
        if surname_score(view, begin, end) < 0 and len(name) != 1:
            return None
    if len(pieces) == 1 and not KANJI_RUN.match(name) and view.is_ordinary(begin, end) and not reading:
        return None
    parts = NameParts(pieces[0], name[len(pieces[0]) + 1 :], reading or KANJI_RUN.match(name) is None)
    return Mention(begin, end, 0.9, parts, "氏名欄")
