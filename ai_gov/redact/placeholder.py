"""置き換え記号: the grammar of placeholders, such as 〔氏名1〕 and 〔氏名1・姓〕.

Number = person (or address, telephone …), suffix = surface. Written in one form only; read in the width and
bracket variants that models produce. A mask, 〔個人番号・非表示〕, has no number and is never restored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

OPEN, CLOSE, DOT = "〔", "〕", "・"
ESCAPE_LABEL = "表記"
"""The label under which text that somebody typed in a placeholder's form travels."""
MARK_LABEL = "指定"
"""The label of a word that somebody says is to be hidden, of a type that no rule has."""
MASKED = "非表示"

_OPENERS = "〔［[【〈《（(｛{＜<「『"
_CLOSERS = "〕］]】〉》）)｝}＞>」』"
_DOTS = "・･·‧"
_SPACE = r"[ 　]{0,2}"
_DIGITS = r"[0-9０-９]{1,5}"
SUFFIXES = ("姓カナ", "名カナ", "カナ", "姓", "名", "ローマ字", "表記")
"""How a surface differs from the first full one: surname, given name, reading, romaji, other spelling."""
_SUFFIX = f"(?:{'|'.join(SUFFIXES)})"


@dataclass(frozen=True, slots=True)
class Placeholder:
    """置き換え記号."""

    label: str
    number: int
    suffix: str = ""

    def format(self) -> str:
        """As it is written.

        >>> Placeholder("氏名", 1).format(), Placeholder("氏名", 1, "姓").format(), mask("個人番号")
        ('〔氏名1〕', '〔氏名1・姓〕', '〔個人番号・非表示〕')
        """
        tail = f"{DOT}{self.suffix}" if self.suffix else ""
        return f"{OPEN}{self.label}{self.number}{tail}{CLOSE}"


def mask(label: str) -> str:
    """The irreversible mask of a label."""
    return f"{OPEN}{label}{DOT}{MASKED}{CLOSE}"


class Grammar:
    """文法: finds placeholders of the given labels in a text, whole or as far as it has come.

    >>> grammar = Grammar(["氏名", "住所"])
    >>> [p.format() for _, _, p in grammar.find("【氏名１】は[住所 2]の（氏名3・姓）です。(注1)")]
    ['〔氏名1〕', '〔住所2〕', '〔氏名3・姓〕']
    >>> [grammar.may_begin(text) for text in ("〔氏", "〔氏名12・", "〔氏神", "〔氏名1〕")]
    [True, True, False, False]
    """

    def __init__(self, labels: Iterable[str]) -> None:
        self.labels = tuple(sorted({*labels, ESCAPE_LABEL, MARK_LABEL}, key=lambda label: (-len(label), label)))
        names = "|".join(map(re.escape, self.labels))
        self._whole = re.compile(
            f"[{re.escape(_OPENERS)}]{_SPACE}(?P<label>{names}){_SPACE}(?P<number>{_DIGITS})"
            f"(?:{_SPACE}[{_DOTS}]{_SPACE}(?P<suffix>{_SUFFIX}(?:{_DIGITS})?))?{_SPACE}[{re.escape(_CLOSERS)}]"
        )
        self._after_label = re.compile(f"{_SPACE}(?:{_DIGITS}(?:{_SPACE}(?:[{_DOTS}](?P<rest>.*))?)?)?", re.DOTALL)
        self._suffix_begun = re.compile(f"{_SPACE}(?:{_SUFFIX}(?:{_DIGITS})?{_SPACE})?")

    def match(self, text: str, at: int) -> tuple[int, Placeholder] | None:
        """The placeholder that starts at a position, with its end."""
        found = self._whole.match(text, at)
        return None if found is None else (found.end(), _read(found))

    def find(self, text: str) -> Iterable[tuple[int, int, Placeholder]]:
        """Every placeholder of a text: start, end, and what it is."""
        for found in self._whole.finditer(text):
            yield found.start(), found.end(), _read(found)

    def may_begin(self, text: str) -> bool:
        """Whether a text that starts with an opening bracket may still grow into a placeholder."""
        if not text or text[0] not in _OPENERS:
            return False
        body = text[1:].lstrip(" 　")
        if len(text) - 1 - len(body) > 2:
            return False
        for label in self.labels:
            if label.startswith(body):
                return True
            if body.startswith(label):
                found = self._after_label.fullmatch(body[len(label) :])
                if found and (found["rest"] is None or self._may_be_suffix(found["rest"])):
                    return True
        return False

    def _may_be_suffix(self, text: str) -> bool:
        bare = text.lstrip(" 　")
        if len(text) - len(bare) > 2:
            return False
        return any(s.startswith(bare) for s in SUFFIXES) or self._suffix_begun.fullmatch(text) is not None


def opens(character: str) -> bool:
    """Whether a character may open a placeholder."""
    return character in _OPENERS


OPENING = re.compile(f"[{re.escape(_OPENERS)}]")


def _read(found: re.Match[str]) -> Placeholder:
    suffix = found["suffix"] or ""
    return Placeholder(found["label"], int(found["number"]), suffix.translate(_HALF))


_HALF = {ord("０") + i: ord("0") + i for i in range(10)}
