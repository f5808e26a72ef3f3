"""目印の語: the words around names (申請者, 妻, 課長, 福祉課 before; さん, 係長, 夫妻 after), found in one pass."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import ahocorasick

from ai_gov.detect.persons.words import AFTER_WORDS, BEFORE_WORDS

HONORIFIC: Final = "敬称"
OFFICE: Final = "職名"
FOLLOWING: Final = "一家"
KIN: Final = "続柄"
LABEL: Final = "項目名"
TEAM: Final = "所属"


DETAIL: Final = "人の事項"
_DETAIL: Final = re.compile(
    r"[( ・](?=[小中高大]\d(?!\d)|[小中高]校?生|年[長中少](?!者)|\d{1,3}[歳才]|生後|未就学|会計年度|[男女](?:[)、・ ]|性)"
    r"|\d年(?:\d組|生|目|[男女)])|\d-\d[)、]|[明大昭平令][和正治成] ?\d|[MTSHR]\d)"
)
"""What is said of somebody behind the name: みのり(小4), 見本(2年女子), みのり・年中."""


class Mark(NamedTuple):
    """目印: a word, where it stands, and what it says of the name beside it."""

    start: int
    end: int
    kind: str


class Marks:
    """目印の一覧: ``after`` by where a word starts that may follow a name, ``before`` by where one ends that may precede.

    ``details``: where something begins that is said of a person.
    """

    __slots__ = ("after", "before", "details", "kin")

    def __init__(self, text: str) -> None:
        self.details = {match.start() for match in _DETAIL.finditer(text)}
        self.kin: set[int] = set()  # where a word such as 妻 starts
        self.after: dict[int, Mark] = {}
        self.before: dict[int, Mark] = {}
        after, before = self.after, self.before
        # The automaton reports by end, the shortest last: of words with one end the first is the longest.
        for last, (size, follows, precedes) in _automaton().iter(text):
            start, end = last + 1 - size, last + 1
            if precedes == KIN:
                self.kin.add(start)
            if follows and not (follows == HONORIFIC and text[end : end + 1] == "印"):  # a trade name
                known = after.get(start)
                if known is None or known.end < end:
                    after[start] = Mark(start, end, follows)
            if precedes and end not in before:
                before[end] = Mark(start, end, precedes)


def _words() -> Iterator[tuple[str, str, str]]:
    follows = {word: kind for kind, words in AFTER_WORDS.items() for word in words.split()}
    precedes = {word: kind for kind, words in BEFORE_WORDS.items() for word in words.split()}
    for word in sorted(follows.keys() | precedes.keys()):
        yield word, follows.get(word, ""), precedes.get(word, "")


@functools.cache
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for word, follows, precedes in _words():
        automaton.add_word(word, (len(word), follows, precedes))
    automaton.make_automaton()
    return automaton
