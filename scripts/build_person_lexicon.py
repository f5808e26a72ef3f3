"""氏名の辞書を作る: ai_gov/detect/data/persons.txt.gz from two public sources.

usage: build_person_lexicon.py NAMES_DATASET_FOLDER [SUDACHI_SYSTEM_DIC]

NAMES_DATASET_FOLDER is ``japanese_personal_name_dataset/dataset`` of the PyPI package of that name (0.4.0, MIT);
the second is ``resources/system.dic`` of sudachidict_core 20260723 (Apache-2.0), by default the installed one.

Each line of the result is ``flags TAB words``: S surname, C one of the 2,000 most frequent, G given name, W also an
ordinary word, P also a place, s reading of a surname, g reading of a given name, F name written in katakana,
L name written in Latin letters (lower case).
"""

from __future__ import annotations

import collections
import csv
import gzip
import importlib.util
import io
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from _checked_input import read_checked

SURNAMES = ("last_name_org.csv", "7b0cc3db7eee44aba58d742f2450effa79c1c6eec2bcdd69479a546b51b4fbc2")
GIVEN = (
    ("first_name_man_org.csv", "66ddfac54862a23b12647fbfb230b956fa3421157d89339ebd1d55fec5577c50"),
    ("first_name_woman_org.csv", "474015276fd028811489d0bf0f79dd1d62e2e4522e7639f9c45464bec07d37ea"),
)
SYSTEM_DIC = "53fa281d11eef3769712fe1c3c892117338f9892bee6daf4dad51daa5281bb6f"
TARGET = Path(__file__).parents[1] / "ai_gov" / "detect" / "data" / "persons.txt.gz"

HAN = "々〆〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANJI_NAME = re.compile(f"[{HAN}ヶケノツ之]*[{HAN}][{HAN}ぁ-ゖァ-ヴ]*")
KATAKANA = re.compile("[ァ-ヴー]{2,}")
LATIN = re.compile("[A-Za-z]{3,}")
ORDINARY_COST = 9_000
"""A word that Sudachi finds less likely than this is no ordinary one."""


class Entry(NamedTuple):
    surface: str
    pos: tuple[str, ...]
    reading: str
    cost: int
    indexed: bool


class Binary:
    """Sudachi's binary dictionary, version 3: header, parts of speech, costs, index, words."""

    HEADER = 272

    def __init__(self, content: bytes) -> None:
        self.content = content

    def _text(self, at: int) -> tuple[str, int]:
        size, at = self._length(at)
        return self.content[at : at + 2 * size].decode("utf-16le", "replace"), at + 2 * size

    def _length(self, at: int) -> tuple[int, int]:
        first = self.content[at]
        return (first, at + 1) if first < 128 else (((first & 0x7F) << 8) | self.content[at + 1], at + 2)

    def _unsigned(self, at: int) -> int:
        return int(struct.unpack_from("<I", self.content, at)[0])

    def entries(self) -> Iterator[Entry]:
        at = self.HEADER + 2
        parts = []
        for _ in range(struct.unpack_from("<H", self.content, self.HEADER)[0]):
            pos = []
            for _ in range(6):
                part, at = self._text(at)
                pos.append(part)
            parts.append(tuple(pos))
        left, right = struct.unpack_from("<hh", self.content, at)
        at += 4 + 2 * left * right
        at += 4 + 4 * self._unsigned(at)
        at += 4 + self._unsigned(at)
        count = self._unsigned(at)
        costs = at + 4
        offsets = struct.unpack_from(f"<{count}I", self.content, costs + 6 * count)
        for number, start in enumerate(offsets):
            surface, at = self._text(start)
            _, at = self._length(at)
            pos = parts[struct.unpack_from("<H", self.content, at)[0]]
            _, at = self._text(at + 2)
            reading, _ = self._text(at + 4)
            connection, _, cost = struct.unpack_from("<hhh", self.content, costs + 6 * number)
            yield Entry(surface, pos, reading, cost, connection >= 0)


def main(folder: Path, system_dic: Path) -> None:
    flags: dict[str, set[str]] = collections.defaultdict(set)
    surname_readings: collections.Counter[str] = collections.Counter()
    words: set[str] = set()
    places: set[str] = set()
    for entry in Binary(read_checked(system_dic, SYSTEM_DIC)).entries():
        if not entry.indexed:
            continue
        if entry.pos[2] == "人名":
            _person(entry, flags, surname_readings)
        elif entry.pos[2] == "地名":
            places.add(entry.surface)
        elif entry.pos[0] != "記号" and entry.pos[1] != "固有名詞" and entry.cost < ORDINARY_COST:
            words.add(entry.surface.lower())
    _dataset(folder, flags, surname_readings)
    for reading, count in surname_readings.items():
        if (count > 1 or len(reading) > 2) and KATAKANA.fullmatch(reading):
            flags[reading].add("s")
    for name, own in flags.items():
        if name in words:
            own.add("W")
        if name in places:
            own.add("P")
    _write(flags)


def _person(entry: Entry, flags: dict[str, set[str]], surname_readings: collections.Counter[str]) -> None:
    kind = entry.pos[3]
    if KANJI_NAME.fullmatch(entry.surface) and len(entry.surface) <= 5:
        if kind == "姓":
            flags[entry.surface].add("S")
            surname_readings[entry.reading] += 1
        elif kind == "名":
            flags[entry.surface].add("G")
            if KATAKANA.fullmatch(entry.reading):
                flags[entry.reading].add("g")
    elif KATAKANA.fullmatch(entry.surface):
        flags[entry.surface].add("F")
    elif LATIN.fullmatch(entry.surface):
        flags[entry.surface.lower()].add("L")


def _dataset(folder: Path, flags: dict[str, set[str]], surname_readings: collections.Counter[str]) -> None:
    katakana = {code: code + 0x60 for code in range(0x3041, 0x3097)}
    for surname, _, reading, *_ in _rows(folder, *SURNAMES):
        flags[surname] |= {"S", "C"}
        surname_readings[reading.translate(katakana)] += 2
    for name, sha256 in GIVEN:
        for reading, _, *writings in _rows(folder, name, sha256):
            flags[reading.translate(katakana)].add("g")
            for writing in writings:
                if KANJI_NAME.fullmatch(writing):
                    flags[writing].add("G")


def _rows(folder: Path, name: str, sha256: str) -> Iterator[list[str]]:
    text = read_checked(folder / name, sha256).decode("utf-8")
    yield from (row for row in csv.reader(io.StringIO(text)) if row)


def _write(flags: dict[str, set[str]]) -> None:
    lines: dict[str, list[str]] = collections.defaultdict(list)
    for name, own in flags.items():
        lines["".join(sorted(own))].append(name)
    text = "".join(f"{own}\t{' '.join(sorted(names))}\n" for own, names in sorted(lines.items()))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{TARGET.name}: {len(flags):,} 語、{TARGET.stat().st_size:,} バイト")


if __name__ == "__main__":
    installed = importlib.util.find_spec("sudachidict_core")
    resources = Path(str(installed and installed.origin)).parent / "resources"
    main(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else resources / "system.dic")
