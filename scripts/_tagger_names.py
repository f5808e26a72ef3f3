"""学習文の氏名を作る: frequent and rare names, names in no list, kana, half-width kana, Latin letters, from abroad."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from ai_gov.detect.persons.lexicon import (
    COMMON,
    FOREIGN,
    GIVEN,
    GIVEN_READING,
    LATIN,
    PLACE,
    SURNAME,
    SURNAME_READING,
    WORD,
    Lexicon,
)

HALF_KANA = str.maketrans(
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォッャュョー",
    "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｯｬｭｮｰ",
)
TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
KANJI = re.compile("[々\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffヶケノツ之]+")
KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニノハヒフヘホマミムメモヤユヨ"
    "ラリルレロワンガギグゴザジズダデドバビブベボパピペ"
)
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
    "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド",
    "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
ROMAN = {kana: row + vowel for row, kanas in _ROWS.items() for vowel, kana in zip("aiueo", kanas, strict=True)} | {
    "シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヂ": "ji", "ヅ": "zu",
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヲ": "o", "ン": "n",
}  # fmt: skip
PARTS = re.compile("([ 　・\n]+)")
SWAPPED = re.compile("[々〆㐀-鿿ヶ]{1,5}|[ァ-ヴー]{2,10}|[ぁ-ゖー]{2,10}")


def half_width(text: str) -> str:
    """半角カナ."""
    return unicodedata.normalize("NFD", text).translate(HALF_KANA).replace("\u3099", "ﾞ").replace("\u309a", "ﾟ")


def roman(kana: str) -> str:
    """ローマ字: as passports write it, near enough."""
    out = "".join(ROMAN.get(char, char) for char in kana)
    for small, vowel in zip("ャュョ", "auo", strict=True):
        out = re.sub(f"(sh|ch|j)i{small}", rf"\g<1>{vowel}", out)
        out = re.sub(f"i{small}", f"y{vowel}", out)
    out = re.sub("ッ(.)", r"\1\1", out).replace("ou", "o").replace("uu", "u").replace("oo", "o")
    return re.sub("[^a-z]", "", out)


class Names:
    """氏名を作る."""

    def __init__(self, rng: random.Random, lexicon: Lexicon, words: Mapping[str, Sequence[str]]) -> None:
        self.rng, self.lexicon, self.words = rng, lexicon, words
        flags = sorted(lexicon.words().items())

        def having(test: Callable[[str, int], bool]) -> list[str]:
            return [word for word, own in flags if test(word, own)]

        def kanji(word: str) -> bool:
            return KANJI.fullmatch(word) is not None

        self.common = having(lambda w, f: bool(f & COMMON) and bool(w))
        self.listed = having(lambda w, f: f & SURNAME and not f & COMMON and kanji(w))
        self.given_kanji = having(lambda w, f: f & GIVEN and not f & WORD and kanji(w))
        self.given_words = having(lambda w, f: f & GIVEN and f & WORD and kanji(w))
        self.given_mixed = having(lambda w, f: f & GIVEN and not kanji(w))
        self.surname_readings = having(lambda w, f: f & SURNAME_READING and bool(w))
        self.given_readings = having(lambda w, f: f & GIVEN_READING and bool(w))
        self.foreign = having(lambda w, f: f & FOREIGN and not f & (GIVEN_READING | SURNAME_READING | WORD) and bool(w))
        self.latin = having(lambda w, f: f & LATIN and not f & WORD and bool(w))
        self.places = having(lambda w, f: f & PLACE and f & (SURNAME | GIVEN) and bool(w))
        self.name_words = having(lambda w, f: f & WORD and f & (SURNAME | GIVEN) and kanji(w))
        self.letters = sorted({char for name in self.listed for char in name if char >= "㐀"})
        self.given_letters = sorted({char for name in self.given_kanji for char in name})

    def surname(self) -> str:
        """姓: half of them frequent, a part of them in no list."""
        luck = self.rng.random()
        if luck < 0.42:
            return self.rng.choice(self.common)
        if luck < 0.75:
            return self.rng.choice(self.listed)
        size = 1 if luck < 0.79 else self.rng.choice((2, 2, 2, 2, 3, 3, 4))
        return "".join(self.rng.choice(self.letters) for _ in range(size))

    def given(self) -> str:
        """名."""
        luck = self.rng.random()
        if luck < 0.66:
            return self.rng.choice(self.given_kanji)
        if luck < 0.76:
            return self.rng.choice(self.given_words)
        if luck < 0.80:
            return self.rng.choice(self.given_mixed)
        if luck < 0.90:
            return "".join(self.rng.choice(self.given_letters) for _ in range(self.rng.choice((1, 2, 2, 2, 3))))
        name = self.rng.choice(self.given_readings)
        return name if self.rng.random() < 0.5 else name.translate(TO_HIRAGANA)

    def full(self) -> str:
        """姓名."""
        luck = self.rng.random()
        if luck < 0.04:
            return self.foreign_kanji()
        if luck < 0.10:
            return self.foreign_name()
        if luck < 0.14:
            return self.kana(hiragana=self.rng.random() < 0.5)
        if luck < 0.18:
            return self.latin_name()
        return self.surname() + self.rng.choice(["", "", "　", "　", " ", " ", "　　"]) + self.given()

    def person(self) -> str:
        """姓か姓名か、まれに名."""
        luck = self.rng.random()
        if luck < 0.5:
            return self.surname()
        return self.full() if luck < 0.85 else self.given() if luck < 0.95 else self.kana_surname()

    def kana_surname(self) -> str:
        """姓の読み."""
        return self.rng.choice(self.surname_readings) if self.rng.random() < 0.85 else self._syllables()

    def kana(self, *, hiragana: bool) -> str:
        """かなの姓名."""
        name = self.kana_surname() + self.rng.choice(["", "　", "　", " "]) + self.rng.choice(self.given_readings)
        if hiragana:
            return name.translate(TO_HIRAGANA)
        return half_width(name) if self.rng.random() < 0.3 else name

    def foreign_name(self) -> str:
        """外国の人の名."""
        rng = self.rng
        if rng.random() < 0.45:
            surname, given = rng.choice(self.words["foreign_surnames"]), rng.choice(self.words["foreign_given"])
        else:
            surname, given = self._foreign_part(), self._foreign_part()
            if rng.random() < 0.3:
                given += "・" + self._foreign_part()
        if rng.random() < 0.2:
            return surname if rng.random() < 0.5 else given
        separator = rng.choice("・・・ 　＝")
        return surname + separator + given.replace("・", separator)

    def _foreign_part(self) -> str:
        return self.rng.choice(self.foreign) if self.rng.random() < 0.6 else self._syllables()

    def foreign_kanji(self) -> str:
        """漢字の外国の人の名."""
        separator = self.rng.choice(["", " ", "　", "・"])
        surname = self.rng.choice(self.words["one_kanji_surnames"])
        return surname + separator + self.rng.choice(self.words["foreign_given_kanji"])

    def latin_word(self) -> str:
        """ローマ字の語: of a Japanese name, of a listed or of an unlisted one from abroad."""
        luck = self.rng.random()
        if luck < 0.4:
            word = roman(self.rng.choice(self.surname_readings if luck < 0.2 else self.given_readings))
        elif luck < 0.75:
            word = self.rng.choice(self.latin)
        else:
            word = roman(self._syllables()).replace("shi", self.rng.choice(("shi", "sk", "st", "ch", "sch")))
            word += self.rng.choice(["", "", "", "n", "s", "ng", "nh", "r", "ez", "ov", "h"])
        return (word if len(word) > 1 else word + "an").capitalize()

    def latin_name(self) -> str:
        """ローマ字の姓名."""
        parts = [self.latin_word() for _ in range(self.rng.choice((2, 2, 2, 3, 4)))]
        luck = self.rng.random()
        if luck < 0.35:
            return " ".join(parts).upper()
        if luck < 0.45:
            return " ".join([parts[0].upper(), *parts[1:]])
        if luck < 0.52:
            return " ".join([*parts[:-1], parts[-1].upper()])
        return ", ".join(parts[:2]) if luck < 0.57 else " ".join(parts)

    def _syllables(self) -> str:
        return "".join(self.rng.choice(KANA) for _ in range(self.rng.randint(2, 5)))

    def instead(self, name: str, known: dict[str, str], surnames: set[str]) -> str:
        """別の名: a name of the same make; ``known`` holds what was put for each part before."""
        pieces = PARTS.split(name)
        for number in range(0, len(pieces), 2):
            piece = pieces[number]
            if SWAPPED.fullmatch(piece) is not None:
                if piece not in known:
                    alone = len(pieces) == 1 and piece not in surnames
                    known[piece] = self._instead(
                        piece, first=number == 0 and not (alone and self._is_given(piece)), alone=alone
                    )
                pieces[number] = known[piece]
        return "".join(pieces)

    def _instead(self, piece: str, *, first: bool, alone: bool) -> str:
        if piece[0] > "ヿ" or piece[0] == "々":
            if alone and len(piece) > 3:
                return self.surname() + self.given()
            return self.surname() if first else self.rng.choice(self.given_kanji)
        name = self.rng.choice(self.surname_readings if first else self.given_readings)
        return name.translate(TO_HIRAGANA) if piece[0] <= "ゖ" else name

    def _is_given(self, piece: str) -> bool:
        return self.lexicon.given(piece) > self.lexicon.surname(piece) or self.lexicon.given_reading(piece)
