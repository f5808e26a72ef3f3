"""生年月日の検知: dates that say when a person was born, in any writing (S61.7.4, 昭和七年正月十五日, 17 Sept 1999).

A date alone is nothing. It is a date of birth where 生年月日 stands before it or at the head of its column, 生 or
生まれ after it, or where it stands behind a name in brackets or alone in the next cell.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from ai_gov.detect.persons.view import Mention
from ai_gov.detect.reading import Reading

_KANJI_DIGITS: Final = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER: Final = "[〇一二三四五六七八九十]{1,4}"
_ERAS: Final = {
    "明": 1867,
    "大": 1911,
    "昭": 1925,
    "平": 1988,
    "令": 2018,
    "M": 1867,
    "T": 1911,
    "S": 1925,
    "H": 1988,
    "R": 2018,
}
_N: Final = f"(?:[0-9]{{1,2}}|{_KANJI_NUMBER})"
_STOP: Final = " ?[./\\-年、・,] ?"
_MONTHS: Final = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\\.?"
_DATE: Final = re.compile(
    "(?<![0-9A-Za-z])(?:"
    f"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令](?=[ .]?[0-9元〇一二三四五六七八九十])|[MTSHR](?=[ .]?[0-9元]))[ .]?(?P<era_year>{_N}|元)"
    f"|(?P<year>(?:19|20)[0-9]{{2}}|[一二][〇一二三四五六七八九]{{3}}))"
    f"(?:{_STOP}|年 ?)(?P<month>{_N}|正)(?:{_STOP}|月 ?)(?P<day>{_N})日?(?![0-9])"
)
_MONTH_ONLY: Final = re.compile(
    f"(?:(?:明治|大正|昭和|平成|令和)(?:{_N}|元)|(?:19|20)[0-9]{{2}})年(?:{_N}月)?(?=(?:生まれ|生れ|出生|生(?![活徒涯物産計存命じきえずむみ])))"
)
_PLAIN: Final = re.compile(
    "(?<![0-9])(?:(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|[1-5][0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))(?![0-9])"
)
_ENGLISH: Final = re.compile(
    f"(?<![0-9A-Za-z])(?:[0-9]{{1,2}}(?:st|nd|rd|th)? {_MONTHS},? (?:19|20)[0-9]{{2}}|{_MONTHS} [0-9]{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)[0-9]{{2}})(?![0-9])"
)
_LABEL: Final = re.compile(
    "(?:生年月日|誕生日|出生日|出生年月日|生れ|出生|生まれ|[Dd]ate of [Bb]irth|DOB|D\\.O\\.B\\.|[Bb]irth(?:day|date)?|[Bb]orn(?: on)?)[ :(は]{0,4}$"
)
_BORN: Final = re.compile("[ )]?(?:生まれ|生れ|うまれ|出生|誕生|生(?![活徒涯物産計存命じきえずむみ後前]))")
_HEADER: Final = re.compile("生年月日|誕生日|出生日|[Dd]ate of [Bb]irth|DOB")
_ELSE: Final = re.compile(
    "[ (]?(?:死|没|亡|受付|申請|転入|転出|届|付|提出|訪問|来庁|来所|まで|から|〜|~|通院|入院|退院|入所|入社|採用|退職|婚姻|離婚|認定|交付|更新|発行|期限|施行|開始|終了|に|の|頃|現在|時点|〆|締|分)"
)
_ANYBODY: Final = re.compile(" ?(?:の(?:子|方|人|お子|幼児|児童|世代|市民|町民|男|女)|以降|以前|から|まで|~|〜)")
_FOR: Final = re.compile("対象|目安|[?~〜]")
_BETWEEN: Final = re.compile(
    "[)〉」]?[ 　\t,、/|]*(?:さん|様|くん|ちゃん|君|氏)?(?:[ \t,、/|]*[(〈][^()〉\\n]{0,24}[)〉])?[ \t,、/|(]{1,4}(?:[ァ-ヴー ]{2,16}[ \t,/|]+)?(?:[男女](?:性)?[ \t,/|、]+)?"
)
_ENCLOSED: Final = re.compile("(?<=[和成正治年月①-⑨])[①-⑨]")
_CIRCLED_ZERO: Final = ord("①") - 1
_REACH: Final = 40
_LINE: Final = 400
_TABLE_REACH: Final = 2000
_NAME_NEAR: Final = 150
_MONTH_LENGTH: Final = 12
_OLDEST: Final = 1870


class BirthDate(NamedTuple):
    """生年月日: where it stands, how sure, and what spoke for it."""

    start: int
    end: int
    score: float
    evidence: str


def find_birth_dates(
    reading: Reading, names: Sequence[Mention] = (), today: dt.date | None = None
) -> tuple[BirthDate, ...]:
    """生年月日: sorted, disjoint, in positions of the normalised text. Linear in the length of the text.

    ``names`` are the names found in it; a date behind one in brackets or in the next cell is a date of birth.
    """
    text = _ENCLOSED.sub(lambda found: str(ord(found[0]) - _CIRCLED_ZERO), reading.text)
    ends = [name.end for name in names]
    columns = _header_columns(text)
    latest = (today or dt.date.max).year
    found: list[BirthDate] = []
    for start, end, plain in _dates(text, latest):
        evidence = _evidence(text, start, end, ends, columns, plain=plain)
        if evidence and (not found or start >= found[-1].end):
            found.append(BirthDate(start, end, 0.9 if evidence != "氏名の隣" else 0.75, evidence))
    return tuple(found)


def _dates(text: str, latest: int) -> list[tuple[int, int, bool]]:
    spans = [(m.start(), m.end(), False) for m in _DATE.finditer(text) if _is_date(m, latest)]
    spans += [(m.start(), m.end(), False) for m in _MONTH_ONLY.finditer(text) if m.end() - m.start() < _MONTH_LENGTH]
    spans += [(m.start(), m.end(), True) for m in _PLAIN.finditer(text)]
    if text.isascii() or re.search("[A-Za-z]{3}", text):
        spans += [(m.start(), m.end(), False) for m in _ENGLISH.finditer(text)]
    return sorted(spans, key=lambda span: (span[0], -span[1]))


def _number(written: str) -> int:
    """A number of up to two places, in digits or kanji.

    >>> _number("十五"), _number("三十三"), _number("元"), _number("二〇"), _number("07")
    (15, 33, 1, 20, 7)
    """
    if written in {"元", "正"}:
        return 1
    if written.isascii():
        return int(written)
    if "十" in written:
        tens, _, ones = written.partition("十")
        return 10 * (_KANJI_DIGITS.get(tens, 1) if tens else 1) + (_KANJI_DIGITS.get(ones, 0) if ones else 0)
    return int("".join(str(_KANJI_DIGITS[c]) for c in written))


def _is_date(match: re.Match[str], latest: int) -> bool:
    year = _number(match["year"]) if match["year"] else _ERAS[match["era"][0]] + _number(match["era_year"])
    return _OLDEST <= year <= latest and 1 <= _number(match["month"]) <= 12 and 1 <= _number(match["day"]) <= 31


def _evidence(
    text: str, start: int, end: int, names: Sequence[int], columns: Sequence[tuple[int, int, str, int]], *, plain: bool
) -> str:
    line_start = text.rfind("\n", max(start - _REACH, 0), start) + 1 or max(start - _REACH, 0)
    before = text[line_start:start]
    if _LABEL.search(before):
        return "生年月日"
    if _in_column(text, start, columns):
        return "欄"
    if plain:
        return ""
    number = bisect_right(names, start)
    if (born := _BORN.match(text, end)) is not None:
        near = bool(number) and start - names[number - 1] <= _NAME_NEAR
        whole = text[start:end].endswith("日") or not text[start:end].endswith(("月", "年"))
        return "生まれ" if near or (whole and not _ANYBODY.match(text, born.end()) and not _FOR.search(before)) else ""
    if (
        number
        and start - names[number - 1] <= _REACH
        and names[number - 1] >= line_start
        and not _ELSE.match(text, end)
    ):
        between = text[names[number - 1] : start]
        if _BETWEEN.fullmatch(between) and not _other_column(text, line_start, start):
            return "氏名の隣"
    return ""


def _other_column(text: str, line_start: int, start: int) -> bool:
    """Whether the date stands in a column whose header says something else (最終参加)."""
    line = text[line_start:start]
    separator = next((mark for mark in "\t,/" if mark in line), "")
    if not separator:
        return False
    top = max(text.rfind("\n\n", max(line_start - _TABLE_REACH, 0), line_start) + 2, 0)
    column = line.count(separator)
    for head in text[top:line_start].splitlines():
        cells = head.split(separator)
        if len(cells) > column and not re.search("[0-9]", head):
            return _HEADER.search(cells[column]) is None
    return False


def _header_columns(text: str) -> list[tuple[int, int, str, int]]:
    """Header lines with a column of dates of birth: (where rows begin, where they end, separator, column)."""
    found: list[tuple[int, int, str, int]] = []
    stop = -1
    for match in _HEADER.finditer(text):
        line_start = text.rfind("\n", max(match.start() - _LINE, 0), match.start()) + 1
        line_end = text.find("\n", match.end(), match.end() + _LINE)
        if line_end < 0 or line_end - line_start > _LINE or (not line_start and match.start() > _LINE):
            continue
        line = text[line_start:line_end]
        if ":" in line:
            continue
        separator = next((mark for mark in "\t,|/ " if mark in line.strip(" ")), "")
        if not separator:
            continue
        if stop < line_end:
            stop = text.find("\n\n", line_end)
            stop = stop if stop >= 0 else len(text)
        column = -1 if separator == " " else text.count(separator, line_start, match.start())
        found.append((line_end, stop, separator, column))
    return found


def _in_column(text: str, start: int, columns: Sequence[tuple[int, int, str, int]]) -> bool:
    number = bisect_right(columns, (start, len(text) + 1, "", 0)) - 1
    if number < 0:
        return False
    begin, stop, separator, column = columns[number]
    if not begin <= start < stop:
        return False
    line_start = text.rfind("\n", max(begin, start - _LINE), start) + 1
    if not line_start:
        return False
    before = text[line_start:start]
    return column < 0 or before.count(separator) == column
