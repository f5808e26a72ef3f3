"""語の照合: every word that any rule knows, found in one pass (Aho-Corasick)."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

import ahocorasick

from ai_gov.detect.candidate import Candidate, Source, sources
from ai_gov.rules.schema import Boundary, Rule, Words

if TYPE_CHECKING:
    from ai_gov.detect.scan import Scan

_DIGITS: Final = frozenset("0123456789")
_ALNUM: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")


class WordIndex:
    """語の索引: gives each word a number, and finds all of them in a text in one pass.

    Filled while the rules are compiled, then frozen by ``build``. Words count in either case.

    >>> index = WordIndex()
    >>> number = index.add("TEL")
    >>> index.build()
    >>> list(index.scan("tel 電話 tel")[number])
    [3, 10]
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._users: dict[int, list[tuple[int, int]]] = {}
        self._user_count = 0
        self._machine: ahocorasick.Automaton | None = None

    def add(self, word: str) -> int:
        """The number of a word."""
        return self._numbers.setdefault(word.replace("İ", "i").lower(), len(self._numbers))

    def add_user(self, words: Iterable[str]) -> int:
        """A number for somebody who asks where any of some words stands (see ``ends``)."""
        user = self._user_count
        self._user_count += 1
        for word in words:
            self._users.setdefault(self.add(word), []).append((user, len(word)))
        return user

    def ends(self, hits: Mapping[int, array[int]]) -> dict[int, list[tuple[int, int]]]:
        """User number → (end, length) of each of its words' occurrences, in no order."""
        found: dict[int, list[tuple[int, int]]] = {}
        for number, positions in hits.items():
            for user, length in self._users.get(number, ()):
                found.setdefault(user, []).extend((end, length) for end in positions)
        return found

    def build(self) -> None:
        """No more words are added from here on."""
        if self._numbers:
            machine = ahocorasick.Automaton()
            for word, number in self._numbers.items():
                machine.add_word(word, number)
            machine.make_automaton()
            self._machine = machine

    def scan(self, folded: str) -> dict[int, array[int]]:
        """Word number → ends (exclusive) of its occurrences, ascending."""
        hits: dict[int, array[int]] = {}
        if self._machine is None:
            return hits
        for last, number in self._machine.iter(folded):
            found = hits.get(number)
            if found is None:
                hits[number] = found = array("q")
            found.append(last + 1)
        return hits


def bounded(text: str, start: int, end: int, boundary: Boundary) -> bool:
    """Whether nothing stands beside a span that its boundary forbids.

    >>> bounded("第12号", 1, 3, "digits"), bounded("A12", 1, 3, "ascii"), bounded("A12", 1, 3, "digits")
    (True, False, True)
    """
    if boundary == "none":
        return True
    forbidden = _DIGITS if boundary == "digits" else _ALNUM
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    return before not in forbidden and after not in forbidden


class WordMatcher:
    """語の規則の照合: candidates of every ``words`` detection."""

    def __init__(self, rules: Mapping[str, Rule], index: WordIndex) -> None:
        self._words: list[tuple[int, int, Source, Boundary]] = [
            (index.add(word), len(word), source, words.boundary)
            for source, words in sources(rules, Words)
            for word in words.words
        ]

    def find(self, scan: Scan) -> Iterable[Candidate]:
        """Every occurrence; overlaps are resolved later."""
        hits = scan.hits
        for number, length, source, boundary in self._words:
            for end in hits.get(number, ()):
                if bounded(scan.text, end - length, end, boundary):
                    yield Candidate(source, end - length, end)
