"""見出しの照合: values that their label explains, in a line of a form or in a column of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Final

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.numbers import identifier
from ai_gov.detect.patterns import SLASHES, Pattern, Possible, trimmed
from ai_gov.detect.scan import Scan
from ai_gov.detect.words import WordIndex, bounded
from ai_gov.rules.schema import Labelled, Rule

# Between a label and its value: a note in brackets, a particle or a sign, and at most one line break.
SEPARATOR: Final = (
    r"(?:\([^()\n]{0,20}\))?[ \t]{0,4}(?:の?欄)?(?:[はが](?:順に|それぞれ|上から)?|として|に?は|[をのもに]|=>|->|→|⇒)?"
    r"[ \t]{0,2}[\"'」』】\]\)]{0,2}[ \t]{0,4}"
    r"[:=|/,、・]{0,2}[ \t]{0,8}(?:\n[ \t]{0,8})?[\"'「『〔\[\(]{0,2}(?:No\.?|№)?[ \t]{0,2}(?:[一-龥ァ-ヶ]{0,5}第 ?)?"
)
_HEADER_BEFORE: Final = r"(?s:.){0,10}"
_HEADER_AFTER: Final = r"[)\]】]?[ ]?(?:\([^()]{0,20}\)|[*※:]){0,2}"
_LINE: Final = 200
_GOES_ON: Final = re.compile(
    r"(?:[ \t]{1,2}|-?\n[ \t]{0,8})[0-9]{3,8}(?![0-9A-Za-z,.:/年月日時分円件人名期回%個枚番号丁-])"
)
_MOST_DIGITS: Final = 16
_FIRST: Final = 6  # digits of a first group that others may follow


class _Compiled:
    """A detection ready to run."""

    __slots__ = ("column", "detection", "header", "inline", "module", "source", "value")

    def __init__(self, source: Source, detection: Labelled, index: WordIndex) -> None:
        labels = "|".join(detection.labels)
        self.source = source
        self.detection = detection
        self.inline = (
            Pattern(f"(?:{labels}){SEPARATOR}(?P<value>{detection.value})", index, ignore_case=True)
            if "inline" in detection.where
            else None
        )
        self.column = "column" in detection.where
        self.header = Pattern(rf"^{_HEADER_BEFORE}(?:{labels}){_HEADER_AFTER}$", index, ignore_case=True)
        self.value = Pattern(f"(?P<value>{detection.value})", index, ignore_case=True)
        self.module: ModuleType | None = identifier(detection.identifier) if detection.identifier else None


class LabelMatcher:
    """見出しの規則の照合: candidates of every ``labelled`` detection."""

    def __init__(self, rules: Mapping[str, Rule], index: WordIndex) -> None:
        self._all = [_Compiled(source, labelled, index) for source, labelled in sources(rules, Labelled)]
        self._columns = [one for one in self._all if one.column]
        self._inline = [(one, one.inline) for one in self._all if one.inline is not None]
        self._possible = Possible(pattern for _, pattern in self._inline)

    def find(self, scan: Scan) -> Iterable[Candidate]:
        """Every value with a label; overlaps are resolved later."""
        for number in self._possible.numbers(scan):
            one, pattern = self._inline[number]
            for start, end in set(pattern.spans(scan)):
                if not _below_other_column(scan.text, start):
                    yield from _checked(one, scan, start, end)
        yield from self._in_columns(scan)

    def _in_columns(self, scan: Scan) -> Iterator[Candidate]:
        wanted: dict[int, list[_Compiled]] = {}
        for cell in scan.cells:
            here = wanted.get(cell.head_start)
            if here is None:
                head = scan.text[cell.head_start : cell.head_end]
                here = wanted[cell.head_start] = [one for one in self._columns if one.header.search(head)]
            for one in here:
                value = scan.reading.digits[cell.start : cell.end]
                for start, end in one.value.within(value):
                    yield from _checked(one, scan, cell.start + start, cell.start + end)


def _checked(one: _Compiled, scan: Scan, start: int, end: int) -> Iterator[Candidate]:
    start, end = trimmed(scan.text, start, end)
    if start == end or not bounded(scan.text, start, end, one.detection.boundary):
        return
    if one.module is not None and not one.module.is_valid(scan.reading.digits[start:end].translate(SLASHES)):
        return
    if one.module is None:
        end = _whole(scan.reading.digits, start, end)
    yield Candidate(one.source, start, end, anchored=True, confirmed=one.module is not None)


def _whole(view: str, start: int, end: int) -> int:
    r"""Where a number of digits alone ends that goes on behind a blank or in the next line.

    >>> _whole("12 3456 7890 様", 0, 2), _whole("0012\n345678", 0, 4), _whole("0012 2026年", 0, 4)
    (12, 11, 4)
    """
    if end - start > _FIRST or not view[start:end].isdecimal():
        return end
    while (more := _GOES_ON.match(view, end)) is not None:
        if sum(map(str.isdecimal, view[start : more.end()])) > _MOST_DIGITS:
            break
        end = more.end()
    return end


def _below_other_column(text: str, value: int) -> bool:
    """Whether the value begins a line and the label above it is the last of several headers, so not this value's."""
    line = text.rfind("\n", max(0, value - _LINE), value)
    if line < 0 or text[line:value].strip(" \t\n\"'「『(["):
        return False
    above = text[text.rfind("\n", max(0, line - _LINE), line) + 1 : line]
    return any(delimiter in above.strip() for delimiter in ",\t|")
