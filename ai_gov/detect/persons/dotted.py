"""中黒で区切った名: レ・ティ・ホア, スレーヤ・カーン."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import HONORIFIC, KATAKANA, NAME_KANJI
from ai_gov.model import NameParts

_DOTTED: Final = re.compile(
    f"(?<![{KATAKANA}・])[{KATAKANA}]{{1,12}}(?:[・=][{KATAKANA}]{{1,12}}){{1,4}}(?![{KATAKANA}・{NAME_KANJI}])"
)
_AFTER: Final = re.compile(f" ?(?:{HONORIFIC})")
_EDGE: Final = frozenset("\n\t ,/|()、。:「」はがをにのへとも")


def find_dotted(view: View) -> Iterator[Mention]:
    """Names in katakana with a middle dot, one part of which the lexicon has and no part of which is a word."""
    for match in _DOTTED.finditer(view.text):
        start, end = match.span()
        named = _AFTER.match(view.text, end) is not None
        if not named and view.after(end) not in _EDGE:
            continue
        known = 0
        at = start
        for part in re.split("[・=]", match[0]):
            name = view.lexicon.kana_name(part) and not view.lexicon.is_word(part)
            known += name
            if not name and len(part) > 1 and view.is_ordinary(at, at + len(part)):
                known = -9
            at += len(part) + 1
        if known > 0:
            surname, _, given = match[0].replace("=", "・").partition("・")
            yield Mention(start, end, 0.7 + 0.2 * named, NameParts(surname, given, reading=True), "片仮名の名")
