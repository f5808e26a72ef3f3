"""日付の書き方: every form in which a date of birth is written (S61.7.4, 昭和61年（1986年）7月4日, 17 Sept 1999)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Kind = Literal["full", "plain", "bare", "month", "day"]

_KANJI_DIGITS: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER: Final = "[〇一二三四五六七八九十]{1,4}"
_ERAS: Final = {
    "明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018, "M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018,
}  # fmt: skip
_N: Final = f"(?:[0-9]{{1,2}}|{_KANJI_NUMBER})"
_ERA: Final = "明治|大正|昭和|平成|令和|[明大昭平令](?=[ .]?[0-9元〇一二三四五六七八九十])|[MTSHRmtshr](?=[ .]?[0-9元])"
_STOP: Final = " ?(?:年|[./\\-、・,]) ?"
_STOP_MONTH: Final = " ?(?:月|[./\\-、・,]) ?"
_WESTERN_TOO: Final = "(?: ?年? ?\\((?:西暦 ?)?(?:19|20)[0-9]{2} ?年?\\))?"
_ERA_TOO: Final = f"(?: ?年? ?\\((?:明治|大正|昭和|平成|令和|[MTSHR]) ?(?:{_N}|元) ?年?\\))?"
_FULL: Final = re.compile(
    "(?<![0-9A-Za-z])(?:"
    f"(?P<era>{_ERA})[ .]{{0,2}}(?P<era_year>{_N}|元){_WESTERN_TOO}"
    f"|(?:西暦 ?)?(?P<year>(?:19|20)[0-9]{{2}}|[一二][〇一二三四五六七八九]{{3}}){_ERA_TOO})"
    f"(?:{_STOP}| ?)(?P<month>{_N}|正){_STOP_MONTH}(?P<day>{_N})(?: ?日)?(?![0-9])"
)
_BORN_NEXT: Final = "(?=(?:生まれ|生れ|うまれ|出生|誕生|生(?![活徒涯物産計存命じきえずむみ後前])))"
_MONTH: Final = re.compile(
    f"(?<![0-9])(?:(?:明治|大正|昭和|平成|令和)(?:{_N}|元)|(?:19|20)[0-9]{{2}}) ?年(?: ?{_N} ?月)?{_BORN_NEXT}"
)
_DAY: Final = re.compile(f"(?<![0-9年/])(?:{_N}) ?月 ?(?:{_N}) ?日{_BORN_NEXT}")
_PLAIN: Final = re.compile(
    "(?<![0-9A-Za-z-])(?:(?:19|20)[0-9]{2}|[MTSHR][0-9]{2}|[1-5][0-9]{2}|[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9A-Za-z-])"
)
_BARE: Final = re.compile(
    "(?<![0-9])(?:[0-9]{1,2}|元) ?[年./\\-] ?(?:1[0-2]|0?[1-9]) ?[月./\\-]"
    " ?(?:3[01]|[12][0-9]|0?[1-9])(?: ?日)?(?![0-9])"
    "|(?<![0-9])(?:1[0-2]|0?[1-9])月(?:3[01]|[12][0-9]|0?[1-9])日"
    "|(?<![0-9])(?:3[01]|[012]?[0-9])[./\\-](?:3[01]|[012]?[0-9])[./\\-](?:19|20)[0-9]{2}(?![0-9])"
    "|(?<![0-9])(?:19|20)[0-9]{2} ?[年./\\-] ?(?:1[0-2]|0?[1-9])月?(?![0-9./\\-])"
)
_MONTHS: Final = "(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[A-Za-z]{0,6}\\.?"
_ENGLISH: Final = re.compile(
    f"(?<![0-9A-Za-z])(?:[0-9]{{1,2}}(?:st|nd|rd|th)?[ -]{_MONTHS},?[ -](?:19|20)[0-9]{{2}}"
    f"|{_MONTHS} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}})(?![0-9])"
)
_LATIN: Final = re.compile("[A-Za-z]{3}")
_OLDEST: Final = 1870
_EIGHT: Final = 8


class Form(NamedTuple):
    """日付: where it stands and how it is written. ``year`` is 0 where it has none that is certain."""

    start: int
    end: int
    kind: Kind
    year: int


def find_forms(text: str, latest: int) -> list[Form]:
    """日付を探す: in the order of the text; at one place the longest first. Linear in its length."""
    found = list(_full(text, latest))
    found += [Form(m.start(), m.end(), "month", 0) for m in _MONTH.finditer(text)]
    found += [Form(m.start(), m.end(), "day", 0) for m in _DAY.finditer(text)]
    found += [Form(m.start(), m.end(), "plain", 0) for m in _PLAIN.finditer(text)]
    found += [Form(m.start(), m.end(), "bare", 0) for m in _BARE.finditer(text)]
    if _LATIN.search(text):
        found += [
            Form(m.start(), m.end(), "full", int(m[0][-4:]) if m[0][-4:].isdecimal() else 0)
            for m in _ENGLISH.finditer(text)
        ]
    return sorted(found, key=lambda form: (form.start, -form.end))


def _full(text: str, latest: int) -> Iterator[Form]:
    for match in _FULL.finditer(text):
        written = match["year"]
        year = number(written) if written else _ERAS[match["era"][0].upper()] + number(match["era_year"])
        if _OLDEST <= year <= latest and 1 <= number(match["month"]) <= 12 and 1 <= number(match["day"]) <= 31:
            yield Form(match.start(), match.end(), "full", year)


def number(written: str) -> int:
    """数: a number of up to two places, or a year, in digits or kanji.

    >>> number("十五"), number("三十三"), number("元"), number("二〇"), number("07"), number("一九八六")
    (15, 33, 1, 20, 7, 1986)
    """
    if written in {"元", "正"}:
        return 1
    if written.isascii():
        return int(written)
    if "十" in written:
        tens, _, ones = written.partition("十")
        return 10 * (_KANJI_DIGITS.get(tens, 1) if tens else 1) + (_KANJI_DIGITS.get(ones, 0) if ones else 0)
    return int("".join(str(_KANJI_DIGITS[c]) for c in written))
