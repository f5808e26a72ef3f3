"""項目名・続柄・職名の後の名: 申請者：X, 妻X, 課長湯本, 民生委員の保坂, （司会・佐野）, 福祉課荒牧."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ai_gov.detect.persons.blocks import KANJI_RUN, Block, starting_at
from ai_gov.detect.persons.romaji import latin_name
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import BEFORE, BEFORE_FIRST, HONORIFIC, KIN, LABEL, LATIN, NAME_KANJI, OFFICE, THING
from ai_gov.model import NameParts

_LABELLED: Final = re.compile(
    f"(?=[{BEFORE_FIRST}課係室署局班セ業財協公病医クリ夜当後支隣])(?:(?P<kin>{KIN})|(?P<label>{LABEL})|(?P<office>{OFFICE})|(?P<team>[課係室署局班]|センター|{BEFORE}|業者|事務局|財団|協会|公社|病院|医院|クリニック|夜勤|当直|当番|後続|支援員|隣))"
    "(?P<bracket>\\([^()\\n]{0,12}\\))??"
    "(?P<between>[ \t]*[::][ \t]*|[ \t]+|の|[・「(]|は[、 ]?|)"
    f"(?=[{NAME_KANJI}ぁ-ゖァ-ヴ{LATIN}])"
)
_CONTINUES: Final = re.compile(f"[{NAME_KANJI}]")
_THING: Final = re.compile(THING)
_AFTER: Final = re.compile(f" ?(?:{HONORIFIC}|{OFFICE})")
_END: Final = re.compile("[\n,、。/|\t)」』】;;(：:→]|[はがをにのへともで]|から|より|まで|です|さん| |$")
_HIRAGANA_GIVEN: Final = re.compile("[ぁ-ん]{1,3}[子江代枝美恵](?=[)、,。(\n さ様はがを])")
_CELL_END: Final = re.compile("[(\n,、。)」/|]|$")
_CLOSED: Final = re.compile(f"[\n,、。/|\t)」』】;；(（ ]|$| ?(?:{HONORIFIC}|{OFFICE})|と(?:申|名乗)")
_NO_NAME: Final = frozenset(("助詞", "助動詞", "代名詞", "連体詞", "感動詞", "接続詞", "動詞", "副詞"))
_COLON: Final = frozenset("::")


def find_labelled(view: View) -> Iterator[Mention]:
    """Names after a word that says whose they are."""
    for match in _LABELLED.finditer(view.text):
        kind = match.lastgroup if match.lastgroup not in {"bracket", "between"} else ""
        kind = next(name for name in ("kin", "label", "office", "team") if match[name])
        if (
            view.is_letter(view.before(match.start()))
            and not view.is_boundary(match.start())
            and kind in {"kin", "label"}
        ):
            continue
        mention = _named(view, match.end(), kind, match["between"])
        if mention is not None:
            yield mention


def _named(view: View, start: int, kind: str, between: str) -> Mention | None:
    colon = bool(between.strip()) and between.strip()[0] in _COLON
    if latin := latin_name(view, start, certain=colon and kind in {"label", "kin"}):
        return latin
    if not between and not view.is_boundary(start):
        return None
    token = view.token_at(start)
    hiragana = "ぁ" <= view.text[start] <= "ゖ"
    if hiragana and (((token is None or token.pos[0] in _NO_NAME) and kind != "kin") or not (kind == "kin" or colon)):
        return None
    block = starting_at(view, start)
    if kind == "kin" and (mixed := _HIRAGANA_GIVEN.match(view.text, start)) is not None:
        block = Block(start, mixed.end(), 1.4, "", mixed[0])
    if block is not None and _AFTER.fullmatch(view.text, block.start, block.end):
        return None
    if (
        block is not None
        and not between
        and kind != "kin"
        and (view.is_ordinary(start, block.end) or view.text[start : block.end] == "長")
    ):
        return None
    if block is None or block.score < _threshold(
        view, block, kind, between, colon=colon and bool(_CLOSED.match(view.text, block.end))
    ):
        return None
    if not _ends(view, block):
        return None
    reading = KANJI_RUN.match(view.text, block.start) is None
    return Mention(block.start, block.end, 0.75, NameParts(block.surname, block.given, reading), "項目名")


def _threshold(view: View, block: Block, kind: str, between: str, *, colon: bool) -> float:
    given_only = bool(block.given and not block.surname)
    if len(block.surname or block.given) == 1 and not block.given * bool(block.surname) and not colon:
        if kind == "kin" and between in {"", "の"}:
            return 0.5 if between == "" else 1.6 if _CELL_END.match(view.text, block.end) else 1.5
        return 1.6 if between.strip(" ") == "" and between and kind == "label" else 9.0
    if between.startswith("は"):
        return 2.0
    if kind == "kin":
        return 0.6 if not between or between == "の" or colon or between.isspace() else 1.2
    if given_only:
        return 1.6 if colon and kind == "label" else 9.0
    if kind == "label":
        return 0.5 if colon else 1.3 if between.isspace() or between == "の" else 2.0
    if kind == "office":
        return 1.6 if colon or between in {"の", "・"} or between.isspace() else 2.0 if not between else 2.4
    if between.isspace():
        return 1.9 if _CELL_END.match(view.text, block.end) else 9.0
    return 2.1 if not between or colon or between == "の" else 9.0


def _ends(view: View, block: Block) -> bool:
    if _AFTER.match(view.text, block.end):
        return True
    if block.end - block.start == 1 and not _END.match(view.text, block.end):
        return False
    char = view.after(block.end)
    if _THING.match(char) and view.text[block.end : block.end + 2] != "本人":
        return False
    return bool(_END.match(view.text, block.end)) or not _CONTINUES.match(char)
