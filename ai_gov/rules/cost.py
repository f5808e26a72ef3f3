"""照合の手間: whether a pattern is slow on a text made of what it looks for. RE2 is linear, but not always quick.

A repetition in a repetition, or several long ones that may begin at the same place, cost tens of microseconds for each
character where others cost hundredths of one. Such a pattern is tried on texts made of its own characters.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any, Final

_SMALL: Final = 1000
"""A program of fewer instructions is always quick."""
_SAMPLE: Final = 4000
"""Characters of one trial."""
_SLOWEST: Final = 4e-6
"""Seconds for each character; the slowest shipped pattern takes a twentieth of it."""
_TRIES: Final = 3
_MOST_CHARACTERS: Final = 6
_ORDINARY: Final = "あいうえお漢字abc 12、"


def is_slow(compiled: Any, tree: Any) -> bool:
    """Whether a compiled RE2 pattern, with its tree as Python reads it, is slow on a text of its own characters."""
    if compiled.programsize < _SMALL or tree is None:
        return False
    return any(_seconds(compiled, text) > _SLOWEST * len(text) for text in _trials(tree))


def _seconds(compiled: Any, text: str) -> float:
    """The shortest of some trials, in processor time, so that a busy machine speaks against no pattern."""
    data = text.encode("utf-8", "replace")
    best = float("inf")
    for _ in range(_TRIES):
        begun = time.process_time()
        for _match in compiled.finditer(data):
            pass
        best = min(best, time.process_time() - begun)
    return best


def _trials(tree: Any) -> Iterator[str]:
    characters = list(dict.fromkeys(_characters(tree)))[:_MOST_CHARACTERS]
    joined = "".join(characters)
    for piece in (*characters, joined, _ORDINARY, joined + _ORDINARY):
        if piece:
            yield (piece * (_SAMPLE // len(piece) + 1))[:_SAMPLE]


def _characters(items: Iterable[Any]) -> Iterator[str]:
    """Characters that a pattern looks for, the repeated ones first."""
    for op, argument in items:
        if op in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
            yield from _characters(argument[2])
        elif op is sre.SUBPATTERN:
            yield from _characters(argument[3])
        elif op is sre.BRANCH:
            for branch in argument[1]:
                yield from _characters(branch)
        elif op is sre.LITERAL:
            yield chr(argument)
        elif op is sre.IN:
            for kind, value in argument[:2]:
                if kind is sre.LITERAL:
                    yield chr(value)
                elif kind is sre.RANGE:
                    yield chr(value[0])
