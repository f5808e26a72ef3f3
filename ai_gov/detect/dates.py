"""生年月日の検知: dates that say when a person was born.

A date alone is nothing. It is a date of birth where 生年月日 stands before it or at the head of its column, 生 or
生まれ or an age after it, where it stands behind a name in brackets or in the next cell, or where it is a date of a
former generation in a line of a name that speaks of no event.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from ai_gov.detect.dateforms import Form, find_forms
from ai_gov.detect.persons.view import Mention
from ai_gov.detect.persons.words import KIN
from ai_gov.detect.reading import Reading

_WORD: Final = "生年月日|お?誕生日|出生日|出生年月日|出産日|生れ|出生|生まれ(?:た日)?|生年|[Dd]ate[ _-]?[Oo]f[ _-]?[Bb]irth|DOB|dob|D\\.O\\.B\\.?|[Bb]irth[ _-]?(?:[Dd]ay|[Dd]ate)?|BIRTH(?:_?(?:DAY|DATE))?|[Bb]orn(?: (?:on|in))?"
_ERA_CHOICE: Final = "(?:[ (]{0,2}(?:明治?|大正?|昭和?|平成?|令和?|西暦|和暦|[MTSHR])(?:[・/、. ](?:明治?|大正?|昭和?|平成?|令和?|西暦|[MTSHR]))*[ )]{0,2})?"
_LABEL: Final = re.compile(
    f"(?:{_WORD})(?:\\([^()\\n]{{0,8}}\\)|欄|確認|等)?[\"'」』】)\\]]?[ \t]*(?:[::=/はがもをにとの、,|\t(「『\"'【<>]|\\n){{0,3}}[ \t\"'「]*{_ERA_CHOICE}$"
)
_BORN: Final = re.compile(
    "[ )]?の?(?:生まれ|生れ|うまれ|出生|誕生|生(?![活徒涯物産計存命じきえずむみ後前]))|に[^。、\\n]{0,10}(?:生まれ|出生|誕生)"
)
_AGED: Final = re.compile("(?:生まれ?)?[ (、,/]{1,2}(?:満|現在)?[0-9]{1,3} ?[歳才]")
_AGE_BEFORE: Final = re.compile("[0-9]{1,3} ?[歳才][ )、,/・(]{1,3}$")
_HEADER: Final = re.compile(
    "生年月日|誕生日|出生日|生年|[Dd]ate[ _-]?[Oo]f[ _-]?[Bb]irth|DOB|dob|birth(?:_?da(?:y|te))?|BIRTH(?:_?DA(?:Y|TE))?|Birth(?:day|date)?"
)
_EVENT: Final = (
    "死|没|亡|受付|受理|申請|転入|転出|転居|届|付|提出|訪問|来庁|来所|来院|通院|入院|退院|入所|入社|採用|退職|婚姻|結婚|離婚|認定|交付|更新|発行|期限|施行|開始|終了|"
    "就職|着任|発令|設立|開設|竣工|建築|新築|登記|取得|購入|契約|支払|納付|督促|差押|診断|受診|手術|発症|事故|相談|面談|電話|接種|健診|検査|卒業|入学|修了|加入|喪失|該当|判定|決定|通知|公布|改正|最終|参加|予約|予定|実施|開催|作成|撮影|記録"
)
_ELSE: Final = re.compile(f"\\(?(?:{_EVENT}|まで|から|〜|~|に|の|頃|現在|時点|〆|締|分|以|より)")
_EVENT_BEFORE: Final = re.compile(f"(?:{_EVENT})[^\\n 、,]{{0,6}}[ ::(,、\t]{{0,3}}$|日[ ::]{{1,2}}$|[~〜-] ?$")
_ANYBODY: Final = re.compile(" ?(?:の(?:子|方|人|お子|幼児|児童|世代|市民|町民|男|女)|以降|以前|から|まで|~|〜)")
_FOR: Final = re.compile("対象|目安|[?~〜]")
_PERSONAL: Final = f"(?:(?:{KIN}|本人|世帯主|続柄|男性?|女性?|[0-9]{{1,3}}[歳才]?|[A-Z]?[0-9]{{1,4}}|[ァ-ヴー ]{{2,16}}|[ぁ-ん ]{{2,16}}|(?:[一-龥]{{1,8}} ?)?[0-9][0-9 -]{{4,16}})[ \t,、/|・)\"']{{1,5}})"
_BETWEEN: Final = re.compile(
    "[)〉」\"']?[ \t,、/|\"']*(?:さん|様|くん|ちゃん|君|氏)?(?:[ \t,、/|]*[(〈][^()〉\\n]{0,24}[)〉])?"
    f"[ \t,、/|(・:\"']{{1,6}}{_PERSONAL}{{0,3}}"
)
_EDGE: Final = frozenset("\n\t ,/|、()・:'\"")
_CLERK: Final = re.compile("(?:作成|記録|記入|起案|担当|報告|文責|受付|面接|調査|確認|対応)(?:者|員)?[ ::(、\t]{0,3}$")
"""Who wrote it: the date behind that name is when."""
_TELEPHONE: Final = re.compile(
    "[ \t、,/|・]{1,3}(?:電話|携帯|TEL|連絡先)?[ :]{0,2}[(]?0[0-9]{1,4}[-)( ]{0,2}[0-9]{1,4}[- ]?[0-9]{4}(?![0-9])"
)
_ENCLOSED: Final = re.compile("(?<=[和成正治年月①-⑨])[①-⑨]")
_CIRCLED_ZERO: Final = ord("①") - 1
_REACH: Final = 40
_LABEL_REACH: Final = 60
_LINE: Final = 400
_TABLE_REACH: Final = 2000
_NAME_NEAR: Final = 150
_NEXT_TO: Final = 20
_EIGHT: Final = 8
_SHORTEST: Final = 6
_LONG_AGO: Final = 2006
"""A full date up to this year, in the line of a name, is seldom anything but when the person was born."""


class BirthDate(NamedTuple):
    """生年月日: where it stands, how sure, and what spoke for it."""

    start: int
    end: int
    score: float
    evidence: str


_SCORES: Final = {"氏名の隣": 0.75, "氏名の行": 0.6, "電話の隣": 0.6}


def find_birth_dates(
    reading: Reading, names: Sequence[Mention] = (), today: dt.date | None = None
) -> tuple[BirthDate, ...]:
    """生年月日: sorted, disjoint, in positions of the normalised text. Linear in the length of the text.

    ``names`` are the names found in it; a date behind one in brackets or in the next cell is a date of birth.
    """
    text = _ENCLOSED.sub(lambda found: str(ord(found[0]) - _CIRCLED_ZERO), reading.text)
    finder = _Finder(text, [name.start for name in names], [name.end for name in names])
    found: list[BirthDate] = []
    for form in find_forms(text, (today or dt.date.max).year):
        if found and form.start < found[-1].end:
            continue
        evidence = finder.evidence(form)
        if evidence == "氏名の隣" and found and finder.is_second(found[-1].start, form.start):
            continue
        if evidence:
            found.append(BirthDate(form.start, form.end, _SCORES.get(evidence, 0.9), evidence))
    return tuple(found)


class _Finder:
    def __init__(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> None:
        self.text = text
        self.starts = starts
        self.ends = ends
        self.columns = _header_columns(text)

    def evidence(self, form: Form) -> str:
        """What makes a date one of birth; empty where nothing does."""
        text, start, end = self.text, form.start, form.end
        line_start = text.rfind("\n", max(start - _REACH, 0), start) + 1 or max(start - _REACH, 0)
        before = text[line_start:start]
        if _LABEL.search(text, max(start - _LABEL_REACH, 0), start):
            return "生年月日"
        if form.kind != "day" and self._in_column(start):
            return "欄"
        number = bisect_right(self.ends, start)
        if form.kind == "plain":
            return "氏名の隣" if self._is_long_ago_beside(form, number) else ""
        near = bool(number) and start - self.ends[number - 1] <= _NAME_NEAR
        following = bisect_left(self.starts, end)
        near_after = following < len(self.starts) and self.starts[following] - end <= _NEXT_TO
        if (born := _BORN.match(text, end)) is not None:
            public = _ANYBODY.match(text, born.end()) or _FOR.search(before)
            known = near or near_after
            if form.kind == "bare":
                return "生まれ" if known and text.startswith("生", end) and end - start >= _SHORTEST else ""
            return "生まれ" if known or (form.kind == "full" and not public) else ""
        if form.kind != "full":
            return ""
        if _AGED.match(text, end) or (near and _AGE_BEFORE.search(before)):
            return "年齢"
        if _ELSE.match(text, end) or self._other_column(start):
            return ""
        if near and self.ends[number - 1] >= line_start and _BETWEEN.fullmatch(text, self.ends[number - 1], start):
            clerk = _CLERK.search(text, max(self.starts[number - 1] - _NEXT_TO, 0), self.starts[number - 1])
            return "" if clerk is not None and form.year > _LONG_AGO else "氏名の隣"
        if form.year > _LONG_AGO:
            return ""
        if self._in_line_of_name(form):
            return "氏名の行"
        return "電話の隣" if near and not text[line_start:start].strip() and _TELEPHONE.match(text, end) else ""

    def is_second(self, other: int, start: int) -> bool:
        """Whether another date of birth stands between a date and the name before it."""
        number = bisect_right(self.ends, start)
        return bool(number) and other >= self.ends[number - 1]

    def _is_long_ago_beside(self, form: Form, number: int) -> bool:
        """Eight digits in the next cell of a name that are a day of a former generation: 19801201."""
        text, start, end = self.text, form.start, form.end
        if not number or end - start != _EIGHT or not "1900" <= text[start : start + 4] <= str(_LONG_AGO):
            return False
        return _BETWEEN.fullmatch(text, self.ends[number - 1], start) is not None

    def _in_line_of_name(self, form: Form) -> bool:
        text, start, end = self.text, form.start, form.end
        if text[start - 1 : start] not in _EDGE or (text[end : end + 1] or "\n") not in _EDGE:
            return False
        if _EVENT_BEFORE.search(text, max(start - 14, 0), start):
            return False
        line_start = max(text.rfind("\n", max(start - _LINE, 0), start) + 1, start - _LINE)
        line_end = text.find("\n", end, end + _LINE)
        number = bisect_left(self.starts, line_start)
        return number < len(self.starts) and self.starts[number] < (line_end if line_end >= 0 else end + _LINE)

    def _other_column(self, start: int) -> bool:
        """Whether the date stands in a column whose header says something else (最終参加)."""
        text = self.text
        line_start = text.rfind("\n", max(start - _LINE, 0), start) + 1
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

    def _in_column(self, start: int) -> bool:
        number = bisect_right(self.columns, (start, len(self.text) + 1, "", 0)) - 1
        if number < 0:
            return False
        begin, stop, separator, column = self.columns[number]
        if not begin <= start < stop:
            return False
        line_start = self.text.rfind("\n", max(begin, start - _LINE), start) + 1
        if not line_start:
            return False
        if column < 0:
            return not _EVENT_BEFORE.search(self.text, max(line_start, start - 14), start)
        return self.text.count(separator, line_start, start) == column


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
        if ":" in line or re.search("[0-9。]", line):
            continue
        separator = next((mark for mark in "\t,|/ ・、" if mark in line.strip(" ")), "")
        if not separator:
            continue
        if stop < line_end:
            stop = text.find("\n\n", line_end)
            stop = stop if stop >= 0 else len(text)
        exact = separator in "\t,|/"
        column = text.count(separator, line_start, match.start()) if exact else -1
        found.append((line_end, stop, separator, column))
    return found
