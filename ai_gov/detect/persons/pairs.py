"""空白で分けた姓名: 見本 太郎, 長南 ふみ, ゴメス リカルド 海, ﾐﾎﾝ ﾀﾛｳ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ai_gov.detect.persons.blocks import (
    KANJI_RUN,
    KATAKANA_RUN,
    UNLISTED,
    Block,
    beginnings,
    given_score,
    surname_score,
)
from ai_gov.detect.persons.lexicon import GIVEN
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import (
    BEFORE,
    COLUMN,
    FOLLOWING,
    HIRAGANA,
    HONORIFIC,
    KANJI,
    KATAKANA,
    LABEL,
    NAME_KANJI,
    NEVER,
    NOT_NAMED,
    OFFICE,
    THING,
)
from ai_gov.model import NameParts

THRESHOLD: Final = 3.0
_PAIR: Final = re.compile(
    f"([{NAME_KANJI}]{{1,10}}|[{HIRAGANA}]{{2,6}}|[{KATAKANA}]{{2,10}})"
    f"(?=( ?[ ・=] ?)([{KATAKANA}]{{2,10}}(?![{KATAKANA}子江代枝美恵乃太郎男雄夫])|[{KATAKANA}{HIRAGANA}]{{1,3}}[{KANJI}]|[{NAME_KANJI}]{{1,5}}|[{HIRAGANA}ー]{{1,8}}|[{KATAKANA}]{{2,10}}))"
)
_MORE: Final = re.compile(f"([ ・=])([{KATAKANA}]{{1,10}}|[{NAME_KANJI}]{{1,3}})(?![{NAME_KANJI}{KATAKANA}])")
_LABELLED: Final = 3.0  # behind 氏名
_FIELDS: Final = frozenset(("姓", "名", "氏"))
_LISTED: Final = 2.0
_MOST_PARTS: Final = 4  # behind the first two
_BEFORE: Final = re.compile(f"(?:{BEFORE})[ :の・(「]{{0,2}}$")
_HONORIFIC: Final = re.compile(f" ?(?:{HONORIFIC})")
_OFFICE: Final = re.compile(f" ?(?:{OFFICE})")
_TITLE: Final = re.compile(f"{HONORIFIC}|{OFFICE}|夫妻|夫婦|兄弟|姉妹|親子|本人|宅")
_LABEL: Final = re.compile(f"{BEFORE}|{COLUMN}")
_THING: Final = re.compile(THING)
_NAME_LABEL: Final = re.compile(
    f"(?:(?:氏 ?名|姓 ?名|名前|フリガナ|ふりがな)(?:\\([^()\n]{{0,8}}\\))?[ :\t]{{1,4}}|(?:{LABEL})(?::|\t|  )[ \t]*)$"
)
_LETTER: Final = f"[{NAME_KANJI}{HIRAGANA}{KATAKANA}]"
_LETTERS: Final = f"[{NAME_KANJI}](?: {_LETTER}){{1,4}}(?: {{2,3}}{_LETTER}(?: {_LETTER}){{0,3}})?"
_SPREAD: Final = re.compile(
    f"(?:氏 名|姓 名|名 前|{LABEL})[ :\t]{{1,4}}(?P<labelled>{_LETTERS})(?!(?!様|殿|さん|氏){_LETTER})"
    f"|(?<![{NAME_KANJI} ])(?P<titled>{_LETTERS})(?= {{0,2}}(?:様|殿|さん|氏))"
)
_NAMED: Final = re.compile("と(?:いい|言い|申|名乗)")
_INTRODUCED: Final = re.compile("です|と申|と名乗|から|より|へ")
_FOLLOWING: Final = re.compile(f"(?:{FOLLOWING})")
_OPENING: Final = frozenset("\n,/、|\t・:;(「『【<>\"'。*]→-")
_CLOSING: Final = frozenset("\n,/、|\t・:;()」』】<>\"'。[→")
_PARTICLES: Final = frozenset("はがをにのへともで")


def find_pairs(view: View) -> Iterator[Mention]:
    """Names with a blank between surname and given name."""
    for match in _PAIR.finditer(view.text):
        first = _surname(view, match.start(1), match.end(1))
        if first is None:
            continue
        second = _given(view, match.start(3), match.end(3))
        if second is None:
            continue
        kana = not KANJI_RUN.match(first.surname)
        abroad = KATAKANA_RUN.match(second.given) is not None
        end, extra = _more(view, second.end) if kana or abroad else (second.end, 0.0)
        if match.group(2) != " " and not kana:
            continue
        if (
            not view.lexicon.surname(first.surname)
            and view.lexicon.surname(second.given) > max(second.score, 1.9)
            and not view.lexicon.flags(second.given) & GIVEN
        ):
            continue  # a place and a surname: 二軒下 諏訪さん
        if second.given in _FIELDS and view.after(second.end) == ":":
            continue  # 姓:早乙女 名:千尋
        if second.given in NOT_NAMED and view.lexicon.surname(first.surname) < _LISTED:
            continue
        left, right = _left(view, first.start), _right(view, end)
        score = first.score + second.score + extra + left + right + _both_known(view, first, second, left)
        if score >= THRESHOLD and right >= 0:
            parts = NameParts(first.surname, view.text[second.start : end], reading=kana)
            yield Mention(first.start, end, min(0.6 + score / 20, 0.95), parts, "姓名")


def find_spread(view: View) -> Iterator[Mention]:
    """字を空けた氏名: 氏名 小 野 寺  昭 子, as forms and PDF files have it."""
    for match in _SPREAD.finditer(view.text):
        start, end = match.span(match.lastgroup or "")
        written = re.sub(" [様殿氏]$", "", view.text[start:end])
        head = re.split("  +", written)[0]
        for letters in dict.fromkeys((written, head)):  # what stands further off may belong to the next field
            surname, given = _divided(view, letters)
            if surname and (view.lexicon.surname(surname) or view.lexicon.given(given)):
                yield Mention(start, start + len(letters), 0.8, NameParts(surname, given), "姓名")
                break


def _divided(view: View, written: str) -> tuple[str, str]:
    """The surname and the given name of letters with blanks between: at a wider blank, else where both are likeliest."""
    surname, _, given = re.sub("  +", "\t", written).replace(" ", "").partition("\t")
    if given or len(surname) < 3:
        return surname, given
    lexicon, letters = view.lexicon, surname

    def likely(at: int) -> float:
        reading = 1.5 * lexicon.given_reading(letters[at:])
        return lexicon.surname(letters[:at]) + max(lexicon.given(letters[at:]), reading)

    cut = max(range(1, len(letters)), key=likely)
    return letters[:cut], letters[cut:]


def _both_known(view: View, first: Block, second: Block, left: float) -> float:
    """What two parts say together that each alone does not."""
    if view.lexicon.surname_reading(first.surname) and view.lexicon.given_reading(second.given):
        return 0.5 if len(first.surname) > 2 else 0.2
    if (
        first.score == -2.0
        and (second.score >= 2.0 or (left >= _LABELLED and second.score > 0))
        and not _LABEL.fullmatch(first.surname)
        and first.surname not in NEVER
    ):
        return 2.3  # a surname that only looks like an ordinary word: 道下 花子
    return 0.0


def _surname(view: View, start: int, end: int) -> Block | None:
    """The surname that ends a run: the whole of it, or what follows another word (母栗本, 飲食業茂呂)."""
    best: Block | None = None
    kanji = KANJI_RUN.match(view.text, start) is not None
    for begin in beginnings(view, start, end) if kanji else (start,):
        score = surname_score(view, begin, end)
        if begin == start and view.is_kanji(view.before(start)):
            score -= 1.0
        if best is None or score > best.score:
            best = Block(begin, end, score, view.text[begin:end], "")
    return best if best is not None and best.score >= -2.0 else None


def _given(view: View, start: int, end: int) -> Block | None:
    best: Block | None = None
    for title in _TITLE.finditer(view.text, start + 1, end):
        if view.is_boundary(title.start()) or title.end() == end:
            end = title.start()
            break
    for stop in range(end, start, -1):
        if best is not None and best.end == end and best.score >= UNLISTED:
            break
        if stop != end and not view.is_boundary(stop):
            continue
        if stop - start == 1 and not KANJI_RUN.match(view.text[start:stop]):
            continue
        score = given_score(view, start, stop)
        if best is None or score > best.score:
            best = Block(start, stop, score, "", view.text[start:stop])
    return best if best is not None and best.score > -1.5 else None


def _more(view: View, end: int) -> tuple[int, float]:
    """Further names of people from abroad: ゴメス リカルド 海."""
    extra = 0.0
    parts = 0
    while parts < _MOST_PARTS and (more := _MORE.match(view.text, end)) is not None:
        parts += 1
        score = given_score(view, more.start(2), more.end(2))
        if score < 0:
            break
        extra += score
        end = more.end()
    return end, extra


def _left(view: View, start: int) -> float:
    char = view.before(start)
    if _NAME_LABEL.search(view.text, max(start - 12, 0), start):
        return _LABELLED
    if _BEFORE.search(view.text, max(start - 10, 0), start):
        return 1.0
    if char in _OPENING:
        return 0.4
    if char == " ":
        return 0.2
    return 0.2 if view.is_boundary(start) else -0.5


def _right(view: View, end: int) -> float:
    """What follows; negative where the word goes on or names a thing."""
    if _HONORIFIC.match(view.text, end):
        return 2.0
    if _OFFICE.match(view.text, end):
        return 1.2
    char = view.after(end)
    if char == "(":
        return 0.5
    if _NAMED.match(view.text, end):
        return 1.5
    if char in _CLOSING or _INTRODUCED.match(view.text, end):
        return 0.4
    if _FOLLOWING.match(view.text, end):
        return 0.8
    if char == " ":
        return 0.2
    if not view.is_boundary(end) or _THING.match(char):
        return -1.0
    return 0.2 if char in _PARTICLES else 0.0
