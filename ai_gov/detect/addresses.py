"""住所の検知: where a person lives, from the largest part written to the room.

A house number is looked for first; what stands before it decides. Municipalities and towns that do not exist occur, so
the shape counts (〜市〜町大字〜字〜 with a number) and the gazetteer only helps. A municipality or 大字 without a number
is a place, and the address of a public facility is published: neither is found.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ai_gov.detect.persons.view import Mention
from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA
from ai_gov.detect.places.gazetteer import Gazetteer
from ai_gov.detect.places.shapes import (
    BUILDING,
    DWELLING,
    ENCLOSED,
    ENGLISH,
    FACILITY,
    FACILITY_ABOVE,
    FLATS,
    FURTHER_LOTS,
    HAS_BUILDING_WORD,
    HOUSEHOLD,
    INNER_NUMBER,
    INNER_UNIT,
    NAMED_BUILDING,
    NEARBY,
    NUMBER,
    OWN_HOME,
    PLATE,
    PUBLIC_TALK,
    PUBLISHED,
    ROOM_ONLY,
    SAME,
    SOFT_FACILITY,
)
from ai_gov.detect.reading import Reading

_AREA: Final = re.compile(f"[{KANJI}{KATAKANA}{HIRAGANA}]{{1,30}}")
_NO_NAME: Final = re.compile("[0-9 ]")
_UNIT: Final = re.compile("[都道府県市区町村郡]")
_AZA: Final = re.compile("字.")
_TOWN_LIKE: Final = re.compile("(?:町|台|丘|通り?|条|団地|字.{1,8})$")
_LAND_LIKE: Final = frozenset("町台丘野原通条浜崎沢山川田島里森本宿橋谷洲岡坂東西南北中上下前内口根塚堀池江津松竹梅桜")
_LABELS: Final = frozenset(
    [
        "住所",
        "現住所",
        "旧住所",
        "新住所",
        "前住所",
        "本籍",
        "本籍地",
        "宛先",
        "宛名",
        "自宅",
        "実家",
        "場所",
        "使用場所",
        "所在",
        "所在地",
        "送付先",
        "勤務先",
        "転入",
        "転出",
        "転居",
        "居所",
        "方書",
        "在住",
        "現場",
        "届出",
        "避難先",
        "番号",
        "連絡先",
        "付近",
        "問",
        "図",
        "表",
        "別表",
        "様式",
        "資料",
        "別紙",
        "議案",
        "第",
        "約",
        "全",
        "計",
        "平成",
        "令和",
        "昭和",
        "大正",
        "明治",
        "午前",
        "午後",
        "毎月",
        "毎週",
        "電話",
        "携帯",
        "直通",
        "内線",
        "会議室",
        "国道",
        "県道",
        "市道",
        "口座",
        "普通",
        "当座",
        "記号",
        "地番",
        "家屋番号",
        "申請者",
        "世帯主",
    ]
)
_STOPS: Final = frozenset(
    [
        "助詞",
        "助動詞",
        "動詞",
        "形容詞",
        "補助記号",
        "空白",
        "接続詞",
        "感動詞",
        "代名詞",
        "副詞",
        "連体詞",
        "記号",
        "数詞",
    ]
)
_BEFORE_BLANK: Final = re.compile("[都道府県市区町村郡]$")
_COUNTED: Final = re.compile(
    " ?(?:年|月|日|時|分|人|件|円|回|名|個|枚|台|度|%|点|歳|才|cm|kg|m|万|千|億|位|本|冊|か所|箇所|組|世帯|号線|のりば|乗り場|窓口|出口|ホーム|条|項|款|節|章|級|番目|期|次|週|学年|年生)"
)
_FEWEST_KANJI: Final = 2
_BACK: Final = 40
_PLAIN_AREA: Final = re.compile(f"[{KANJI}{KATAKANA}ケヶノツの]{{2,10}}")
_MUNICIPAL: Final = re.compile(f"[{KANJI}{KATAKANA}{HIRAGANA}]{{1,6}}?[市区町村郡][{KANJI}{KATAKANA}{HIRAGANA}]{{2,}}")
_ADDRESS_LABEL: Final = re.compile("(?:住所|居所|送付先|訪問先)[^\n]{0,4}$")
_EDGES: Final = frozenset(("", " ", "\t", "\n", ",", "/", "、", "(", ")", "|"))
_LINE: Final = 200
_INNER: Final = 3
_INNER_LENGTH: Final = 6
_CLOSE: Final = 60
_FOLLOWS: Final = frozenset(
    ("", " ", "\t", "\n", ",", "/", "、", "。", "(", ")", "」", "|", "に", "の", "で", "へ", "か", "を", "が", "は")
)
_PERSON_REACH: Final = 150
_PUBLIC_REACH: Final = 150


class Address(NamedTuple):
    """住所: where it stands, how sure, and which shape spoke for it."""

    start: int
    end: int
    score: float
    evidence: str


def find_addresses(
    reading: Reading, names: Sequence[Mention] = (), gazetteer: Gazetteer | None = None
) -> tuple[Address, ...]:
    """住所: sorted, disjoint, in positions of the normalised text. Linear in the length of the text.

    ``names`` are the names found in it: an address near one is hardly that of a facility.
    """
    finder = _Finder(reading, names, gazetteer or Gazetteer.load())
    found: list[Address] = []
    for address in sorted(finder.find(), key=lambda address: (address.start, -address.end)):
        if not found or address.start >= found[-1].end:
            found.append(address)
        elif address.end > found[-1].end:
            found[-1] = found[-1]._replace(end=address.end)
    return tuple(found)


class _Finder:
    def __init__(self, reading: Reading, names: Sequence[Mention], gazetteer: Gazetteer) -> None:
        # only the shape counts: a digit in a circle is as long as one without
        self.text = ENCLOSED.sub("1", reading.text)
        self.tokens = reading.tokens
        self.gazetteer = gazetteer
        self.starts = [token.start for token in reading.tokens]
        self.names = [name.start for name in names]

    def find(self) -> Iterator[Address]:
        known = False
        done = 0
        for match in NUMBER.finditer(self.text):
            if match.start() < done:
                continue
            address = self._at(match)
            if address is not None:
                known = True
                done = address.end
                yield address
        for match in FLATS.finditer(self.text):
            yield Address(match.start(), match.end(), 0.7, "団地")
        for match in DWELLING.finditer(self.text):
            if self._person_near(match.start(), match.end(), _CLOSE):
                yield Address(match.start(), match.end(), 0.6, "住まい")
        if known:
            for match in SAME.finditer(self.text):
                number = NUMBER.match(self.text, match.end())
                if number is not None:
                    yield Address(match.start(), number.end(), 0.6, "同")
        if "-" in self.text:
            for match in ENGLISH.finditer(self.text):
                yield Address(match.start(), match.end(), 0.6, "英字の住所")

    def _at(self, match: re.Match[str]) -> Address | None:
        kind = next(name for name in ("full", "dashed", "lot", "old", "loose") if match[name])
        name_end = match.start()
        if kind == "loose" and PLATE.match(self.text, match.start("loose")):
            return None
        start = self._area_start(name_end)
        area = self.text[start:name_end]
        if not area:
            return None
        if not self._fits(area, kind, blank=bool(match["blank"])) and not self._fits_beside_name(
            start, name_end, match, kind
        ):
            return None
        end = match.end()
        if kind in {"loose", "lot"} and _COUNTED.match(self.text, end):
            return None
        if kind in {"loose", "dashed"} and self.text[end : end + 1].isalnum() and self.text[end : end + 1].isascii():
            return None
        if self._is_public(start, end):
            return None
        start = self._line_above(start)
        return Address(start, self._tail(end), 0.8 if kind != "loose" else 0.7, kind)

    def _line_above(self, start: int) -> int:
        """Where an address begins whose 字 stands in a new line: 朝凪市大字鹿返⏎字沢口208番地."""
        if self.text[start - 1 : start] != "\n" or not self.text.startswith(("字", "大字", "小字"), start):
            return start
        above = self._area_start(start - 1)
        area = self.text[above : start - 1]
        return above if area and self._fits(area, "lot", blank=False) else start

    def _area_start(self, end: int) -> int:
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
        if token.surface in {"が", "の", "ノ", "ケ", "ヶ", "つ", "ツ"}:
            joined = before.surface + self.text[token.start : min(start + 3, end)]
            return self.text[start : start + 1] in {"丘", "台", "原", "浦", "崎"} or any(
                self.gazetteer.is_town(joined[:size]) for size in range(len(joined), 2, -1)
            )
        return token.pos[0] in {"動詞", "副詞", "形容詞", "感動詞"} and _UNIT.match(self.text, start) is not None

    def _fits(self, area: str, kind: str, *, blank: bool) -> bool:
        """Whether what stands before a number is a place, for a number of that kind."""
        if not _AREA.fullmatch(_NO_NAME.sub("", area)) or len(area) < _FEWEST_KANJI:
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
        return unit or aza or town or area[-1] in _LAND_LIKE

    def _fits_beside_name(self, start: int, end: int, match: re.Match[str], kind: str) -> bool:
        """町の名だけ: an unknown place with a number, in the line of a person's name or behind 住所.

        Dashes alone say enough near a name; a single number only where nothing else stands in its cell.
        """
        area = self.text[start:end]
        if kind == "loose" and not match["blank"] and _MUNICIPAL.fullmatch(area):
            follows = self.text[match.end() : match.end() + 1] in _FOLLOWS
            return follows and self._person_near(start, match.end(), _CLOSE)
        if (
            match["blank"]
            or not _PLAIN_AREA.fullmatch(area)
            or self._is_ordinary(start, end)
            or area[-1] in "第問図表約全"
        ):
            return False
        line_start = self.text.rfind("\n", max(start - _LINE, 0), start) + 1
        labelled = _ADDRESS_LABEL.search(self.text, line_start, start) is not None
        line_end = self.text.find("\n", match.end(), match.end() + _LINE)
        number = bisect_left(self.names, line_start)
        named = number < len(self.names) and self.names[number] < (line_end if line_end >= 0 else match.end() + _LINE)
        if kind == "dashed" and match["dashed"].count("-") + match["dashed"].count("の") >= 2:
            return labelled or self._person_near(start, match.end())
        if kind in {"dashed", "full", "lot", "old"}:
            return labelled or named
        at_edge = self.text[start - 1 : start] in _EDGES and self.text[match.end() : match.end() + 1] in _EDGES
        return at_edge and (labelled or (named and match.end() - match.start() > 1))

    def _is_ordinary(self, start: int, end: int) -> bool:
        number = bisect_left(self.starts, start)
        tokens = []
        while number < len(self.tokens) and self.tokens[number].start < end:
            tokens.append(self.tokens[number])
            number += 1
        return all(token.known and token.pos[1:2] != ("固有名詞",) for token in tokens) and any(
            len(token.surface) > 1 for token in tokens
        )

    def _is_public(self, start: int, end: int) -> bool:
        """Whether the address is that of a facility that everybody may know."""
        line_start = self.text.rfind("\n", max(start - _BACK, 0), start) + 1 or max(start - _BACK, 0)
        before = self.text[line_start:start]
        if OWN_HOME.search(before):
            return False
        if SOFT_FACILITY.search(before) is not None and not self._person_near(start, end):
            return True
        if FACILITY.search(before) is not None or PUBLISHED.match(self.text, end) is not None:
            return True
        if self._person_near(start, end):
            return False
        above = self.text[max(start - _BACK, 0) : start]
        around = self.text[max(start - _PUBLIC_REACH, 0) : end + _PUBLIC_REACH]
        return FACILITY_ABOVE.search(above) is not None or PUBLIC_TALK.search(around) is not None

    def _person_near(self, start: int, end: int, reach: int = _PERSON_REACH) -> bool:
        number = bisect_left(self.names, start - reach)
        return number < len(self.names) and self.names[number] <= end + reach

    def _tail(self, end: int) -> int:
        """Buildings, rooms, whose household it is (田中方) and what people add (の角)."""
        end = self._building_end(end)
        household = HOUSEHOLD.match(self.text, end)
        return household.end() if household is not None else end

    def _building_end(self, end: int) -> int:
        lots = FURTHER_LOTS.match(self.text, end)
        if lots is not None:
            return lots.end()
        building = BUILDING.match(self.text, end)
        if building is not None and self._is_building(building):
            return building.end()
        named = NAMED_BUILDING.match(self.text, end)
        if named is not None and "\n" not in named[0]:
            return named.end()
        room = ROOM_ONLY.match(self.text, end)
        if room is not None:
            return room.end()
        nearby = NEARBY.match(self.text, end)
        return nearby.end() if nearby is not None else end

    def _is_building(self, match: re.Match[str]) -> bool:
        name = match["name"]
        if HAS_BUILDING_WORD.search(name):
            return True
        room = match["room"].strip()
        if _COUNTED.match(self.text, match.end()) or len(name) < _FEWEST_KANJI:
            return False
        return room.endswith(("号室", "号棟", "号", "室", "階")) or (
            len(room) == 3
            and re.fullmatch(f"[{KATAKANA}{KANJI}]+", name) is not None
            and re.search(f"[{KATAKANA}]", name) is not None
        )
