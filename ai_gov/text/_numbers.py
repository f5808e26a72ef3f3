"""数字の見方: digits however they are written, and the runs they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ai_gov.text._characters import BARS

_KANJI_DIGITS: Final = {ord(c): str(i) for i, c in enumerate("〇一二三四五六七八九")} | {ord("零"): "0", ord("○"): "0"}
_KANJI: Final = "".join(map(chr, _KANJI_DIGITS))
_KANJI_RUN: Final = re.compile(rf"[0-9{_KANJI}](?:[-{BARS} .、・]?[0-9{_KANJI}]){{3,}}")
_ZEROS: Final = frozenset("〇○零")
_ONE_AS_DASH: Final = re.compile("[0-9]{2,}(?:一[0-9]{2,})+")  # what a scanner makes of a dash
_VIEW: Final = _KANJI_DIGITS | dict.fromkeys(map(ord, BARS), "-")


def digit_view(normalized_text: str) -> str:
    """数字の見方: the same text at the same length, with positional kanji digits as ASCII digits.

    Only in runs of four digits or more (dashes, blanks, dots, 、 and ・ may stand between), as names are made of
    一 and 三 too; 十, 百 and 千 are not positional and stay.

    >>> digit_view("連絡先 〇二四八、二一、一二三四 佐々木三一 令和八年")
    '連絡先 0248、21、1234 佐々木三一 令和八年'
    >>> digit_view("〇九〇ー一二三四ー五六七八"), digit_view("090一1234一5678"), digit_view("〇〇〇〇")
    ('090-1234-5678', '090-1234-5678', '〇〇〇〇')
    """
    if normalized_text.isascii():
        return normalized_text
    return _KANJI_RUN.sub(_positional, normalized_text)


def _positional(run: re.Match[str]) -> str:
    found = run[0]
    kanji = {char for char in found if char in _KANJI}
    if kanji <= _ZEROS and (len(kanji) > 1 or "〇〇" in found or "○○" in found):
        return found  # 〇〇〇〇 is how people write "some name"
    if kanji == {"一"} and _ONE_AS_DASH.fullmatch(found):
        return found.replace("一", "-")
    return found.translate(_VIEW)


@dataclass(frozen=True, slots=True)
class DigitRun:
    """数字の並び: digits that are read as one number, with the groups they are written in.

    ``digits`` and ``groups`` tell 080-1234-5678 (3, 4, 4) from 0801234-5678; ``separators`` are what stood
    between, one fewer than the groups.
    """

    start: int
    end: int
    digits: str = field(repr=False)
    groups: tuple[int, ...] = ()
    separators: tuple[str, ...] = ()


_SEPARATOR: Final = r" ?[-.] ?|[- ]?\n[ \t]?| ?\) ?-?| ?-? ?\(| "
_RUN: Final = re.compile(rf"[0-9]+(?:(?:{_SEPARATOR})[0-9]+)*")
_GROUP: Final = re.compile("[0-9]+")


def digit_runs(view: str) -> Iterator[DigitRun]:
    r"""数字の並びを順に: digits with one ``-``, blank, ``.``, bracket or line break between them are one run.

    >>> [(r.digits, r.groups, r.separators) for r in digit_runs("電話(0248)75-1234、6901-4865-\n8311")]
    [('0248751234', (4, 2, 4), (')', '-')), ('690148658311', (4, 4, 4), ('-', '-\n'))]
    """
    for run in _RUN.finditer(view):
        found = run[0]
        if found.isdecimal():
            yield DigitRun(run.start(), run.end(), found, (len(found),), ())
            continue
        groups = _GROUP.findall(found)
        separators = tuple(part for part in _GROUP.split(found) if part)
        yield DigitRun(run.start(), run.end(), "".join(groups), tuple(map(len, groups)), separators)
