"""住所の検知: where a person lives, from the largest part written to the room.

A house number is looked for first; what stands before it decides. Municipalities and towns that do not exist
occur, so the shape counts (〜市〜町大字〜字〜 with a number) and the gazetteer only helps. A municipality or 大字
without a number is a place, and the address of a public facility is published: neither is found.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ai_gov.detect.persons.view import Mention
from ai_gov.detect.persons.words import HIRAGANA, KANJI, KATAKANA
from ai_gov.detect.places.areas import Areas
from ai_gov.detect.places.buildings import DWELLING, FLATS, NEARBY, tail_end
from ai_gov.detect.places.facilities import (
    FACILITY,
    FACILITY_ABOVE,
    FACILITY_SAYS,
    OWN_HOME,
    PUBLIC_TALK,
    PUBLISHED,
    SOFT_FACILITY,
)
from ai_gov.detect.places.gazetteer import Gazetteer
from ai_gov.detect.places.shapes import (
    COUNTED,
    EN_FACILITY,
    ENCLOSED,
    ENGLISH,
    KINDS,
    LANDMARK,
    NUMBER,
    PLATE,
    REFUGES,
    SAME,
    SHELTER,
    STREET,
    UNKNOWN_LOT,
)
from ai_gov.detect.reading import Reading

_PLAIN_AREA: Final = re.compile(
    f"[{KANJI}{KATAKANA}ヵヶのつ]{{2,10}}|[{HIRAGANA}]{{2,6}}[町台丘野原浜森山川里島][東西南北]?"
)
_MUNICIPAL: Final = re.compile(f"[{KANJI}{KATAKANA}{HIRAGANA}]{{1,6}}?[市区町村郡][{KANJI}{KATAKANA}{HIRAGANA}]{{2,}}")
_ADDRESS_LABEL: Final = re.compile("(?:住所|居所|送付先|訪問先)[^\n]{0,4}$")
_EDGES: Final = frozenset(("", " ", "\t", "\n", ",", "/", "、", "(", ")", "「", "」", "|", ":"))
_BEGINNINGS: Final = _EDGES | frozenset(("は", "が", "に", "の", "へ", "。"))
_FIELDS: Final = frozenset("町台丘野原浜森山里島")
_FIELDS_OF_A_CELL: Final = _FIELDS | frozenset("宿沢川谷坂崎岡島田橋木本市区町村")
_CELL: Final = frozenset(("", "\t", "\n", "|", ",", "'", '"'))
_LOT_AND_BRANCH: Final = re.compile(" ?[0-9]{1,5} ?番地の?[0-9]{1,4}")
"""A house number that hardly anything else looks like: 217番地4."""
_LINE: Final = 200
_BACK: Final = 40
_CLOSE: Final = 60
_FOLLOWS: Final = frozenset(
    ("", " ", "\t", "\n", ",", "/", "、", "。", "(", ")", "」", "|", "に", "の", "で", "へ", "か", "を", "が", "は")
)
_PERSON_REACH: Final = 150
_PUBLIC_REACH: Final = 150
_FEWEST: Final = 2


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
        self.areas = Areas(self.text, reading.tokens, gazetteer)
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
            nearby = NEARBY.match(self.text, match.end())
            yield Address(self._place_of(match.start()), nearby.end() if nearby else match.end(), 0.7, "団地")
        for match in SHELTER.finditer(self.text) if any(word in self.text for word in REFUGES) else ():
            if self._person_near(match.start(), match.end(), _CLOSE):
                yield Address(match.start(), match.end(), 0.6, "避難先")
        for match in DWELLING.finditer(self.text):
            if self._person_near(match.start(), match.end(), _CLOSE):
                yield Address(match.start(), match.end(), 0.6, "住まい")
        yield from self._landmarks()
        if known:
            for match in SAME.finditer(self.text):
                number = NUMBER.match(self.text, match.end())
                if number is not None:
                    yield Address(match.start(), number.end(), 0.6, "同")
        yield from self._english()

    def _place_of(self, start: int) -> int:
        """Where an address begins whose flats are said to be somewhere: 字前田の町営住宅3号棟105."""
        if self.text[start - 1 : start] != "の":
            return start
        place = self.areas.start(start - 1)
        fits = place < start - 1 and self.areas.fits(self.text[place : start - 1], "lot", blank=False)
        return place if fits else start

    def _english(self) -> Iterator[Address]:
        """Addresses in Latin letters: those of a facility are published, one abroad counts only near a person."""
        for match in ENGLISH.finditer(self.text) if "-" in self.text else ():
            before = self.text[max(match.start() - _BACK, 0) : match.end()].rpartition("\n")[2]
            if EN_FACILITY.search(before) is None:
                yield Address(match.start(), match.end(), 0.6, "英字の住所")
        for match in STREET.finditer(self.text):
            if self._person_near(match.start(), match.end()):
                yield Address(match.start(), match.end(), 0.6, "国外の住所")

    def _landmarks(self) -> Iterator[Address]:
        if "丁目" not in self.text and "番" not in self.text:
            return
        for match in (found for shape in (LANDMARK, UNKNOWN_LOT) for found in shape.finditer(self.text)):
            start = self.areas.start(match.start())
            area = self.text[start : match.start()]
            if (
                len(area) >= _FEWEST
                and self.areas.fits(area, "full", blank=False)
                and self._person_near(start, match.end())
            ):
                yield Address(start, match.end(), 0.6, "道案内")

    def _at(self, match: re.Match[str]) -> Address | None:
        kind = next(name for name in KINDS if match[name])
        name_end = match.start()
        if kind == "loose" and PLATE.match(self.text, match.start("loose")):
            return None
        start = self.areas.start(name_end)
        area = self.text[start:name_end]
        if not area:
            return None
        if "\n" in match["blank"]:
            if (
                kind not in {"full", "dashed", "lot"}
                or not self._begins_line(start)
                or not self.areas.in_municipality(area)
            ):
                return None
        elif not self.areas.fits(area, kind, blank=bool(match["blank"])) and not self._fits_beside_name(
            start, name_end, match, kind
        ):
            return None
        end = match.end()
        if kind in {"loose", "lot", "full"} and COUNTED.match(self.text, end):
            return None
        if kind in {"loose", "dashed"} and self.text[end : end + 1].isalnum() and self.text[end : end + 1].isascii():
            return None
        if self._is_public(start, end):
            return None
        start = self.areas.line_above(start)
        return Address(start, tail_end(self.text, end), 0.8 if kind != "loose" else 0.7, kind)

    def _begins_line(self, start: int) -> bool:
        line_start = self.text.rfind("\n", max(start - _BACK, 0), start) + 1
        before = self.text[line_start:start]
        return not before.strip() or _ADDRESS_LABEL.search(before) is not None

    def _fits_beside_name(self, start: int, end: int, match: re.Match[str], kind: str) -> bool:
        """町の名だけ: an unknown place with a number, in the line of a person's name or behind 住所.

        Dashes alone say enough near a name; a single number only where nothing else stands in its cell.
        """
        area = self.text[start:end]
        joined = kind == "loose" and re.search("[のノ之]", match["loose"]) is not None
        if kind == "loose" and (joined or not match["blank"]) and _MUNICIPAL.fullmatch(area.replace(" ", "")):
            goes_on = self.text[match.end() : match.end() + 1] in _FOLLOWS
            return goes_on and self._person_near(start, match.end(), _CLOSE)
        if not _PLAIN_AREA.fullmatch(area) or area[-1] in "第問図表約全番":
            return False
        town = kind == "loose" and bool(match["blank"]) and self.areas.gazetteer.is_town(area)
        if not town and self.areas.is_ordinary(start, end) and not (joined and area[-1] in _FIELDS):
            return False
        line_start = self.text.rfind("\n", max(start - _LINE, 0), start) + 1
        labelled = _ADDRESS_LABEL.search(self.text, line_start, start) is not None
        line_end = self.text.find("\n", match.end(), match.end() + _LINE)
        number = bisect_left(self.names, line_start)
        named = number < len(self.names) and self.names[number] < (line_end if line_end >= 0 else match.end() + _LINE)
        if kind == "lot" and not match["blank"] and _LOT_AND_BRANCH.fullmatch(match["lot"]):
            return labelled or self._person_near(start, match.end())
        if kind == "loose" and match["blank"] and named and match.end() - match.start("loose") > 1:
            alone = self.text[start - 1 : start] in _CELL and self.text[match.end() : match.end() + 1] in _CELL
            return labelled or (alone and (town or area[-1] in _FIELDS_OF_A_CELL))
        if match["blank"] and not (labelled or (named and kind == "lot")):
            return False
        if kind == "dashed" and match["dashed"].count("-") + match["dashed"].count("の") >= 2:
            return labelled or self._person_near(start, match.end())
        if kind in {"dashed", "full", "lot", "old"}:
            return labelled or named
        follows = self.text[match.end() : match.end() + 1]
        if self._is_owned(match.end()) and self.text[start - 1 : start] in _BEGINNINGS:
            return match.end() - match.start() > 1
        at_edge = self.text[start - 1 : start] in _EDGES and follows in _EDGES
        joined = joined and self.text[start - 1 : start] in _BEGINNINGS
        return (at_edge or joined) and (labelled or (named and match.end() - match.start() > 1))

    def _is_owned(self, end: int) -> bool:
        """Whether の and a person's name follow: 鹿返512の倉持さん."""
        if self.text[end : end + 1] != "の":
            return False
        number = bisect_left(self.names, end)
        return number < len(self.names) and self.names[number] == end + 1

    def _is_public(self, start: int, end: int) -> bool:
        """Whether the address is that of a facility that everybody may know."""
        line_start = self.text.rfind("\n", max(start - _BACK, 0), start) + 1 or max(start - _BACK, 0)
        before = self.text[line_start:start]
        if FACILITY_SAYS.search(before):
            return True
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
