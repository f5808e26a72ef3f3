"""続け書きの氏名: a surname and a given name that the dictionary reads as such, one behind the other (山田太郎は).

The surest sign that text itself can give, whatever stands around it; a tool's name or a heading with nothing else in
it has no context for the tagger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from ai_gov.detect.persons.blocks import KANJI_RUN
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import HONORIFIC, OFFICE, THING
from ai_gov.detect.reading import Token
from ai_gov.model import NameParts

_OFFICE: Final = re.compile(f"(?:{OFFICE}|{HONORIFIC})")
_THING: Final = re.compile(THING)
_SURE: Final = 3.0
_SURE_GIVEN: Final = 1.0


def find_written(view: View) -> Iterator[Mention]:
    """Names written in one, both parts known."""
    for first, second in pairwise(view.tokens):
        if _is(first, "姓") and second.start == first.end and (_is(second, "名") or _is(second, "一般")):
            if not KANJI_RUN.match(first.surface) or _goes_on(view, second.end):
                continue
            if _OFFICE.match(view.text, second.start):  # 江連民生委員
                continue
            given = view.lexicon.given(second.surface)
            if given >= _SURE_GIVEN and view.lexicon.surname(first.surface) + given >= _SURE:
                yield Mention(first.start, second.end, 0.75, NameParts(first.surface, second.surface), "姓名")


def _is(token: Token, kind: str) -> bool:
    return len(token.pos) > 3 and token.pos[2] == "人名" and token.pos[3] == kind


def _goes_on(view: View, end: int) -> bool:
    """Whether the word goes on, as in the name of a hall (山田太郎記念館)."""
    if _OFFICE.match(view.text, end):
        return False
    char = view.after(end)
    return bool(_THING.match(char)) or bool(KANJI_RUN.match(char))
