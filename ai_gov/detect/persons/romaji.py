"""ローマ字の氏名: TRAN VAN MAU, Tanaka Taro, Hanako MIHON, Seán O'Brien."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ai_gov.detect.persons.roman import kana_of
from ai_gov.detect.persons.view import Mention, View
from ai_gov.detect.persons.words import LATIN
from ai_gov.model import NameParts

_WORD: Final = f"[{LATIN}][{LATIN}'’.-]{{0,30}}"
_RUN: Final = re.compile(f"(?<![{LATIN}0-9_./@-]){_WORD}(?:,? {_WORD}){{1,5}}(?![{LATIN}0-9_/@=-])")
_ONE: Final = re.compile(f"{_WORD}(?:,? {_WORD}){{0,5}}(?![{LATIN}0-9_/@=-])")
_CAPITAL: Final = re.compile("[A-Z]")
_INTRODUCED: Final = re.compile(
    "(?:[Mm]y name is|I am|I'm|[Tt]his is|[Mm]y (?:husband|wife|son|daughter|mother|father)|Mrs?\\.?|Ms\\.?) "
)
_CELL_EDGE: Final = frozenset("\n\t ,/|()、")
_JAPANESE: Final = re.compile("[ぁ-ん一-鿿]")
_HONORIFIC: Final = re.compile(" ?(?:さん|様|さま|氏|くん|ちゃん|先生|君)")
_OPENING: Final = frozenset("\n,/、|\t・:;(「『【<>\"'。*] ")

_NO_NAME: Final = frozenset(
    [
        "into",
        "insert",
        "select",
        "from",
        "where",
        "values",
        "update",
        "delete",
        "create",
        "table",
        "set",
        "get",
        "post",
        "put",
        "and",
        "or",
        "not",
        "the",
        "for",
        "with",
        "this",
        "that",
        "your",
        "our",
        "are",
        "is",
        "to",
        "of",
        "in",
        "on",
        "at",
        "by",
        "as",
        "dear",
    ]
)


def word_score(view: View, word: str) -> float:
    """How well a word in Latin letters can be a part of a name."""
    plain = word.strip(".,'’-")
    if len(plain) < 2:
        return 0.0
    lexicon = view.lexicon
    readings = kana_of(plain)
    if any(lexicon.surname_reading(kana) for kana in readings) or any(lexicon.given_reading(kana) for kana in readings):
        return 1.0 if len(plain) > 3 else 0.6
    if lexicon.latin(plain):
        return 0.6 if lexicon.is_word(plain.lower()) else 1.0
    return 0.0


def find_romaji(view: View) -> Iterator[Mention]:
    """Names of two to five words in Latin letters that the lexicon has."""
    if _CAPITAL.search(view.text) is None:
        return
    for match in _INTRODUCED.finditer(view.text):
        mention = latin_name(view, match.end(), certain=True)
        if mention is not None:
            yield mention
    for match in _RUN.finditer(view.text):
        needed = 0.75
        if _alone_in_cell(view, match.start(), match.end()):
            needed = 0.0 if _unknown(view, match.start(), match.end()) else 0.5
        mention = _mention(view, match.start(), match.end(), needed=needed)
        if mention is not None:
            yield mention


def _alone_in_cell(view: View, start: int, end: int) -> bool:
    """Whether nothing else stands in the cell, in a line that has Japanese too."""
    if view.before(start) not in _CELL_EDGE or view.after(end) not in _CELL_EDGE:
        return False
    line_end = view.text.find("\n", end, end + 200)
    line_start = view.text.rfind("\n", max(start - 200, 0), start) + 1 or max(start - 200, 0)
    return _JAPANESE.search(view.text, line_start, line_end if line_end >= 0 else end + 200) is not None


def _unknown(view: View, start: int, end: int) -> bool:
    """Whether no word of a span is one that the dictionary has other than as a name."""
    words = [token for token in view.tokens_in(start, end) if token.surface[:1].isalpha()]
    return len(words) > 1 and all(not token.known or token.pos[2:3] == ("人名",) for token in words)


def latin_name(view: View, start: int, *, certain: bool) -> Mention | None:
    """A name in Latin letters that begins at a position; ``certain`` where a label says that it is one."""
    match = _ONE.match(view.text, start)
    if match is None:
        return None
    return _mention(view, start, match.end(), needed=0.0 if certain else 0.5)


def _mention(view: View, start: int, end: int, *, needed: float) -> Mention | None:
    words = list(re.finditer(_WORD, view.text[start:end]))
    while words and not words[0][0][0].isupper():
        words.pop(0)
    kept = 0
    while kept < len(words) and words[kept][0][0].isupper():
        kept += 1
    words = words[:kept]
    if not words or (len(words) == 1 and needed > 0) or any(word[0].lower() in _NO_NAME for word in words):
        return None
    first, last = start + words[0].start(), start + words[-1].end()
    honorific = bool(_HONORIFIC.match(view.text, last))
    scores = [word_score(view, word[0]) for word in words]
    share = sum(scores) / len(scores)
    if share < needed - (0.45 if honorific else 0.0):
        return None
    if view.before(first) not in _OPENING and not view.is_boundary(first):
        return None
    texts = [word[0].rstrip(".,") for word in words]
    last = start + words[-1].start() + len(texts[-1])
    parts = NameParts(texts[0], " ".join(texts[1:]), reading=True)
    return Mention(first, last, 0.7 + 0.1 * honorific, parts, "ローマ字")
