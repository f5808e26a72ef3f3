"""同じ形の番号: numbers written like one that a label explained, joined to it or of a shape that nothing else has.

鑑札は順に H19-301、R4-118 names its label once; 旧の番号（30117）のまま。正しくは30121 says it of both.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from ai_gov.detect.candidate import Candidate

_TYPES: Final = frozenset({"LOCAL_ID", "JP_HEALTH_INSURANCE", "JP_RESIDENT_CODE"})
_PIECE: Final = re.compile(
    "(?P<era>[HRST][0-9]{1,2}(?=-))|(?P<digits>[0-9]+)|(?P<upper>[A-Z]+)|(?P<kana>[ぁ-んァ-ヶ])|(?P<mark>[-・])"
)
_DATE: Final = re.compile(
    "(?:(?:19|20)[0-9]{2}|[HRST][0-9]{1,2})-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12][0-9]|3[01]))?"
    "|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
)
_COUNTED: Final = re.compile("[0-9A-Za-z_@]| ?[%円人件個台枚名冊本歳才年月日時分回点番室条項万千億]|[-./,:][0-9]")
_AMOUNT: Final = re.compile(r"[0-9A-Za-z_@¥$\\]$|[0-9A-Za-z][-./,:]$")
_OTHER: Final = re.compile("(?:型番|型式|品番|機種|規格|様式|図書|文書|伝票|議案|版|第)[^\n0-9、。]{0,8}$")
_JOINT: Final = re.compile(
    "[)」 ]{0,2}(?:[、,・/と]|から|及び|または|又は|→|⇒|->|=>|で?はなく|のまま)"
    "[ \n「(第]{0,3}"
    "|[^0-9A-Za-z\n]{0,16}(?:正しくは|正は|本来は|新しい?番号は)[^0-9A-Za-z\n]{0,2}"
)
_NEXT: Final = re.compile("[^0-9\n。円]{0,24}[ 、,(「はがの:]")
"""Between 20045 and 20046: whose they are."""
_COUNTS_ON: Final = 2
_FEWEST: Final = 5
_FEWEST_JOINED: Final = 3
_REACH: Final = 26
_BACK: Final = 16
_SHAPES: Final = 8


class _Shape(NamedTuple):
    """形: how a number is written; ``own`` where hardly anything else is written so."""

    pattern: str
    own: bool


def find_alike(candidates: Sequence[Candidate], text: str) -> Iterator[Candidate]:
    """同じ形の番号を探す: linear in the text, once for each of a few shapes that labels explained in it."""
    known: dict[_Shape, Candidate] = {}
    for candidate in candidates:
        if candidate.entity in _TYPES and (candidate.anchored or candidate.evidence) and len(known) < _SHAPES:
            shape = _shape(text[candidate.start : candidate.end])
            if shape is not None:
                known.setdefault(shape, candidate)
    taken = {(candidate.start, candidate.end) for candidate in candidates} if known else set()
    for shape, model in known.items():
        before = -_REACH
        for match in _compiled(shape.pattern).finditer(text):
            start, end = match.span()
            alike = (start, end) in taken or (
                (shape.own or _joins(text, before, start, end)) and _is_free(text, start, end)
            )
            if not alike:
                continue
            before = end
            if (start, end) not in taken:
                yield replace(model, start=start, end=end, score=model.score, anchored=True, confirmed=False)


def _joins(text: str, before: int, start: int, end: int) -> bool:
    """Whether what stands between a number and the last one like it joins them; the next in a row needs little."""
    if start - before > _REACH:
        return False
    size = end - start
    follows = text[start : end - _COUNTS_ON] == text[before - size : before - _COUNTS_ON]
    return ((follows and _NEXT.fullmatch(text, before, start)) or _JOINT.fullmatch(text, before, start)) is not None


def _is_free(text: str, start: int, end: int) -> bool:
    """Whether a number is no piece of another, no amount, no date and nothing with a name of its own."""
    return not (
        _AMOUNT.search(text, max(0, start - 2), start)
        or _COUNTED.match(text, end)
        or _DATE.fullmatch(text, start, end)
        or _OTHER.search(text, max(0, start - _BACK), start)
    )


def _shape(value: str) -> _Shape | None:
    """The shape of a number; None where it is too short or holds other characters.

    >>> _shape("H19-301"), _shape("30117"), _shape("12-3")
    (_Shape(pattern='[HRST][0-9]{1,2}-[0-9]{3}', own=False), _Shape(pattern='[0-9]{5}', own=False), None)
    >>> _shape("K-2026-0417")
    _Shape(pattern='[A-Z]{1}-[0-9]{4}-[0-9]{4}', own=True)
    """
    parts: list[str] = []
    digits = letters = marks = at = 0
    while at < len(value):
        piece = _PIECE.match(value, at)
        if piece is None:
            return None
        written, at = piece[0], piece.end()
        match piece.lastgroup:
            case "era":
                parts.append("[HRST][0-9]{1,2}")
                digits += len(written) - 1
            case "digits":
                parts.append(f"[0-9]{{{len(written)}}}")
                digits += len(written)
            case "upper":
                parts.append(f"[A-Z]{{{len(written)}}}")
                letters += 1
            case "kana":
                parts.append("[ぁ-んァ-ヶ]")
                letters += 1
            case _:
                parts.append(re.escape(written) if written == "・" else "-")
                marks += 1
    if digits < (_FEWEST_JOINED if marks or letters else _FEWEST) or len(value) < _FEWEST:
        return None
    return _Shape("".join(parts), own=bool(letters and marks and digits >= _FEWEST))


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
