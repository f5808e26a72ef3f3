"""二度目からの言及: once a full name is known, its surname or given name alone is that person's.

Found anywhere in the text, before or after, by one automaton over all known parts: linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import ahocorasick

from ai_gov.detect.persons.blocks import KANJI_RUN
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import FOLLOWING, HONORIFIC, KIN, OFFICE, THING
from ai_gov.model import NameParts

_AFTER: Final = re.compile(f" ?(?:{HONORIFIC}|{OFFICE}|{FOLLOWING})")
_KIN: Final = re.compile(f"(?:{KIN})[のは:： ]?$")
_THING: Final = re.compile(THING)
_PARTICLE: Final = re.compile(
    "[はがをにのへともで]|から|より|まで|です|って|たち|だ|や[^ぁ-ん]|[\n 、,。・:)(」』/\t|→]|$"
)
_OPEN: Final = frozenset("\n 、,。・:(「『/\t|>→※")
_SELDOM_A_WORD: Final = 1.6
_MUNICIPALITY: Final = re.compile("市|町|村|県")
_ORGANISATION: Final = re.compile(
    "(?:小|中|高|大)?学校|中学|株式会社|有限会社|建設|工業|製作所|製薬|商店|商事|病院|医院|歯科|眼科|内科|クリニック|薬局|食堂|バレエ|教室|"
    "市|町|村|区|県|駅|橋|川|山|神社|寺|地区|団地|公園|城|川|島|台|通り|丁目|不動産|造園|酒造|酒店|旅館|ホテル|スーパー|ファーム|農園|組|錦"
)


def find_again(view: View, names: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions of known persons by a part of their name."""
    automaton = _automaton(view, names)
    if automaton is None:
        return
    for last, (word, parts) in automaton.iter(view.text):
        end = last + 1
        start = end - len(word)
        if _stands_alone(view, start, end, word, given=not parts.surname):
            yield Mention(start, end, 0.7, parts, "既出")


def _automaton(view: View, names: Iterable[Mention]) -> ahocorasick.Automaton | None:
    known: dict[str, NameParts] = {}
    for name in names:
        surname, given, reading = name.parts.surname, name.parts.given, name.parts.reading
        whole = view.text[name.start : name.end]
        if surname and given and len(whole) > 2:
            known[whole] = name.parts
            joined = whole.replace(" ", "")
            if joined != whole and len(joined) > 2:
                known.setdefault(joined, name.parts)
        if surname and (len(surname) > 1 or not reading):
            known.setdefault(surname, NameParts(surname, "", reading))
        for part in given.replace("・", " ").split(" ") if reading else [given]:
            if part and (len(part) > 1 or KANJI_RUN.match(part)):
                known.setdefault(part, NameParts("", part, reading))
    if not known:
        return None
    automaton = ahocorasick.Automaton()
    for word, parts in known.items():
        automaton.add_word(word, (word, parts))
    automaton.make_automaton()
    return automaton


def _stands_alone(view: View, start: int, end: int, word: str, *, given: bool) -> bool:
    before, after = view.before(start), view.after(end)
    if _MUNICIPALITY.match(view.text, end):
        return False
    named = bool(_AFTER.match(view.text, end)) and view.is_boundary(end)
    if not named and (_ORGANISATION.match(view.text, end) or (_THING.match(after) and not view.is_boundary(end))):
        return False
    if KANJI_RUN.match(word):
        return _kanji_alone(view, start, end, word, given=given, named=named)
    if word.isascii() or after.isascii():
        if before.isascii() and before.isalnum():
            return False
        if after.isascii() and after.isalnum():
            return False
    if ord(word[0]) < 0x3097 and ord(word[0]) >= 0x3041:  # hiragana: needs a mark on both sides
        left = before in _OPEN or view.is_kanji(before) or view.is_boundary(start)
        return left and (
            named
            or (before in _OPEN and bool(_PARTICLE.match(view.text, end)))
            or bool(_KIN.search(view.text, max(start - 8, 0), start))
        )
    if "ァ" <= word[0] <= "ヴ":
        return not ("ァ" <= before <= "ー") and not ("ァ" <= after <= "ー")
    return True


def _kanji_alone(view: View, start: int, end: int, word: str, *, given: bool, named: bool) -> bool:
    before, after = view.before(start), view.after(end)
    left = not KANJI_RUN.match(before) or view.is_boundary(start)
    if not left:
        return False
    if named:
        return True
    right = not KANJI_RUN.match(after) or view.is_boundary(end)
    if not right or _THING.match(after):
        return False
    if len(word) > 1 and not given:
        return bool(_PARTICLE.match(view.text, end)) or not view.is_ordinary(start, end)
    if len(word) == 1 or (given and view.lexicon.is_word(word)) or view.lexicon.flags(word) == 0:
        seldom = given and view.lexicon.given(word) >= _SELDOM_A_WORD
        ordinary = not seldom and (len(word) == 1 or view.is_ordinary(start, end))
        opened = before in _OPEN or bool(_KIN.search(view.text, max(start - 8, 0), start))
        return (opened or not ordinary) and bool(_PARTICLE.match(view.text, end))
    return not KANJI_RUN.match(after) or view.is_boundary(end)
