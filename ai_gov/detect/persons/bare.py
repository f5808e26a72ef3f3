"""敬称のない姓: a surname that stands alone as the subject of a sentence, a speaker or one of a list.

The least certain kind: only words that are hardly anything else, where nothing near makes a place, an organisation
or a thing of them.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Iterator
from typing import Final

from ai_gov.detect.persons.blocks import KANJI_RUN, Block, ending_at, starting_at
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import HONORIFIC, NAME_KANJI, OFFICE, THING
from ai_gov.model import NameParts

_SPEAKER: Final = re.compile(
    f"^[ ・○◯●◎◇◆■□<>＞(（【「*-]{{0,3}}(?P<name>[{NAME_KANJI}ァ-ヴー]{{1,6}})(?P<mark>[::)）】」]| {{1,2}}(?=[^ \n]{{8}}))",
    re.MULTILINE,
)
_THING: Final = re.compile(THING)
_INTRODUCED: Final = re.compile(
    f"(?<=[{NAME_KANJI}])(?:です(?:[。、\n]|が|けど|。)|と申し|と申す|と名乗|でございます|と言います|といいます|ほか[0-9])"
)
_INTRODUCER: Final = frozenset("の、,。 \n「(:：")
_PLACE_TALK: Final = re.compile("会場|場所|出身|住所|行先|在住|開催地|所在地")
_LIST_END: Final = re.compile("[、,。\n)」|/\t]| {2}|$|(?:は|が|から|へ|に|を|と|の|も|より|まで)(?![ぁ-ん]{3})")
_LIST_START: Final = frozenset("、,\n/|\t:(「")
_ORGANISATIONS: Final = frozenset(
    [
        "センター",
        "警察",
        "児相",
        "県警",
        "包括",
        "社協",
        "消防",
        "病院",
        "クリニック",
        "役場",
        "市役所",
        "事務局",
        "課",
        "係",
        "室",
        "署",
        "局",
        "支所",
    ]
)
_SEVERAL: Final = 3
_OFFICE: Final = re.compile(f"(?:{OFFICE}|{HONORIFIC})")


def find_bare(view: View) -> Iterator[Mention]:
    """Names without a word that marks them."""
    yield from _full_names(view)
    yield from _introduced(view)
    yield from _in_lists(view)
    yield from _speakers(view)


def _full_names(view: View) -> Iterator[Mention]:
    """A surname and a given name, both read as such: 山田太郎は."""
    tokens = view.tokens
    for number, token in enumerate(tokens):
        if len(token.pos) < 4 or token.pos[2] != "人名":
            continue
        if token.pos[3] == "姓" and number + 1 < len(tokens):
            after = tokens[number + 1]
            if (
                after.start == token.end
                and len(after.pos) > 3
                and after.pos[2] == "人名"
                and after.pos[3] in {"名", "一般"}
            ):
                if not KANJI_RUN.match(token.surface) or _continues(view, after.end):
                    continue
                if _OFFICE.match(view.text, after.start):  # 江連民生委員
                    continue
                score = view.lexicon.surname(token.surface) + view.lexicon.given(after.surface)
                if score >= 3.0 and view.lexicon.given(after.surface) >= 1.0:
                    yield Mention(token.start, after.end, 0.75, NameParts(token.surface, after.surface), "姓名")


def _continues(view: View, end: int) -> bool:
    char = view.after(end)
    if _OFFICE.match(view.text, end):
        return False
    return bool(_THING.match(char)) or bool(KANJI_RUN.match(char))


def _introduced(view: View) -> Iterator[Mention]:
    """名乗り: 見本山です, 犬飼と名乗る, and the greeting of a letter."""
    for match in _INTRODUCED.finditer(view.text):
        end = match.start()
        block = ending_at(view, end)
        if block is None or not block.surname or block.score < (2.0 if view.lexicon.is_word(block.surname) else 1.6):
            continue
        if _PLACE_TALK.search(view.text, max(block.start - 12, 0), block.start):
            continue
        if view.lexicon.is_place(block.surname) and not block.given and view.before(block.start) not in _INTRODUCER:
            continue
        yield Mention(block.start, end, 0.7, NameParts(block.surname, block.given), "名乗り")


def _speakers(view: View) -> Iterator[Mention]:
    """発言者: names before a colon or in brackets at the head of a line, surer where several lines begin so."""
    found: list[tuple[str, Block]] = []
    counts: collections.Counter[str] = collections.Counter()
    for match in _SPEAKER.finditer(view.text):
        start, end = match.span("name")
        block = starting_at(view, start)
        if block is None or block.end != end or block.score < 1.0:
            continue
        if not block.surname:
            if KANJI_RUN.match(block.given):
                continue
            block = Block(start, end, block.score, block.given, "")
        mark = match["mark"].strip() or " "
        found.append((mark, block))
        counts[mark] += 1
        counts[block.surname] += 1
    for mark, block in found:
        needed = 2.0 if counts[mark] < _SEVERAL else 1.5
        if mark == " ":
            needed = 9.0 if counts[block.surname] < 2 and counts[mark] < 2 else 2.2
        elif view.lexicon.is_word(block.surname) and counts[mark] < _SEVERAL:
            needed = 9.0
        elif not KANJI_RUN.match(block.surname):
            needed = 1.4
        if block.score >= needed:
            yield Mention(block.start, block.end, 0.65, NameParts(block.surname, block.given), "発言者")


def _in_lists(view: View) -> Iterator[Mention]:
    """名の並び: surnames that follow a word and stand in a list or at its end (警察益子、保健センター中島)."""
    for number, token in enumerate(view.tokens):
        if len(token.pos) < 4 or token.pos[3] != "姓" or len(token.surface) < 2:
            continue
        if view.lexicon.surname(token.surface) < 2.5 or not _LIST_END.match(view.text, token.end):
            continue
        before = view.before(token.start)
        clear = not view.lexicon.is_place(token.surface) and not view.lexicon.is_word(token.surface)
        if (
            before in _LIST_START
            or (before in " は" and clear)
            or (number and view.tokens[number - 1].surface in _ORGANISATIONS)
        ):
            yield Mention(token.start, token.end, 0.6, NameParts(token.surface, ""), "単独の姓")
