"""氏名の辞書: which words can be a surname or a given name, and how well they can.

The data and its sources are described in ``ai_gov/detect/data/README.md``.
"""

from __future__ import annotations

import collections
import functools
import gzip
import re
import unicodedata
from collections.abc import Mapping
from importlib import resources
from typing import Final, NamedTuple

from ai_gov.detect.persons.roman import kana_of
from ai_gov.text import name_key

SURNAME: Final = 1
COMMON: Final = 2  # one of the 2,000 most frequent surnames
GIVEN: Final = 4
WORD: Final = 8  # also an ordinary word
PLACE: Final = 16  # also a place
SURNAME_READING: Final = 32
GIVEN_READING: Final = 64
FOREIGN: Final = 128  # a name written in katakana
LATIN: Final = 256  # a name written in Latin letters, lower case

_BITS: Final = {
    "S": SURNAME, "C": COMMON, "G": GIVEN, "W": WORD, "P": PLACE,
    "s": SURNAME_READING, "g": GIVEN_READING, "F": FOREIGN, "L": LATIN,
}  # fmt: skip

_TO_KATAKANA: Final = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}

# Parts of names of people from abroad that no Japanese dictionary has, as they stand on residence cards.
_ROMAN_NAMES: Final = ["nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo", "duong", "ly", "dinh", "truong", "luong", "trinh", "mai", "cao", "lam", "thi", "van", "duc", "minh", "anh", "huong", "thu", "lan", "hoa", "linh", "trang", "hai", "nam", "hung", "dung", "tuan", "quang", "thanh", "phuong", "thao", "nga", "ngoc", "hanh", "long", "son", "khanh", "bao", "duy", "tien", "thuy", "yen", "nhung", "loan", "tam", "binh", "cuong", "dat", "hieu", "kien", "phuc", "quan", "tai", "thang", "tung", "viet", "vinh", "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun", "ma", "zhu", "hu", "guo", "he", "lin", "gao", "luo", "zheng", "liang", "xie", "song", "tang", "deng", "han", "feng", "peng", "zeng", "xiao", "tian", "dong", "pan", "yuan", "cai", "jiang", "yu", "du", "ye", "cheng", "wei", "su", "lu", "ding", "ren", "yao", "shen", "zhong", "cui", "tan", "kim", "lee", "park", "choi", "jung", "kang", "cho", "yoon", "jang", "lim", "shin", "seo", "kwon", "hwang", "ahn", "yoo", "hong", "jihoon", "minjun", "seoyeon", "santos", "reyes", "cruz", "bautista", "garcia", "mendoza", "torres", "castillo", "flores", "villanueva", "ramos", "delacruz", "aquino", "navarro", "silva", "souza", "sousa", "oliveira", "lima", "pereira", "costa", "rodrigues", "almeida", "nascimento", "ferreira", "araujo", "ribeiro", "carvalho", "gomes", "martins", "rocha", "barbosa", "dias", "alves", "dos", "da", "de", "ana", "maria", "cristina", "paula", "paulo", "hugo", "joao", "jose", "antonio", "carlos", "luiz", "gonzalez", "rodriguez", "hernandez", "lopez", "martinez", "perez", "sanchez", "ramirez", "vargas", "alicia", "juan", "pedro", "luis", "miguel", "jorge", "shrestha", "gurung", "tamang", "thapa", "rai", "sharma", "adhikari", "karki", "lama", "magar", "khadka", "bhandari", "poudel", "kumar", "singh", "anil", "sita", "ram", "khan", "ahmed", "rahman", "hossain", "islam", "begum", "ali", "hasan", "mohammad", "muhammad", "fatima", "ibrahim", "suharto", "wijaya", "putra", "putri", "dewi", "sari", "setiawan", "santoso", "budi", "siti", "nur", "ahmad", "rizki", "agus", "aung", "htet", "kyaw", "win", "zaw", "myint", "naing", "oo", "than", "tun", "thiri", "smith", "johnson", "williams", "brown", "jones", "davis", "miller", "wilson", "taylor", "anderson", "thomas", "moore", "martin", "thompson", "white", "john", "james", "robert", "michael", "david", "william", "mary", "jennifer", "linda", "elizabeth", "emily", "sarah", "anna", "emma", "kevin", "mark", "paul", "peter", "ivanov", "petrov", "smirnov", "olga", "natalia", "dmitri", "sergei", "katherine", "catherine", "christopher", "jessica", "ashley", "matthew", "daniel", "andrew", "joshua", "nicholas", "anthony", "brian", "kenneth", "steven", "edward", "george", "ronald", "timothy", "jason", "jeffrey", "ryan", "jacob", "gary", "stephen", "larry", "justin", "scott", "brandon", "benjamin", "samuel", "gregory", "frank", "alexander", "raymond", "patrick", "jack", "dennis", "jerry", "tyler", "aaron", "adam", "henry", "nathan", "douglas", "zachary", "kyle", "noah", "ethan", "walter", "keith", "christian", "roger", "sean", "austin", "arthur", "lawrence", "jesse", "dylan", "bryan", "joe", "jordan", "billy", "bruce", "albert", "willie", "gabriel", "logan", "alan", "wayne", "roy", "ralph", "randy", "eugene", "vincent", "russell", "louis", "philip", "bobby", "johnny", "bradley", "patricia", "barbara", "susan", "karen", "lisa", "nancy", "betty", "sandra", "margaret", "donna", "carol", "amanda", "melissa", "deborah", "stephanie", "rebecca", "sharon", "laura", "cynthia", "kathleen", "amy", "angela", "shirley", "brenda", "pamela", "nicole", "samantha", "christine", "rachel", "carolyn", "janet", "virginia", "heather", "diane", "julie", "joyce", "victoria", "kelly", "christina", "lauren", "joan", "evelyn", "olivia", "judith", "megan", "cheryl", "andrea", "hannah", "martha", "jacqueline", "frances", "gloria", "teresa", "ann", "kathryn", "janice", "jean", "alice", "julia", "grace", "judy", "sophia", "beverly", "denise", "marilyn", "amber", "danielle", "brittany", "rose", "diana", "abigail", "natalie", "jane", "lori", "alexis", "tiffany", "kayla", "clark", "lewis", "robinson", "walker", "young", "allen", "king", "wright", "hill", "green", "adams", "baker", "nelson", "hall", "rivera", "campbell", "mitchell", "carter", "roberts", "phillips", "evans", "turner", "parker", "edwards", "collins", "stewart", "morris", "murphy", "cook", "rogers", "morgan", "peterson", "cooper", "reed", "bailey", "bell", "howard", "ward", "cox", "richardson", "watson", "brooks", "wood", "bennett", "gray", "hughes", "price", "sanders", "myers", "ross", "foster", "moss", "oliver", "lindqvist", "larsson", "nilsson", "andersson", "hansen", "olsen", "johansson", "muller", "schmidt", "schneider", "fischer", "weber", "meyer", "wagner", "becker", "schulz", "hoffmann", "dubois", "durand", "bernard", "moreau", "laurent", "petit", "rossi", "russo", "ferrari", "esposito", "bianchi", "romano", "colombo", "petrenko", "kovalenko", "shevchenko", "bondarenko", "tkachenko", "kravchenko", "ivan", "oleksandr", "andriy", "mykola", "oksana", "olena", "iryna", "tetiana", "svitlana", "yulia", "emil", "erik", "lars", "sven", "ingrid", "astrid", "bjorn", "pierre", "marie", "luc", "sophie", "camille", "hans", "karl", "fritz", "greta", "heidi", "marco", "giulia", "francesca", "luca"]  # fmt: skip


# Surnames of one kanji of people from China and Korea; most are ordinary words too.
_ONE_KANJI: Final = (
    "朴金李崔鄭姜趙尹張林王陳楊黄呉周徐孫馬朱胡郭何羅梁宋謝唐韓許馮鄧曹彭曾蕭董潘袁蔡蒋余于杜葉程魏蘇呂盧任沈姚"
    "譚廖范汪陸戴郝孟秦史顧侯邵龍段雷銭湯黎賀柳洪申裴劉"
)
# Given names of one kanji that seldom stand alone as a word.
_ONE_KANJI_GIVEN: Final = (
    "亮翔蓮凛凜葵悠湊朔蒼颯碧旭楓澪茜遥渚毅勉稔誠隆博宏浩聡敏淳翼匠匡哲徹健剛猛渉弘肇晃晋彰悟薫馨梢瞳智樹陸律凪栞紬"
)
_OLD_FORM: Final = re.compile("[㐀-鿿\U00020000-\U0003ffff]")


class _UsualForms(dict[int, int]):
    """The usual form of each kanji, worked out when first met; other characters stay."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        key = name_key(char) if _OLD_FORM.match(char) else char
        return self.setdefault(code, ord(key) if len(key) == 1 else code)


_USUAL: Final = _UsualForms()
_FREQUENT: Final = 25
"""A kanji begins or ends so many listed names where it speaks for one that is not listed."""


class Look(NamedTuple):
    """見え方: a word's flags, how it looks as a surname and as a given name, and where it is cut into both."""

    flags: int
    surname: str
    given: str
    cut: int


_REMEMBERED: Final = 30_000


class Lexicon:
    """辞書: flags of a word; one table for all, looked up in constant time.

    >>> lexicon = Lexicon.load()
    >>> lexicon.surname("佐藤") > lexicon.surname("志子田") > lexicon.surname("出口") > lexicon.surname("住所") == 0
    True
    >>> lexicon.given("千紘") > 0, lexicon.given_reading("さとし"), lexicon.surname_reading("ハスヌマ")
    (True, True, True)
    """

    def __init__(self, flags: dict[str, int]) -> None:
        self._flags = flags
        self._looks: dict[str, Look] = {}
        self._begins, self._ends = _edges(flags, GIVEN)
        self._surname_begins, self._surname_ends = _edges(flags, SURNAME)

    @classmethod
    @functools.cache
    def load(cls) -> Lexicon:
        """The shipped lexicon; read once a process."""
        packed = resources.files("ai_gov.detect").joinpath("data", "persons.txt.gz").read_bytes()
        flags: dict[str, int] = {}
        for line in gzip.decompress(packed).decode("utf-8").splitlines():
            letters, _, names = line.partition("\t")
            flags.update(dict.fromkeys(names.split(" "), sum(_BITS[letter] for letter in letters)))
        for name in _ROMAN_NAMES:
            flags[name] = flags.get(name, 0) & ~WORD | LATIN
        for name in _ONE_KANJI:
            flags[name] = flags.get(name, 0) | SURNAME | COMMON
        for name in _ONE_KANJI_GIVEN:
            flags[name] = flags.get(name, 0) & ~WORD | GIVEN
        return cls(flags)

    def look(self, word: str) -> Look:
        """What a word can be, by its letters and the lists; remembered."""
        known = self._looks.get(word)
        if known is None:
            if len(self._looks) >= _REMEMBERED:
                self._looks.clear()
            known = self._looks[word] = self._look(word)
        return known

    def _look(self, word: str) -> Look:
        if word.isnumeric():
            return Look(self.flags(word), "d", "d", 0)
        if "ぁ" <= word[0] <= "ー":
            flags = self.flags_of_kana(word)
            plain = "h" if word[0] <= "ゟ" else "t"
            mark = "w" if flags & WORD else ""
            surname = "r" + mark if flags & SURNAME_READING else "f" + mark if flags & FOREIGN else plain
            given = "r" + mark if flags & GIVEN_READING else "f" + mark if flags & FOREIGN else plain
            return Look(flags, surname, given, self.kana_cut(word) if len(word) > 3 else 0)
        if word[0] < "\u0250":
            return self._look_latin(word)
        flags = self.flags(word)
        mark = "w" if flags & WORD else "p" if flags & PLACE else ""
        surname = (
            ("C" if flags & COMMON else "L") + mark if flags & SURNAME else "k" if self.like_surname(word) else "o"
        )
        given = "L" + mark if flags & GIVEN else "k" if self.like_given(word) else "o"
        return Look(flags, surname, given, self.cut(word))

    def _look_latin(self, word: str) -> Look:
        plain = word.strip(".,'’-").lower()
        readings = kana_of(plain) if len(plain) > 1 else ()
        kinds = [self._flags.get(kana, 0) for kana in readings]
        listed = self._flags.get(plain, 0) if plain.isascii() else LATIN * self.latin(plain)
        surname = "S" if any(own & SURNAME_READING for own in kinds) else ""
        given = "G" if any(own & GIVEN_READING for own in kinds) else ""
        mark = ("w" if listed & WORD else "F") if listed & LATIN else ""
        looks = f"{surname}{given}{mark}" or ("J" if readings else "o")
        return Look(listed, looks, looks, 0)

    def words(self) -> Mapping[str, int]:
        """All words with their flags."""
        return self._flags

    def flags(self, word: str) -> int:
        """The flags of a word as it is written, else those of its usual form (𠮷見 薰); 0 for one it does not have."""
        flags = self._flags.get(word)
        return self._flags.get(word.translate(_USUAL), 0) if flags is None else flags

    def surname(self, word: str) -> float:
        """How well a word can be a surname: 0 (not known as one) to 3 (frequent, and hardly anything else)."""
        flags = self.flags(word)
        if not flags & SURNAME:
            return 0.0
        score = 3.0 if flags & COMMON else 2.5
        if flags & WORD:
            score -= 0.8 if flags & COMMON else 1.5
        elif flags & PLACE:
            score -= 0.3
        return score - (0.5 if len(word) == 1 else 0.0)

    def given(self, word: str) -> float:
        """How well a word can be a given name: 0 to 2."""
        flags = self.flags(word)
        if not flags & GIVEN:
            return 0.0
        return 2.0 - (1.0 if flags & WORD else 0.0) - (0.4 if len(word) == 1 else 0.0)

    def flags_of_kana(self, kana: str) -> int:
        """The flags of a word in kana, with those of its katakana."""
        return self._flags.get(kana, 0) | self._flags.get(kana.translate(_TO_KATAKANA), 0)

    def cut(self, kanji: str) -> int:
        """Where a surname and a given name written as one are best divided; 0 where they are none."""
        best, at = 0.0, 0
        for cut in range(1, len(kanji)):
            surname = self.surname(kanji[:cut])
            if not surname:
                continue
            given = self.given(kanji[cut:])
            if given and surname + given > best:
                best, at = surname + given, cut
        return at

    def kana_cut(self, kana: str) -> int:
        """The same for a name in kana."""
        for cut in range(2, len(kana) - 1):
            if self.surname_reading(kana[:cut]) and self.given_reading(kana[cut:]):
                return cut
        return 0

    def like_given(self, word: str) -> bool:
        """Whether a word that is not listed is made of kanji as given names are (陽向, 碧人)."""
        return len(word) > 1 and word[0] in self._begins and word[-1] in self._ends

    def like_surname(self, word: str) -> bool:
        """Whether a word that is not listed is made of kanji as surnames are."""
        word = word.translate(_USUAL)
        return len(word) > 1 and word[0] in self._surname_begins and word[-1] in self._surname_ends

    def is_common(self, word: str) -> bool:
        """Whether a surname is one of the 2,000 most frequent."""
        return bool(self.flags(word) & COMMON)

    def is_word(self, word: str) -> bool:
        """Whether a name is an ordinary word too."""
        return bool(self._flags.get(word, 0) & WORD)

    def is_place(self, word: str) -> bool:
        """Whether a name is a place too."""
        return bool(self._flags.get(word, 0) & PLACE)

    def surname_reading(self, kana: str) -> bool:
        """Whether a word in hiragana or katakana is the reading of a surname."""
        return bool(self._flags.get(kana.translate(_TO_KATAKANA), 0) & SURNAME_READING)

    def given_reading(self, kana: str) -> bool:
        """Whether a word in hiragana or katakana is the reading of a given name."""
        return bool(self._flags.get(kana.translate(_TO_KATAKANA), 0) & GIVEN_READING)

    def kana_name(self, katakana: str) -> bool:
        """Whether a word in katakana is a name, of people from abroad or in Japanese."""
        return bool(self._flags.get(katakana, 0) & (FOREIGN | GIVEN_READING | SURNAME_READING))

    def latin(self, word: str) -> bool:
        """Whether a word in Latin letters is a name from abroad; accents do not matter."""
        plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
        return bool(self._flags.get(plain, 0) & LATIN)


def _edges(flags: dict[str, int], kind: int) -> tuple[frozenset[str], frozenset[str]]:
    begins: collections.Counter[str] = collections.Counter()
    ends: collections.Counter[str] = collections.Counter()
    for name, own in flags.items():
        if own & kind and len(name) > 1:
            begins[name[0]] += 1
            ends[name[-1]] += 1
    return tuple(frozenset(c for c, n in counted.items() if n >= _FREQUENT) for counted in (begins, ends))  # type: ignore[return-value]
