"""氏名の部分: how well a run of characters can be a surname, a given name, or both written as one.

Scores add up: 0 says nothing, 3 is a frequent surname and hardly anything else, 5 a surname with a given name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from ai_gov.detect.persons.view import View
from ai_gov.detect.persons.words import BEFORE, HIRAGANA, KATAKANA, NAME_KANJI, NEVER

UNLISTED: Final = 0.5
READING: Final = 1.4
KANJI_RUN: Final = re.compile(f"[{NAME_KANJI}]+")
HIRAGANA_RUN: Final = re.compile(f"[{HIRAGANA}ー]+")
KATAKANA_RUN: Final = re.compile(f"[{KATAKANA}]+")
_MIXED_GIVEN: Final = re.compile(
    f"[{HIRAGANA}{KATAKANA}]{{1,3}}[子江代枝美恵絵乃奈香佳花音太斗郎男雄夫一]|[{NAME_KANJI}]{{1,2}}[{HIRAGANA}]{{1,2}}[{NAME_KANJI}]?"
)
_ERA: Final = re.compile("令和|平成|昭和|大正|明治")
_HIRAGANA_GIVEN: Final = re.compile(f"[{HIRAGANA}]{{2,3}}[子江代枝美恵乃]")
_KATAKANA_GIVEN: Final = re.compile(f"[{KATAKANA}]{{1,3}}[子江代枝美恵乃](?![{NAME_KANJI}])")
_NOT_PART: Final = frozenset(
    "元現旧故亡新前同各両計約全主副正妻夫父母兄姉弟妹孫娘子甥姪課係室部局署班小中高町市村区県都道府字第"
)
_LONGEST_SURNAME: Final = 4
_SECTION: Final = frozenset("課係室署小中")
_PREFIX: Final = re.compile(f"(?:{BEFORE})")
LONGEST: Final = 7
"""Characters of the longest name without a blank."""
_WINDOW_AHEAD: Final = 18
_WINDOW_BEHIND: Final = 13
"""Characters that a search for a block looks at, and one more."""
_NOT_YET: Final = object()
_ITERATION: Final = frozenset("々ヶケノツ之")


class Block(NamedTuple):
    """部分: a name or a part of one, from ``start`` to ``end``."""

    start: int
    end: int
    score: float
    surname: str
    given: str

    def __repr__(self) -> str:
        return f"Block({self.start}, {self.end}, {self.score})"


def surname_score(view: View, start: int, end: int) -> float:
    """How well a span can be a surname; negative for an ordinary word."""
    word = view.text[start:end]
    if word in NEVER or _ERA.match(word):
        return -2.0
    if KANJI_RUN.fullmatch(word):
        listed = view.lexicon.surname(word)
        if listed:
            return listed
        score = _unlisted(view, start, end, 4)
        return score + 0.5 if score == UNLISTED and view.lexicon.like_surname(word) else score
    if view.lexicon.surname_reading(word):
        return READING - (0.8 if _is_word(view, start, end) else 0.0)
    return _foreign(view, start, end)


def given_score(view: View, start: int, end: int) -> float:
    """How well a span can be a given name; negative for an ordinary word."""
    word = view.text[start:end]
    if word in NEVER or _ERA.match(word):
        return -2.0
    if KANJI_RUN.fullmatch(word):
        listed = view.lexicon.given(word)
        if listed:
            return listed
        score = _unlisted(view, start, end, 3)
        return score + 0.7 if score == UNLISTED and view.lexicon.like_given(word) else score
    if view.lexicon.given_reading(word):
        return READING - (0.6 if _is_word(view, start, end) else 0.0)
    if view.lexicon.given(word):
        return view.lexicon.given(word)
    if _MIXED_GIVEN.fullmatch(word):
        return READING
    return _foreign(view, start, end)


def _is_word(view: View, start: int, end: int) -> bool:
    """Whether kana is an ordinary word too. Sudachi makes common nouns of katakana that it does not have."""
    word = view.text[start:end]
    if KATAKANA_RUN.fullmatch(word):
        return view.lexicon.is_word(word)
    return view.is_ordinary(start, end)


def _unlisted(view: View, start: int, end: int, longest: int) -> float:
    word = view.text[start:end]
    if view.is_ordinary(start, end):
        return -2.0
    if len(word) > longest or word[0] in _ITERATION:
        return -1.0
    return UNLISTED if len(word) > 1 else UNLISTED / 2


def _foreign(view: View, start: int, end: int) -> float:
    word = view.text[start:end]
    if not KATAKANA_RUN.fullmatch(word):
        return -0.5
    if view.lexicon.kana_name(word):
        return READING - (1.1 if view.is_ordinary(start, end) else 0.7 if view.lexicon.is_word(word) else 0.0)
    if view.is_ordinary(start, end):
        return -2.0
    return 0.2


def full_name(view: View, start: int, end: int) -> Block | None:
    """姓名を分ける: a surname and a given name without a blank between them, split where both score best.

    Both must be listed, and at least one of them not an ordinary word.
    """
    text, lexicon = view.text, view.lexicon
    token = view.token_at(start)
    if token is not None and token.end == end and token.known and token.pos[1:2] != ("固有名詞",):
        return None
    best: Block | None = None
    for cut in range(start + 1, min(end, start + 6)):
        surname, given = text[start:cut], text[cut:end]
        first = lexicon.surname(surname)
        if not first or not (KANJI_RUN.fullmatch(given) or HIRAGANA_RUN.fullmatch(given)):
            continue
        second = lexicon.given(given) or (READING if len(given) > 1 and lexicon.given_reading(given) else 0.0)
        if not second:
            continue
        score = first + second + (0.5 if view.is_boundary(cut) else 0.0)
        if score >= 3.0 and (best is None or score > best.score):
            best = Block(start, end, score, surname, given)
    return best


def kana_full_name(view: View, start: int, end: int) -> Block | None:
    """かなの姓名を分ける: the same for a name written in kana."""
    word = view.text[start:end]
    for cut in range(2, len(word) - 1):
        if view.lexicon.surname_reading(word[:cut]) and view.lexicon.given_reading(word[cut:]):
            return Block(start, end, 2.5, word[:cut], word[cut:])
    return None


def starting_at(view: View, start: int) -> Block | None:
    """その位置から始まる氏名: the best name without a blank that begins there and ends at a boundary."""
    return once(view, _starting_at, start, (start, start + _WINDOW_AHEAD))


def once(
    view: View, find: Callable[[View, int], Block | None], at: int, window: tuple[int, int], *also: str
) -> Block | None:
    """周りが同じなら一度だけ: what ``find`` gives at a place, worked out once for all whose surroundings read alike.

    ``window`` must hold all that ``find`` looks at; ``also`` names what else it depends on.
    """
    key = (also or find, *view.like(*window))
    known = view.found.get(key, _NOT_YET)
    if known is _NOT_YET:
        block = find(view, at)
        view.found[key] = block and block._replace(start=block.start - at, end=block.end - at)
        return block
    if not isinstance(known, Block):
        return None
    return known._replace(start=known.start + at, end=known.end + at)


def _starting_at(view: View, start: int) -> Block | None:
    mixed = _KATAKANA_GIVEN.match(view.text, start)
    if mixed is not None:
        return Block(start, mixed.end(), READING, "", mixed[0])
    run = KANJI_RUN.match(view.text, start, start + LONGEST + 1)
    if run is None:
        return kana_starting_at(view, start)
    stop = run.end()
    best = _with_kana(view, start, stop)
    for end in range(start + 1, min(stop, start + LONGEST) + 1):
        if end < stop and not view.is_boundary(end):
            continue
        for block in readings_of(view, start, end):
            if best is None or block.score >= best.score:
                best = block
    return best


def _with_kana(view: View, start: int, stop: int) -> Block | None:
    """A surname in kanji with a given name in kana: 見本みのり."""
    tail = HIRAGANA_RUN.match(view.text, stop, stop + 6) or KATAKANA_RUN.match(view.text, stop, stop + 8)
    if tail is None or view.lexicon.surname(view.text[start:stop]) < 2.0:
        return None
    given = tail[0]
    if (
        given.startswith(("さん", "さま", "くん", "ちゃん"))
        or len(given) < 2
        or not view.lexicon.given_reading(given)
        or (len(view.tokens_in(stop, tail.end())) == 1 and view.is_ordinary(stop, tail.end()))
    ):
        return None
    return Block(start, tail.end(), 4.0, view.text[start:stop], given)


def readings_of(view: View, start: int, end: int) -> list[Block]:
    """What a span can be: a full name, a surname, a given name."""
    word = view.text[start:end]
    found = [
        Block(start, end, surname_score(view, start, end), word, ""),
        Block(start, end, given_score(view, start, end), "", word),
    ]
    whole = full_name(view, start, end) if end - start > 1 else None
    return [whole, *found] if whole is not None else found


def kana_starting_at(view: View, start: int) -> Block | None:
    """その位置から始まるかなの氏名: the longest that the lexicon has and that ends at a boundary."""
    pattern = HIRAGANA_RUN if HIRAGANA_RUN.match(view.text, start, start + 1) else KATAKANA_RUN
    run = pattern.match(view.text, start, start + 12)
    if run is None or run.end() - start < 2:
        return None
    for end in range(run.end(), start + 1, -1):
        if end != run.end() and not view.is_boundary(end):
            continue
        word = view.text[start:end]
        token = view.token_at(start)
        if token is not None and token.end == end and token.pos[0] in {"助詞", "助動詞"}:
            return None
        both = kana_full_name(view, start, end) if end == run.end() else None
        if both is not None:
            return both
        score = given_score(view, start, end)
        surname = surname_score(view, start, end)
        if max(score, surname) > 0.5 or (pattern is KATAKANA_RUN and score > 0):
            return Block(
                start, end, max(score, surname), word if surname > score else "", "" if surname > score else word
            )
    return None


def beginnings(view: View, start: int, end: int) -> Iterator[int]:
    """名の始まり得る位置: where a name that ends a run of kanji can begin.

    At the start of the run, at a token, behind a word that stands before names (母野地), and behind a section or
    school where a frequent surname follows (白羽小齋藤).
    """
    prefix = _PREFIX.match(view.text, start, end)
    behind = prefix.end() if prefix is not None else -1
    for begin in range(max(start, end - LONGEST), end):
        if (
            begin in (start, behind)
            or view.is_boundary(begin)
            or (view.text[begin - 1] in _SECTION and view.lexicon.is_common(view.text[begin:end]))
        ):
            yield begin


def ending_at(view: View, end: int) -> Block | None:
    """その位置で終わる氏名: the best name in kanji without a blank that ends there and begins at a boundary."""
    return once(view, _ending_at, end, (end - _WINDOW_BEHIND, end))


def _ending_at(view: View, end: int) -> Block | None:
    start = end
    lowest = max(end - LONGEST - 4, 0)
    while start > lowest and KANJI_RUN.match(view.text, start - 1, start):
        start -= 1
    best: Block | None = None
    if (
        end - start == 1
        and (mixed := _KATAKANA_GIVEN.search(view.text, max(end - 4, 0), end)) is not None
        and mixed.end() == end
    ):
        return Block(mixed.start(), end, READING, "", mixed[0])
    if end - start == 1:  # ゆう子さん, where the dictionary reads one word; not うちの子
        for begin in (end - 4, end - 3):
            token = view.token_at(begin)
            if token is not None and token.end == end and _HIRAGANA_GIVEN.fullmatch(view.text, begin, end):
                return Block(begin, end, READING, "", token.surface)
    for begin in beginnings(view, start, end):
        if end - begin == 1 and begin != start:
            continue
        for block in readings_of(view, begin, end):
            if best is None or block.score > best.score:
                best = block
    if (
        best is not None
        and best.start - start == 1
        and best.surname
        and not best.given
        and _is_longer(view, start, end)
    ):
        return Block(start, end, best.score, view.text[start:end], "")
    return best


def _is_longer(view: View, start: int, end: int) -> bool:
    """Whether the kanji before a surname is part of it: 長曽我部; not of 母林 or 元田中."""
    first = view.text[start]
    return end - start <= _LONGEST_SURNAME and first not in _NOT_PART and _PREFIX.match(first) is None
