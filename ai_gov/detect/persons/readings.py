"""氏名の読み: kana in brackets or after a comma behind a name that was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import HIRAGANA, HONORIFIC, KATAKANA, LATIN
from ai_gov.model import NameParts

_KANA: Final = re.compile(
    f" ?(?:{HONORIFIC})?[ 　]?[(〈《[]"
    f"(?:読み|よみ|ふりがな|フリガナ|カナ)?[::]?(?P<kana>[{HIRAGANA}ー]{{2,8}}(?:[ ・][{HIRAGANA}ー]{{1,8}})?"
    f"|[{KATAKANA}]{{2,10}}(?:[ ・][{KATAKANA}]{{1,10}}){{0,4}}"
    f"|[{LATIN}]{{2,}}(?: [{LATIN}]{{2,}}){{0,4}})(?:さん|様|ちゃん|くん)?[)〉》\\],、]"
)
_APART: Final = re.compile(f" ?[ ,\t/](?P<kana>[{KATAKANA}]{{3,8}}(?: [{KATAKANA}]{{1,8}})?)(?=[ ,\t/\n])")
_NO_READING: Final = frozenset(
    [
        "さん",
        "さま",
        "くん",
        "ちゃん",
        "ちち",
        "はは",
        "おや",
        "こども",
        "いとこ",
        "おい",
        "めい",
        "パート",
        "ママ",
        "パパ",
        "リーダー",
        "サブ",
    ]
)


def find_readings(view: View, names: Iterable[Mention]) -> Iterator[Mention]:
    """The readings that stand behind names."""
    for name in names:
        match = _KANA.match(view.text, name.end) or _APART.match(view.text, name.end)
        if match is None or match["kana"] in _NO_READING:
            continue
        start, end = match.span("kana")
        token = view.token_at(start)
        if token is not None and token.end == end and token.pos[2:3] == ("地名",):
            continue  # where the person is from
        pieces = re.split("[ ・]", match["kana"], maxsplit=1)
        known = any(
            view.lexicon.given_reading(piece) or view.lexicon.surname_reading(piece) or view.lexicon.kana_name(piece)
            for piece in pieces
        )
        if match.re is _APART and not known:
            continue
        if len(pieces) == 1 and not known and (view.is_ordinary(start, end) or match["kana"].isascii()):
            continue
        surname, given = (
            (pieces[0], pieces[1])
            if len(pieces) > 1
            else ("", pieces[0])
            if not name.parts.surname
            else (pieces[0], "")
        )
        yield Mention(start, end, 0.85, NameParts(surname, given, reading=True), "読み")
