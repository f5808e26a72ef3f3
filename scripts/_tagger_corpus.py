"""学習文を作る: municipal texts with names, from templates, the lexicon and the project's own annotated prompts.

Every random choice comes from one seeded generator over sorted lists: the same inputs give the same texts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from _tagger_names import TO_HIRAGANA, Names

SLOT = re.compile(r"\{([^{}]+)\}")
SECTION = re.compile(r"\[([a-z_]+)\]")
HEADS = (
    "", "", "", "", "・", "・", "1 ", "(1) ", "■ ", "※", "　", "{文}", "{文}\n", "{語}\n", "{月日}\n", "{語}：",
    "{時} ",    "{月日}　", "{課}\n", "【{語}】\n", "{語}の件。",
)  # fmt: skip
TAILS = (
    "",
    "",
    "",
    "",
    "",
    "。",
    "\n",
    "\n{語}",
    "。{文}",
    "、{語}",
    "\n{文}",
    "　{語}",
    "（{語}）",
    "\n{電}",
    "\n\n{文}",
)


class Example(NamedTuple):
    """学習文: ``persons`` are the names, ``unsaid`` the spans of which nothing is known."""

    text: str
    persons: tuple[tuple[int, int], ...]
    unsaid: tuple[tuple[int, int], ...] = ()


class MarkLike(NamedTuple):
    """注釈: a span of an annotated prompt."""

    start: int
    end: int
    type: str
    optional: bool


def read_words(text: str) -> dict[str, list[str]]:
    """語の一覧: by section."""
    words: dict[str, list[str]] = {}
    section = ""
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if (match := SECTION.fullmatch(line)) is not None:
            section = match[1]
        else:
            words.setdefault(section, []).extend(line.split(" "))
    return words


def read_templates(text: str) -> list[str]:
    r"""ひな型の一覧: one a line; ``\n`` and ``\t`` stand for themselves, ``# `` begins a comment."""
    lines = (line for line in text.splitlines() if line and not line.startswith("# "))
    return [line.replace("\\n", "\n").replace("\\t", "\t") for line in lines]


class Filler:
    """ひな型を埋める."""

    def __init__(
        self, rng: random.Random, names: Names, words: Mapping[str, Sequence[str]], towns: Sequence[str]
    ) -> None:
        self.rng, self.names, self.words, self.towns = rng, names, words, towns
        self.persons: dict[str, Callable[[], str]] = {
            "姓": names.surname,
            "名": names.given,
            "全": names.full,
            "人": names.person,
            "かな": lambda: names.kana(hiragana=True),
            "カナ": lambda: names.kana(hiragana=False),
            "かな姓": lambda: names.kana_surname().translate(TO_HIRAGANA),
            "カナ姓": names.kana_surname,
            "かな名": lambda: rng.choice(names.given_readings).translate(TO_HIRAGANA),
            "カナ名": lambda: rng.choice(names.given_readings),
            "外": names.foreign_name,
            "漢外": names.foreign_kanji,
            "カナ外": names.foreign_name,
            "ローマ": names.latin_name,
            "ローマ姓": names.latin_word,
            "空き": lambda: rng.choice((" ", "　")).join(names.surname() + names.given()),
        }
        self.others: dict[str, Callable[[], str]] = {
            "語": self._noun,
            "地": self._place,
            "屋": names.surname,  # a family's name that names a thing
            "施": lambda: self._place() + self._word("facilities"),
            "社": self._company,
            "品": lambda: self._place() + self._word("products"),
            "月日": self._date,
            "生": self._birth,
            "時": lambda: f"{rng.randint(8, 19)}:{rng.randint(0, 59):02}",
            "歳": lambda: f"{rng.randint(1, 95)}{rng.choice(('', '歳'))}",
            "年代": lambda: f"{rng.randint(2, 8)}0代",
            "学年": lambda: str(rng.randint(1, 6)),
            "番": lambda: str(rng.randint(1, 10 ** rng.randint(1, 8))),
            "額": lambda: f"{rng.randint(1, 999)}{rng.choice((',000円', '万円', ',' + str(rng.randint(100, 999))))}",
            "電": lambda: f"0{rng.randint(10, 99)}0-{rng.randint(0, 9999):04}-{rng.randint(0, 9999):04}",
            "住": self._address,
            "メ": lambda: f"{rng.choice('abcdefghk')}{rng.randint(1, 999)}@example.jp",
            "漢数": lambda: "".join(rng.choice("一二三四五六七八九十") for _ in range(rng.choice((1, 1, 1, 2, 3)))),
            "曜": lambda: rng.choice("月火水木金土日"),
        }
        slots = {
            "文": "sentences", "課": "sections", "職": "offices", "敬": "honorifics", "続": "kin", "欄": "labels",
            "国": "countries", "市": "towns", "元号": "eras", "銀行": "banks", "片仮名": "katakana_words",
            "平仮名": "hiragana_words", "県": "prefectures", "英語": "latin_words", "公職": "public_offices",
            "係職": "staff_titles",
        }  # fmt: skip
        for slot, section in slots.items():
            self.others[slot] = lambda section=section: self._word(section)  # type: ignore[misc]

    def _word(self, section: str) -> str:
        return self.rng.choice(self.words[section])

    def _noun(self) -> str:
        """名でない語: now and then one that is a name too."""
        luck = self.rng.random()
        if luck < 0.72:
            return self._word("nouns")
        if luck < 0.86:
            return self._word("nouns") + self._word("nouns")
        if luck < 0.94:
            return self.rng.choice(self.names.name_words)
        return self._word("katakana_words")

    def _place(self) -> str:
        """地名: half of them surnames too."""
        return self.rng.choice(self.names.places if self.rng.random() < 0.5 else self.towns)

    def _company(self) -> str:
        """会社・店: named after a family or a place."""
        head = self.names.surname() if self.rng.random() < 0.7 else self._place()
        name = head + self._word("shops")
        return self.rng.choice((name, name, f"株式会社{name}", f"(株){name}", f"有限会社{head}", f"{head}株式会社"))

    def _date(self) -> str:
        month, day = self.rng.randint(1, 12), self.rng.randint(1, 28)
        return self.rng.choice((f"{month}月{day}日", f"{month}/{day}", f"令和{self.rng.randint(1, 9)}年{month}月"))

    def _birth(self) -> str:
        year, month, day = self.rng.randint(5, 63), self.rng.randint(1, 12), self.rng.randint(1, 28)
        forms = (
            f"昭和{year}年{month}月{day}日",
            f"S{year}.{month}.{day}",
            f"{1925 + year}/{month}/{day}",
            f"平成{year // 2 + 1}年{month}月{day}日",
        )
        return self.rng.choice(forms)

    def _address(self) -> str:
        number = self.rng.randint(1, 3000)
        end = self.rng.choice(("番地", f"-{self.rng.randint(1, 30)}", f"番地の{self.rng.randint(1, 9)}"))
        return f"{self.rng.choice(self.towns)}{self.rng.choice(('', '大字', ''))}{self._place()}{number}{end}"

    def fill(self, template: str) -> Example:
        """ひな型 → 学習文."""
        out: list[str] = []
        persons: list[tuple[int, int]] = []
        size = done = 0
        for slot in SLOT.finditer(template):
            literal, kind = template[done : slot.start()], slot[1]
            value = self.persons[kind]() if kind in self.persons else self.others[kind]()
            size += len(literal)
            if kind in self.persons:
                persons.append((size, size + len(value)))
            out += (literal, value)
            size += len(value)
            done = slot.end()
        out.append(template[done:])
        return Example("".join(out), tuple(persons))

    def examples(self, templates: Sequence[str], rounds: int) -> Iterator[Example]:
        """学習文を順に: each template so many times, with something before or behind it now and then."""
        for _ in range(rounds):
            for template in templates:
                head, tail = self.rng.choice(HEADS), self.rng.choice(TAILS)
                if template.endswith(("。", "\n")) and tail[:1] in {"", "。"}:
                    tail = ""
                yield self.fill(head + template + tail)

    def in_contexts(self, contexts: Contexts, count: int) -> Iterator[Example]:
        """前後を組み合わせた文: persons where a side speaks for one, or now and then none; other words too."""
        pick, luck = self.rng.choice, self.rng.random
        for _ in range(count):
            signs = luck()
            befores = contexts.telling[0] if signs < 0.5 else contexts.plain[0]
            afters = contexts.telling[1] if 0.3 < signs < 0.8 else contexts.plain[1]
            value = pick(NAMED if signs < 0.8 or luck() < 0.3 else UNNAMED)
            if signs < 0.3 and luck() < 0.15:
                value = "{語}"
            tail = pick(TAILS) if luck() < 0.5 else ""
            head = pick(HEADS) if luck() < 0.3 else ""
            yield self.fill(head + pick(befores) + value + pick(afters) + tail)


class Contexts(NamedTuple):
    """前後: what stands before and behind, that speaks for a name and that does not."""

    telling: tuple[list[str], list[str]]
    plain: tuple[list[str], list[str]]


NAMED = (
    *("{姓}",) * 6,
    *("{全}",) * 6,
    *("{名}",) * 2,
    *("{カナ}", "{かな}", "{かな姓}", "{カナ姓}", "{かな名}", "{カナ名}", "{外}", "{漢外}", "{ローマ}"),
)
UNNAMED = (
    *("{語}",) * 6,
    *("{地}",) * 4,
    *("{施}", "{社}", "{品}", "{片仮名}", "{片仮名}", "{平仮名}", "{課}", "{漢数}", "{国}", "{英語}", "{英語} {英語}"),
)


def read_contexts(text: str) -> Contexts:
    """前後の一覧."""
    lines = read_templates(text)

    def having(sign: str) -> list[str]:
        return [line[3:] for line in lines if line.startswith(sign)]

    return Contexts((having("<! "), having(">! ")), (having("<~ "), having(">~ ")))


def swapped(names: Names, text: str, marks: Sequence[MarkLike]) -> Example:
    """名を替えた文: an annotated prompt with other names, each name the same one throughout."""
    known: dict[str, str] = {}
    out: list[str] = []
    persons: list[tuple[int, int]] = []
    unsaid: list[tuple[int, int]] = []
    surnames = {
        parts[0]
        for mark in marks
        if mark.type == "PERSON" and len(parts := re.split("[ 　・\n]+", text[mark.start : mark.end])) > 1
    }
    size = done = 0
    for mark in sorted(marks):
        out.append(text[done : mark.start])
        size += mark.start - done
        value = text[mark.start : mark.end]
        if mark.type == "PERSON" and not value.isascii():
            value = names.instead(value, known, surnames)
        out.append(value)
        if mark.type == "PERSON" and not mark.optional:
            persons.append((size, size + len(value)))
        elif mark.type != "JP_ADDRESS" or mark.optional:
            unsaid.append((size, size + len(value)))
        size += len(value)
        done = mark.end
    out.append(text[done:])
    return Example("".join(out), tuple(persons), tuple(unsaid))
