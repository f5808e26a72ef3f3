"""正規表現の照合: RE2 patterns, each run only on texts that hold a string it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Final

import re2

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.numbers import identifier
from ai_gov.detect.prefilter import atoms
from ai_gov.detect.scan import Encoded, Scan
from ai_gov.detect.words import WordIndex, bounded
from ai_gov.rules.lint import LONGEST, options, width
from ai_gov.rules.schema import Boundary, Regex, Rule

VALUE: Final = "value"
_MANY: Final = 200  # windows, above which one pass over the whole text costs less


class Pattern:
    """式: a compiled pattern with the strings it needs."""

    __slots__ = ("_compiled", "_group", "_needed", "_numeric", "_width", "text")

    def __init__(self, text: str, index: WordIndex, *, ignore_case: bool = False) -> None:
        self.text = text
        self._compiled = re2.compile(text, options(ignore_case=ignore_case))
        self._group = self._compiled.groupindex.get(VALUE, 0)
        needed = atoms(text)
        self._needed = None if needed is None else {index.add(atom): len(atom) for atom in needed}
        self._width = width(text) or LONGEST
        self._numeric = "0-9" in text or r"\d" in text

    def spans(self, scan: Scan) -> Iterator[tuple[int, int]]:
        """Where it matches (its value), in the normalised text and then, if it is about digits, in the digit view."""
        if self._needed is None:
            yield from self._spans(scan.encoded, 0, len(scan.encoded.data))
        else:
            for low, high in self._windows(scan):
                yield from self._spans(scan.encoded, scan.encoded.byte(low), scan.encoded.byte(high))
        if self._numeric and (view := scan.view) is not None:
            yield from self._spans(view, 0, len(view.data))

    def _windows(self, scan: Scan) -> Iterator[tuple[int, int]]:
        """The parts of a text in which a match can lie: around the strings it needs, merged where they touch."""
        hits = scan.hits
        assert self._needed is not None
        needed = self._needed
        ends = [(end, needed[number]) for number in needed.keys() & hits.keys() for end in hits[number]]
        if not ends:
            return
        size = len(scan.text)
        if len(ends) > _MANY or len(ends) * self._width > size:
            yield 0, size
            return
        ends.sort()
        low, high = -1, -1
        for end, length in ends:
            if low < 0 or end - self._width > high:
                if high >= 0:
                    yield low, high
                low = max(0, end - self._width)
            high = min(size, end - length + self._width)
        yield low, high

    def _spans(self, encoded: Encoded, low: int, high: int) -> Iterator[tuple[int, int]]:
        group = self._group
        for match in self._compiled.finditer(encoded.data, low, high):
            start, end = match.span(group)
            if start >= 0:
                yield encoded.char(start), encoded.char(end)

    def search(self, piece: str) -> bool:
        """Whether it matches somewhere in a short piece."""
        return self._compiled.search(piece) is not None

    def within(self, piece: str) -> Iterator[tuple[int, int]]:
        """Where it matches (its value) in a short piece."""
        for match in self._compiled.finditer(piece):
            start, end = match.span(self._group)
            if start >= 0:
                yield start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without blanks at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


class PatternMatcher:
    """正規表現の規則の照合: candidates of every ``regex`` detection."""

    def __init__(self, rules: Mapping[str, Rule], index: WordIndex) -> None:
        self._patterns: list[tuple[Pattern, Source, Boundary, ModuleType | None]] = [
            (
                Pattern(text, index, ignore_case=regex.ignore_case),
                source,
                regex.boundary,
                identifier(regex.identifier) if regex.identifier else None,
            )
            for source, regex in sources(rules, Regex)
            for text in regex.patterns
        ]

    def find(self, scan: Scan) -> Iterable[Candidate]:
        """Every match; overlaps are resolved later."""
        for pattern, source, boundary, module in self._patterns:
            for span in set(pattern.spans(scan)):
                start, end = trimmed(scan.text, *span)
                if start == end or not bounded(scan.text, start, end, boundary):
                    continue
                if module is not None and not module.is_valid(scan.reading.digits[start:end]):
                    continue
                yield Candidate(source, start, end, confirmed=module is not None)
