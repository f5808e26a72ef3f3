"""発言者・送信者: who speaks at the beginning of lines (見本「はい」, 見本 9:02 了解です), several times in one text."""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator
from typing import Final

from ai_gov.detect.persons.spans import KANA, NAME
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA, NOT_NAMED
from ai_gov.model import NameParts

_LINE: Final = re.compile(
    f"^[ >]*(?P<name>[{KANJI}ヶケノツ]{{1,5}}|[{KATAKANA}]{{2,8}}|[{HIRAGANA}ー]{{2,6}})"
    f" ?(?=(?P<quote>「)|(?P<time>\\d{{1,2}}:\\d{{2}}(?::\\d{{2}})?[ \t]+(?![発着])[{KANJI}{HIRAGANA}{KATAKANA}]))",
    re.MULTILINE,
)
_LINES: Final = 2
"""A word that opens fewer lines may be a heading."""


def find_speakers(view: View) -> Iterator[Mention]:
    """Names that open lines of talk or of a log of messages; a word that is no name (職員「) opens them too."""
    opened: collections.defaultdict[str, list[re.Match[str]]] = collections.defaultdict(list)
    for match in _LINE.finditer(view.text):
        opened[match.lastgroup or ""].append(match)
    for lines in opened.values():
        counts = collections.Counter(match["name"] for match in lines)
        sure = [_is_name(view, match) for match in lines]
        for match, certain in zip(lines, sure, strict=True):
            name = match["name"]
            if len(lines) < _LINES or (counts[name] < _LINES and len(lines) == _LINES):
                continue
            if certain or (any(sure) and _may_be(view, name)):
                given = view.lexicon.given(name) > view.lexicon.surname(name)
                reading = name[0] <= "ー"
                parts = NameParts("", name, reading) if given else NameParts(name, "", reading)
                yield Mention(match.start("name"), match.end("name"), 0.7, parts, "発言者")


def _is_name(view: View, match: re.Match[str]) -> bool:
    name = match["name"]
    if not _may_be(view, name):
        return False
    return bool(view.lexicon.surname(name)) or not view.is_ordinary(match.start("name"), match.end("name"))


def _may_be(view: View, name: str) -> bool:
    """Whether the lists have it as a name: one that is a word too (つむぎ) needs another speaker beside it."""
    return name not in NOT_NAMED and bool(view.lexicon.look(name).flags & (NAME | KANA))
