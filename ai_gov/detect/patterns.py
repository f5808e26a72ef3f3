"""正規表現の照合: RE2 patterns, each run only on texts that hold a string it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Final

import re2

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.detect.numbers import identifier
from ai_gov.detect.prefilter import Needs, atoms, needs
from ai_gov.detect.scan import Encoded, Scan
from ai_gov.detect.words import WordIndex, bounded
from ai_gov.rules.lint import LONGEST, options, width
from ai_gov.rules.schema import Boundary, Regex, Rule

VALUE: Final = "value"
SLASHES: Final = {ord("/"): "-", ord("_"): "-"}  # odd separators, which a context excuses
_HEAVY: Final = 400  # size of a program from which RE2 is slow to walk a text
_SPARSE: Final = 800  # characters of text for each window; with less, one pass over the whole text costs less
_SPARSE_HEAVY: Final = 40


class Pattern:
    """式: a compiled pattern with the strings it needs.

    ``user``: under which number ``Scan.ends`` says where these stand; ``chars``: single characters of which one must be
    there; with ``always`` nothing is known that it needs.
    """

    __slots__ = ("_compiled", "_group", "_numeric", "_sparse", "_width", "always", "chars", "needs", "text", "user")

    def __init__(self, text: str, index: WordIndex, *, ignore_case: bool = False) -> None:
        self.text = text
        self._compiled = re2.compile(text, options(ignore_case=ignore_case))
        self._group = self._compiled.groupindex.get(VALUE, 0)
        needed = atoms(text)
        heavy = self._compiled.programsize >= _HEAVY
        # A string of one character may be frequent: a light pattern only asks whether it is there at all.
        self.chars = () if needed is None or heavy else tuple(sorted(atom for atom in needed if len(atom) == 1))
        self.always = needed is None
        self._sparse = _SPARSE_HEAVY if heavy else _SPARSE
        self.user = index.add_user(atom for atom in needed or () if atom not in self.chars)
        self._width = width(text) or LONGEST
        self.needs = needs(text)
        self._numeric = "0-9" in text or r"\d" in text

    def spans(self, scan: Scan) -> Iterator[tuple[int, int]]:
        """Where it matches (its value), in the normalised text and then, if it is about digits, in the digit view."""
        for low, high in self._windows(scan):
            yield from self._spans(scan.encoded, scan.encoded.byte(low), scan.encoded.byte(high))
        if self._numeric and (view := scan.view) is not None:
            for low, high in _around(scan.changed, self._width, len(scan.text)):
                yield from self._spans(view, view.byte(low), view.byte(high))

    def _windows(self, scan: Scan) -> Iterator[tuple[int, int]]:
        """The parts of a text in which a match can lie: around the strings it needs, merged where they touch."""
        size = len(scan.text)
        if self.always or any(char in scan.folded for char in self.chars):
            yield 0, size
            return
        ends = scan.ends.get(self.user)
        if not ends:
            return
        if len(ends) * self._sparse > size:
            yield 0, size
            return
        ends.sort()
        yield from _around([(end - length, end) for end, length in ends], self._width, size)

    def _spans(self, encoded: Encoded, low: int, high: int) -> Iterator[tuple[int, int]]:
        group = self._group
        for match in self._compiled.finditer(encoded.data, low, high):
            start, end = match.span(group)
            if start >= 0:
                yield encoded.char(start), encoded.char(end)

    def search(self, piece: str) -> bool:
        """Whether it matches somewhere in a short piece."""
        return self._compiled.search(piece.encode("utf-8", "replace")) is not None

    def within(self, piece: str) -> Iterator[tuple[int, int]]:
        """Where it matches (its value) in a short piece."""
        for match in self._compiled.finditer(piece):
            start, end = match.span(self._group)
            if start >= 0:
                yield start, end


class Possible:
    """当てはまりうる式: of many patterns those whose strings stand in a text, without asking each."""

    __slots__ = ("_always", "_by_char", "_by_user")

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._always: list[tuple[int, Needs]] = []
        self._by_char: dict[str, list[int]] = {}
        self._by_user: dict[int, list[int]] = {}
        for number, pattern in enumerate(patterns):
            if pattern.always:
                self._always.append((number, pattern.needs))
                continue
            self._by_user.setdefault(pattern.user, []).append(number)
            for char in pattern.chars:
                self._by_char.setdefault(char, []).append(number)

    def numbers(self, scan: Scan) -> list[int]:
        """The numbers of the patterns that may match, ascending."""
        characters = scan.characters
        found = {
            number
            for number, wanted in self._always
            if wanted.digits <= scan.longest_digits and all(not characters.isdisjoint(chars) for chars in wanted.sets)
        }
        for user in scan.ends.keys() & self._by_user.keys():
            found.update(self._by_user[user])
        for char in characters & self._by_char.keys():
            found.update(self._by_char[char])
        return sorted(found)


def _around(places: Sequence[tuple[int, int]], width: int, size: int) -> Iterator[tuple[int, int]]:
    """Windows in which a match of at most ``width`` characters that touches a place lies, merged where they meet."""
    low, high = 0, -1
    for start, end in places:
        if end - width > high:
            if high >= 0:
                yield low, high
            low = max(0, end - width)
        high = max(high, min(size, start + width))
    if high >= 0:
        yield low, high


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
        self._possible = Possible(pattern for pattern, *_ in self._patterns)

    def find(self, scan: Scan) -> Iterable[Candidate]:
        """Every match; overlaps are resolved later."""
        for number in self._possible.numbers(scan):
            pattern, source, boundary, module = self._patterns[number]
            for span in set(pattern.spans(scan)):
                start, end = trimmed(scan.text, *span)
                if start == end or not bounded(scan.text, start, end, boundary):
                    continue
                if module is not None and not module.is_valid(scan.reading.digits[start:end].translate(SLASHES)):
                    continue
                yield Candidate(source, start, end, confirmed=module is not None)
