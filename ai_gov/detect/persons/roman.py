"""ローマ字の読み: what a Japanese name in Latin letters can be in katakana."""

from __future__ import annotations

import functools
import re
from itertools import product
from typing import Final

_SYLLABLES: Final = {
    "a": "ア", "i": "イ", "u": "ウ", "e": "エ", "o": "オ",
    **{f"k{v}": k for v, k in zip("aiueo", "カキクケコ", strict=True)},
    **{f"g{v}": k for v, k in zip("aiueo", "ガギグゲゴ", strict=True)},
    **{f"s{v}": k for v, k in zip("aiueo", "サシスセソ", strict=True)},
    **{f"z{v}": k for v, k in zip("aiueo", "ザジズゼゾ", strict=True)},
    **{f"t{v}": k for v, k in zip("aiueo", "タチツテト", strict=True)},
    **{f"d{v}": k for v, k in zip("aiueo", "ダヂヅデド", strict=True)},
    **{f"n{v}": k for v, k in zip("aiueo", "ナニヌネノ", strict=True)},
    **{f"h{v}": k for v, k in zip("aiueo", "ハヒフヘホ", strict=True)},
    **{f"b{v}": k for v, k in zip("aiueo", "バビブベボ", strict=True)},
    **{f"p{v}": k for v, k in zip("aiueo", "パピプペポ", strict=True)},
    **{f"m{v}": k for v, k in zip("aiueo", "マミムメモ", strict=True)},
    **{f"r{v}": k for v, k in zip("aiueo", "ラリルレロ", strict=True)},
    **{
        f"{c}{v}": k + small
        for c, k in {"ky": "キ", "gy": "ギ", "sh": "シ", "sy": "シ", "ch": "チ", "ty": "チ", "j": "ジ", "jy": "ジ",
                     "ny": "ニ", "hy": "ヒ", "by": "ビ", "py": "ピ", "my": "ミ", "ry": "リ"}.items()
        for v, small in {"a": "ャ", "u": "ュ", "o": "ョ"}.items()
    },
    "shi": "シ", "chi": "チ", "tsu": "ツ", "ji": "ジ", "fu": "フ", "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ",
    "wo": "ヲ", "n": "ン", "m": "ン", "zu": "ズ",
}  # fmt: skip
_SYLLABLE: Final = re.compile(
    "(?:([kstpcgzbdjr])(?=\\1)|tch(?=i))|" + "|".join(sorted(_SYLLABLES, key=len, reverse=True))
)
_LONGEST: Final = 18
_MACRONS: Final = str.maketrans("āīūēōâîûêô", "aiueoaiueo")


@functools.lru_cache(maxsize=4096)
def kana_of(word: str) -> tuple[str, ...]:
    """ローマ字の読み: the katakana a Japanese name in Latin letters can stand for; empty where it is none.

    >>> "ウブカタ" in kana_of("Ubukata"), "ケンタロウ" in kana_of("KENTARO"), kana_of("Smith")
    (True, True, ())
    """
    rest = word.lower().translate(_MACRONS).replace("oh", "o") if len(word) > 3 else word.lower()
    if not 2 <= len(rest) <= _LONGEST or not rest.isascii() or not rest.isalpha():
        return ()
    choices: list[tuple[str, ...]] = []
    at = 0
    while at < len(rest):
        match = _SYLLABLE.match(rest, at)
        if match is None:
            return ()
        kana = _SYLLABLES.get(match[0], "ッ")
        at = match.end()
        open_o = match[0].endswith("o") and (at == len(rest) or rest[at] not in "uo")
        open_u = (
            match[0].endswith("u")
            and (at == len(rest) or rest[at] != "u")
            and match[0] in {"yu", "shu", "ju", "chu", "ryu", "kyu"}
        )
        choices.append(
            (kana, kana + "ウ", kana + "オ")
            if open_o and sum(len(c) > 1 for c in choices) < 3
            else (kana, kana + "ウ")
            if open_u
            else (kana,)
        )
    return tuple("".join(parts) for parts in product(*choices))
