"""文字の扱い: what becomes of each single character in the normalised copy."""

from __future__ import annotations

import unicodedata
from typing import Final

SPECIAL: Final = "\ufdd0"  # a noncharacter: stands where one character does not simply become one other
_UNKNOWN: Final = "\ufffd"
CACHE_LIMIT: Final = 80_000  # characters whose treatment is remembered

_HYPHENS: Final = "\u2010\u2011\u2012\u2013\u2212\u02d7\u2043\u207b\u208b\ufe63\uff0d\ufe58"  # always '-'
BARS: Final = "ー\u2014\u2015\u2500\u2501\u30a0\u2e3a\u2e3b\u3161\ufe31"  # '-' between digits only
_LINE_BREAKS: Final = "\u000b\u000c\u0085\u2028\u2029"
_FILLERS: Final = "\u034f\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0"  # letters that show nothing
_KEPT: Final = "\u2026\u2025\u00b4\u00a8\u00b8\u02d8\u02d9\u02da\u02db\u02dc\u02dd"  # NFKC would only spoil them

ENCLOSED: Final = {  # digits that are list marks when alone and digits when several stand together
    **{ord(c): str(i) for i, c in enumerate("⓪①②③④⑤⑥⑦⑧⑨")},
    **{ord(c): str(i) for i, c in enumerate("⓿❶❷❸❹❺❻❼❽❾")},
    **{ord(c): str(i) for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{ord(c): str(i) for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{ord(c): str(i) for i, c in enumerate("🄋➀➁➂➃➄➅➆➇➈")},
    **{ord(c): str(i) for i, c in enumerate("🄌➊➋➌➍➎➏➐➑➒")},
    **{ord(c): str(i) for i, c in enumerate("⓵⓶⓷⓸⓹⓺⓻⓼⓽", 1)},
}

REMOVED: Final = "removed"  # shows nothing and belongs to nothing
ATTACHED: Final = "attached"  # dropped, but part of the character before it
MARK: Final = "mark"  # joins with the character before it where Unicode has the joined one
EXPANDED: Final = "expanded"
RETURN: Final = "return"

VOICED: Final = {"\uff9e": "\u3099", "\u309b": "\u3099", "\uff9f": "\u309a", "\u309c": "\u309a"}
SPACING: Final = {"\u3099": "\u309b", "\u309a": "\u309c"}
# What PDF readers put out for these kanji; Unicode gives them no compatibility form.
_RADICALS: Final = dict(
    zip(
        "⺟⺠⺩⺬⺮⺼⻁⻄⻆⻑⻘⻝⻟⻣⻤⻨⻩⻫⻭⻯⻲⻳⻃⻌⻍⻎⻖⻗",
        "母民王示竹月虎西角長青食食骨鬼麦黄斉歯竜亀龜覀辶辶辶阝雨",
        strict=True,
    )
)
_KEYCAP: Final = "\u20e3"


def _between(char: str, *ranges: tuple[int, int]) -> bool:
    return any(low <= ord(char) <= high for low, high in ranges)


def _is_combining(char: str) -> bool:
    return _between(
        char,
        (0x0300, 0x036F),
        (0x1AB0, 0x1AFF),
        (0x1DC0, 0x1DFF),
        (0x20D0, 0x20FF),
        (0x3099, 0x309A),
        (0xFE20, 0xFE2F),
    )


def treatment(char: str) -> tuple[str, str]:
    """How a character is treated: (``""``, the one character it becomes) or (a kind, what goes with it)."""
    if char in VOICED:
        return MARK, VOICED[char]
    if char == "\r":
        return RETURN, ""
    if _between(char, (0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF)) or char == _KEYCAP:
        return ATTACHED, ""
    category = unicodedata.category(char)
    if category == "Cf" or char in _FILLERS or _between(char, (0xE0000, 0xE0FFF)):
        return REMOVED, ""
    if _is_combining(char):
        return MARK, char
    if char in _RADICALS:
        return "", _RADICALS[char]
    if char in _HYPHENS:
        return "", "-"
    if char in _LINE_BREAKS:
        return "", "\n"
    if category == "Cs" or char == SPECIAL:
        return "", _UNKNOWN
    if category in {"Zs", "Cc"} or char == "\u2800":
        return "", char if char in "\n\t" else " "
    if category == "Nd":
        return "", str(unicodedata.decimal(char))
    if category == "No" and (ord(char) in ENCLOSED or _between(char, (0x2460, 0x249B), (0x24EA, 0x24FF))):
        return "", char  # a list mark must not run into the number after it
    folded = char if char in _KEPT else unicodedata.normalize("NFKC", char)
    if len(folded) == 1:
        return "", folded
    if folded[0] == " ":  # a spacing accent
        return "", char
    return EXPANDED, folded.replace("\u2044", "/")


class Table(dict[int, str]):
    """What each code point becomes, worked out when first met."""

    def __missing__(self, code: int) -> str:
        kind, value = treatment(chr(code))
        target = SPECIAL if kind else value
        if len(self) < CACHE_LIMIT:
            self[code] = target
        return target
