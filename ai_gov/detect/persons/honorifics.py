"""敬称・職名の前の名: 早乙女さん, みなもとゆうこ様, 藤本副主幹, ロドリゲス氏, Smithさん."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ai_gov.detect.persons.blocks import KANJI_RUN, Block, ending_at, kana_full_name, once
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import (
    FOLLOWING,
    HIRAGANA,
    HONORIFIC,
    KATAKANA,
    KIN,
    LATIN,
    NAME_KANJI,
    NOT_NAMED,
    OFFICE,
    PUBLIC_OFFICES,
)
from ai_gov.detect.reading import Token
from ai_gov.model import NameParts

_AFTER: Final = re.compile(
    f"(?<=[{NAME_KANJI}{HIRAGANA}{KATAKANA}{LATIN}])(?: ?(?P<honorific>{HONORIFIC})| ?(?P<office>{OFFICE})|(?P<following>{FOLLOWING}))"
)
_KATAKANA_NAME: Final = re.compile(f"[{KATAKANA}]+(?:[・ =][{KATAKANA}]+)*$")
_LATIN_NAME: Final = re.compile(f"(?<![{LATIN}])[{LATIN}][{LATIN}'’.-]+(?: [{LATIN}][{LATIN}'’.-]*){{0,4}}$")
_HIRAGANA_NAME: Final = re.compile(f"[{HIRAGANA}ー]{{2,10}}$")
_GOES_ON: Final = re.compile(f"(?!{KIN}|家|宅|用|宛|達|側|号)[{NAME_KANJI}]")
_SPEAKING: Final = frozenset(("議員", "委員", "係長", "課長", "主任", "部長"))
_CALLINGS: Final = frozenset(
    "者員師士家屋店主長官生手人客社所校園館院局部課係行様方々親子兄弟姉妹夫妻婦女男児童徒母父族会組"
)
_NO_NAME: Final = frozenset(("助詞", "助動詞", "代名詞", "連体詞", "感動詞", "接続詞"))
_CHILD: Final = frozenset(("くん", "ちゃん", "君"))
_KATAKANA_WINDOW: Final = 40
_HIRAGANA_WINDOW: Final = 18
"""A name in kana, the surname in kanji before it, and the character before that."""
_STAFF: Final = frozenset(
    [
        "係長",
        "課長",
        "課長補佐",
        "部長",
        "次長",
        "室長",
        "主査",
        "主任",
        "主事",
        "主幹",
        "参事",
        "補佐",
        "主任主査",
        "主任主事",
        "係員",
        "技師",
        "班長",
        "隊長",
        "教諭",
        "保健師",
        "看護師",
        "保育士",
    ]
)
_MAY_BE_PERSON: Final = frozenset(("区長", "署長", "支所長"))


def find_with_honorific(view: View) -> Iterator[Mention]:
    """Names before an honorific, an office or a word such as 夫妻."""
    for match in _AFTER.finditer(view.text):
        end = match.start()
        kind = match.lastgroup or ""
        word = match[kind]
        if not view.is_boundary(match.start(kind)) and not (kind == "honorific" and word in _CHILD):
            continue
        if view.after(match.end()) == "印" or (
            word in _CHILD and _GOES_ON.match(view.text, match.end())
        ):  # a trade name
            continue
        if kind == "honorific" and not view.is_boundary(match.end()) and view.is_letter(view.after(match.end())):
            continue
        block = _name_before(view, end, kind, word)
        if block is not None:
            reading = KANJI_RUN.match(view.text, block.start) is None
            score = 0.9 if kind == "honorific" else 0.8
            yield Mention(
                block.start,
                block.end,
                score,
                NameParts(block.surname, block.given, reading),
                "敬称" if kind == "honorific" else "職名",
            )


def _name_before(view: View, end: int, kind: str, word: str) -> Block | None:
    last = view.text[end - 1]
    if KANJI_RUN.match(last):
        return _kanji(view, end, kind, word)
    if kind == "following" and word != "本人":
        return None
    window = max(end - _KATAKANA_WINDOW, 0)
    katakana = _KATAKANA_NAME.search(view.text, window, end)
    if katakana is not None:
        return _katakana(view, katakana.start(), end, kind)
    hiragana = _HIRAGANA_NAME.search(view.text, max(end - 10, 0), end)
    if hiragana is not None:
        if kind != "honorific" and word not in _SPEAKING:
            return None
        size = end - hiragana.start()
        return once(
            view,
            lambda view, end: _hiragana(view, end - size, end, word),
            end,
            (end - _HIRAGANA_WINDOW, end),
            "かな",
            word,
        )
    latin = _LATIN_NAME.search(view.text, window, end)
    if latin is not None and kind == "honorific":
        return _latin(view, latin.start(), end)
    return None


def _kanji(view: View, end: int, kind: str, word: str) -> Block | None:
    block = ending_at(view, end)
    if block is None:
        return None
    name = view.text[block.start : end]
    if name in NOT_NAMED:
        return None
    threshold = {"honorific": 0.5, "office": 1.5, "following": 1.6}[kind]
    if kind == "honorific" and len(name) == 1:
        threshold = 0.9
    if word in PUBLIC_OFFICES and not block.given and (word not in _MAY_BE_PERSON or view.lexicon.is_place(name)):
        return None
    if block.score < threshold:
        if kind == "office" and word in _STAFF and _is_read_as_name(view, block):
            return block
        return (_child(view, block, word) or _rare(view, end)) if kind == "honorific" else None
    if block.score <= 0.5 and (block.start and view.is_kanji(view.text[block.start - 1])):
        return None
    return block


def _is_read_as_name(view: View, block: Block) -> bool:
    """Whether the dictionary reads a surname, or a place, which has no such staff: 檜垣部長, 宗谷課長."""
    token = view.token_at(block.start)
    if (
        token is None
        or token.end != block.end
        or block.end - block.start < 2
        or view.is_kanji(view.before(block.start))
    ):
        return False
    place = token.pos[2:3] == ("地名",) and token.surface[-1] not in "都道府県市区町村郡国州" and not block.given
    return token.pos[2:4] == ("人名", "姓") or place


def _child(view: View, block: Block, honorific: str) -> Block | None:
    """A given name that is a word too: 蒼空くん; never a calling (店員くん)."""
    start, end = block.start, block.end
    name = view.text[start:end]
    if honorific not in _CHILD or len(name) < 2 or name[-1] in _CALLINGS or view.is_kanji(view.before(start)):
        return None
    return Block(start, end, 0.5, "", name) if view.lexicon.given(name) or view.lexicon.like_given(name) else None


def _rare(view: View, end: int) -> Block | None:
    """A surname that only looks like an ordinary word: 野老さん; never a calling or a house."""
    start = end - 2
    token = view.token_at(start)
    name = view.text[start:end]
    if token is None or token.end != end or KANJI_RUN.match(view.before(start)) or not KANJI_RUN.fullmatch(name):
        return None
    if name in NOT_NAMED or name[-1] in _CALLINGS or not view.lexicon.like_surname(name) or token.pos[1] == "固有名詞":
        return None
    return Block(start, end, 0.5, name, "")


def _katakana(view: View, start: int, end: int, kind: str) -> Block | None:
    words = view.text[start:end]
    listed = view.lexicon.kana_name(words) and (
        not view.lexicon.is_word(words)
        or (kind == "office" and len(words) > 3)
        or (kind == "honorific" and len(words) > 3 and view.lexicon.surname_reading(words))
    )
    if len(words) < 2 or (not listed and (kind != "honorific" or view.is_ordinary(start, end))):
        return None
    parts = re.split("[・ =]", words)
    if len(parts) > 1:
        first_end = start + len(parts[0])
        if view.is_ordinary(start, first_end):
            return _katakana(view, first_end + 1, end, kind)
        return Block(start, end, 2.0, parts[0], words[len(parts[0]) + 1 :])
    whole = kana_full_name(view, start, end)
    if whole is not None:
        return whole
    given = view.lexicon.given_reading(words) and not view.lexicon.surname_reading(words)
    return Block(start, end, 1.5, "" if given else words, words if given else "")


def _hiragana(view: View, start: int, end: int, honorific: str) -> Block | None:
    for begin in range(start, end - 1):
        if begin != start and not view.is_boundary(begin):
            continue
        if begin == start and view.is_kanji(view.before(begin)) and not view.is_boundary(begin):
            continue
        word = view.text[begin:end]
        if word in NOT_NAMED:
            return None
        surname = _surname_before(view, begin)
        if surname and not word_is_talk(view.tokens_in(begin, end)[:1]):
            return Block(begin - len(surname), end, 2.0, surname, word)
        whole = kana_full_name(view, begin, end) if len(word) >= 4 else None
        tokens = view.tokens_in(begin, end)
        alone = begin == start and not view.is_letter(view.before(start)) and len(word) > 2
        if alone and honorific in _SPEAKING and view.lexicon.surname_reading(word):
            return Block(begin, end, 1.5, word, "")
        if not tokens or tokens[0].pos[0] in _NO_NAME - ({"助動詞"} if honorific in _CHILD else set()):
            continue
        if word_is_talk(tokens) and honorific in _SPEAKING:
            continue
        if whole is not None:
            return whole
        if len(tokens) == 1 and view.is_ordinary(begin, end) and honorific not in _CHILD:
            continue
        if view.lexicon.given_reading(word):
            return Block(begin, end, 1.5, "", word)
        if view.lexicon.surname_reading(word):
            return Block(begin, end, 1.5, word, "")
    return None


def _surname_before(view: View, end: int) -> str:
    """A surname in kanji right before a given name in kana: 早乙女ひなたさん; empty where there is none."""
    for length in (4, 3, 2, 1):
        start = end - length
        word = view.text[max(start, 0) : end]
        if start < 0 or not KANJI_RUN.fullmatch(word) or view.is_kanji(view.before(start)):
            continue
        if (
            view.is_boundary(start)
            and view.lexicon.surname(word) > 0
            and not (length == 1 and view.lexicon.is_word(word))
        ):
            return word
    return ""


def word_is_talk(tokens: list[Token]) -> bool:
    """Whether hiragana holds a verb or the like and so is no name before an office."""
    return any(token.pos[0] in {"動詞", "助動詞", "形容詞", "助詞", "副詞"} for token in tokens)


def _latin(view: View, start: int, end: int) -> Block | None:
    words = view.text[start:end].split(" ")
    while words and not words[0][0].isupper():
        start += len(words[0]) + 1
        words = words[1:]
    if not words or (len(words) == 1 and words[0].isupper() and not view.lexicon.latin(words[0])):
        return None
    return Block(
        start, end, 1.5, words[0] if len(words) > 1 else "", " ".join(words[1:]) if len(words) > 1 else words[0]
    )
