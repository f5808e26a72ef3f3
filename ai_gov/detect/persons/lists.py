"""並んだ名: where one of a list is a name, its neighbours are (折原、田原, 安部または国井, 武蔵と千坂)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from ai_gov.detect.persons.blocks import UNLISTED, Block, ending_at, starting_at
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import HONORIFIC, NAME_KANJI, OFFICE, THING
from ai_gov.model import NameParts

_JOINT: Final = f"(?:(?:{HONORIFIC}|{OFFICE})?(?:\\([^()\\n]{{0,12}}\\))?)(?: ?[、・,&] ?|と|または|又は|及び|および|や|か|、?その.と)"
_NEXT: Final = re.compile(f"{_JOINT}(?=[{NAME_KANJI}])")
_BEFORE: Final = re.compile(f"(?<=[{NAME_KANJI}]){_JOINT}$")
_THING: Final = re.compile(f"{THING}|[{NAME_KANJI}]")
_TITLE: Final = re.compile(f" ?(?:{HONORIFIC}|{OFFICE}|ほか)")
_NEEDED: Final = 2.0
_GIVEN_NEEDED: Final = 1.6


def find_neighbours(view: View, names: Collection[Mention]) -> Iterator[Mention]:
    """Names beside a name, joined by 、, と, または and the like; onwards and backwards along the list."""
    known = {name.start for name in names}
    ends = {name.end for name in names}
    for name in names:
        end = name.end
        while (joint := _NEXT.match(view.text, end)) is not None:
            block = starting_at(view, joint.end())
            if block is None or not (_is_next(view, block) or (name.parts.given and _is_given(view, block))):
                break
            if _THING.match(view.after(block.end)) and not _TITLE.match(view.text, block.end):
                break
            if block.start in known:
                break  # walked from there, or found otherwise
            known.add(block.start)
            yield Mention(block.start, block.end, 0.6, NameParts(block.surname, block.given), "並記")
            end = block.end
        start = name.start
        while (joint := _BEFORE.search(view.text, max(start - 24, 0), start)) is not None:
            block = ending_at(view, joint.start())
            if block is None or not _is_next(view, block):
                break
            if block.end in ends:
                break
            ends.add(block.end)
            yield Mention(block.start, block.end, 0.6, NameParts(block.surname, block.given), "並記")
            start = block.start


def _is_next(view: View, block: Block) -> bool:
    needed = _NEEDED + (0.3 if view.lexicon.is_word(block.surname) else 0.0)
    return bool(block.surname) and block.score >= needed


def _is_given(view: View, block: Block) -> bool:
    """Whether it is a given name and hardly anything else: 蓮、結衣."""
    if block.surname:
        return False
    given = view.lexicon.given(block.given)
    return given >= _GIVEN_NEEDED or (not given and view.lexicon.like_given(block.given) and block.score > UNLISTED)
