"""地名の範囲: the names before a house number, read backwards to where they begin, and whether they are a place."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA
from ai_gov.detect.places.gazetteer import Gazetteer
from ai_gov.detect.places.shapes import INNER_NUMBER, INNER_UNIT, NAME_CHARS
from ai_gov.detect.reading import Token

_AREA: Final = re.compile(f"[{NAME_CHARS}]{{1,30}}")
_NO_NAME: Final = re.compile("[0-9 ]")
_UNIT: Final = re.compile("[都道府県市区町村郡]")
_AZA: Final = re.compile("字.")
_TOWN_LIKE: Final = re.compile("(?:町|台|丘|通り?|条|団地|字.{1,8})$")
_LAND_LIKE: Final = frozenset("町台丘野原通条浜崎沢山川田島里森本宿橋谷洲岡坂東西南北中上下前内口根塚堀池江津松竹梅桜")
_LABELS: Final = frozenset(
    [
        *("住所", "現住所", "旧住所", "新住所", "前住所", "本籍", "本籍地", "宛先", "宛名", "自宅", "実家", "場所"),
        *("使用場所", "所在", "所在地", "送付先", "勤務先", "転入", "転出", "転居", "居所", "方書", "在住", "現場"),
        *("届出", "避難先", "番号", "連絡先", "付近", "問", "図", "表", "別表", "様式", "資料", "別紙", "議案"),
        *("第", "約", "全", "計", "平成", "令和", "昭和", "大正", "明治", "午前", "午後", "毎月", "毎週", "電話"),
        *("携帯", "直通", "内線", "会議室", "国道", "県道", "市道", "口座", "普通", "当座", "記号", "地番"),
        *("家屋番号", "申請者", "世帯主"),
    ]
)
_STOPS: Final = frozenset(
    [
        *("助詞", "助動詞", "動詞", "形容詞", "補助記号", "空白", "接続詞", "感動詞", "代名詞", "副詞", "連体詞"),
        *("記号", "数詞"),
    ]
)
_STREETS: Final = frozenset(["上る", "上ル", "下る", "下ル", "東入る", "西入る", "入る", "入ル", "あがる", "さがる"])
"""京都の通り名: 寺町通御池上る."""
_BEFORE_BLANK: Final = re.compile("[都道府県市区町村郡]$")
_JOINING: Final = frozenset("がのノケヶつツ")
_JOINING_KANA: Final = frozenset("ノヶケ")
"""Katakana between kanji is never a particle."""
_AFTER_JOINING: Final = frozenset("丘台原浦崎")
_MUNICIPALITY: Final = re.compile(f"[{KANJI}{KATAKANA}{HIRAGANA}]{{1,12}}[都道府県市区町村郡]")
_FEWEST: Final = 2
_BACK: Final = 40
_INNER: Final = 3
_INNER_LENGTH: Final = 6


class Areas:
    """地名の範囲: of one text."""

    def __init__(self, text: str, tokens: Sequence[Token], gazetteer: Gazetteer) -> None:
        self.text = text
        self.tokens = tokens
        self.gazetteer = gazetteer
        self.starts = [token.start for token in tokens]

    def start(self, end: int) -> int:
        """Where the names before a number begin, numbers inside them included: 北18条西5丁目, 第12地割."""
        start = self._names_start(end)
        for _ in range(_INNER):
            inner = INNER_NUMBER.search(self.text, max(start - _INNER_LENGTH, 0), start)
            if start == end or inner is None or INNER_UNIT.match(self.text, start) is None:
                break
            start = self._names_start(inner.start())
        return start

    def _names_start(self, end: int) -> int:
        """Back over nouns to a particle, a blank, a label or a mark."""
        number = bisect_left(self.starts, end) - 1
        start = end
        while number >= 0 and end - self.tokens[number].start <= _BACK:
            token = self.tokens[number]
            if token.surface in _LABELS or (
                (token.pos[0] in _STOPS or token.pos[1:2] == ("数詞",)) and not self._inside_name(number, start, end)
            ):
                break
            start = token.start
            number -= 1
        return start

    def _inside_name(self, number: int, start: int, end: int) -> bool:
        """Whether a token that usually ends a name is inside one: みどりが丘, 山の手, 三条, 埼玉県 川口市."""
        token = self.tokens[number]
        before = self.tokens[number - 1] if number else None
        if before is None or before.end != token.start:
            return False
        if token.surface == " ":
            return start < end and _BEFORE_BLANK.search(before.surface) is not None
        if token.pos[1:2] == ("数詞",) and not token.surface[0].isascii():
            return True
        if token.surface in _JOINING_KANA and self.text[start : start + 1] >= "一" and before.surface[-1] >= "一":
            return True
        if token.surface in _JOINING:
            joined = before.surface + self.text[token.start : min(start + 3, end)]
            return self.text[start : start + 1] in _AFTER_JOINING or any(
                self.gazetteer.is_town(joined[:size]) for size in range(len(joined), 2, -1)
            )
        if token.surface in _STREETS:
            return True
        return token.pos[0] in {"動詞", "副詞", "形容詞", "感動詞"} and _UNIT.match(self.text, start) is not None

    def fits(self, area: str, kind: str, *, blank: bool) -> bool:
        """Whether what stands before a number is a place, for a number of that kind."""
        if not _AREA.fullmatch(_NO_NAME.sub("", area)) or len(area) < _FEWEST:
            return False
        unit = _UNIT.search(area, 1) is not None
        aza = _AZA.search(area) is not None
        town = bool(self.gazetteer.town_at_end(area))
        if kind == "loose":
            return aza or (
                unit and town and not blank and _UNIT.search(area[:-1], 1) is not None and area[-1] not in "市区町村"
            )
        if kind in {"lot", "old"}:
            return unit or aza or town or _TOWN_LIKE.search(area) is not None
        return unit or aza or town or area[-1] in _LAND_LIKE or self.begins_with_municipality(area)

    def begins_with_municipality(self, area: str) -> bool:
        """Whether it begins with the name of a municipality, 市 or 町 left out: 白河鹿島."""
        return any(self.gazetteer.is_municipality(area[:size]) for size in range(min(6, len(area)), 1, -1))

    def in_municipality(self, area: str) -> bool:
        """Whether it names a 市, 区, 町, 村 or 郡, and something in it."""
        return _MUNICIPALITY.match(area) is not None

    def line_above(self, start: int) -> int:
        """Where an address begins that goes on in a new line: 朝凪市大字鹿返⏎字沢口208番地, 見本県朝凪市⏎汐入1-2."""
        begin = start
        while begin and self.text[begin - 1] == " " and start - begin < _INNER_LENGTH:
            begin -= 1
        if self.text[begin - 1 : begin] != "\n":
            return start
        above = self.start(begin - 1)
        area = self.text[above : begin - 1]
        if self.text.startswith(("字", "大字", "小字"), start):
            return above if area and self.fits(area, "lot", blank=False) else start
        whole = _MUNICIPALITY.fullmatch(area) is not None
        return above if whole and area[-1] in "都道府県市区町村郡" else start

    def is_ordinary(self, start: int, end: int) -> bool:
        """Whether all the words of a span are in the dictionary, and none as a name."""
        number = bisect_left(self.starts, start)
        tokens = []
        while number < len(self.tokens) and self.tokens[number].start < end:
            tokens.append(self.tokens[number])
            number += 1
        return all(token.known and token.pos[1:2] != ("固有名詞",) for token in tokens) and any(
            len(token.surface) > 1 for token in tokens
        )
