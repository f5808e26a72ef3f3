"""予選: strings without which a pattern can't match, so that most patterns never run on most texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any, Final

from ai_gov.rules.lint import python_tree

_MOST: Final = 400
_FEW: Final = 12  # of a character class that is worth spelling out
Atoms = frozenset[str]


def atoms(pattern: str) -> Atoms | None:
    """必要な文字列: lower-case strings of which every match holds at least one; None where there are none.

    >>> sorted(atoms("(?:個人番号|マイナンバー)[: ]{0,3}[0-9]{12}"))
    ['マイナンバー', '個人番号']
    >>> atoms("[0-9]{4}-[0-9]{4}")
    """
    tree = python_tree(pattern)
    if tree is None:
        return None
    found = _sequence(tree)
    return None if found is None or any(_weak(atom) for atom in found) else frozenset(found)


def _weak(atom: str) -> bool:
    """Whether a string is in nearly every text."""
    return len(atom) == 1 and (atom.isspace() or atom in "-.,:/()" or atom.isdecimal() or "ぁ" <= atom <= "ん")


def _better(one: set[str] | None, other: set[str] | None) -> set[str] | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other, key=lambda s: (min(map(len, s)), -len(s)))


def _sequence(items: Iterable[Any]) -> set[str] | None:
    best: set[str] | None = None
    exact: set[str] = {""}  # what the items since the last gap spell

    def close() -> None:
        nonlocal best, exact
        if "" not in exact:
            best = _better(best, exact)
        exact = {""}

    for op, argument in items:
        spelled = _spelled(op, argument)
        if spelled is not None and len(exact) * len(spelled) <= _MOST:
            exact = {a + b for a in exact for b in spelled}
            continue
        close()
        if spelled is not None:
            exact = spelled
            continue
        best = _better(best, _required(op, argument))
    close()
    return best


def _spelled(op: Any, argument: Any) -> set[str] | None:
    """Everything an item can match, where that is a handful of strings."""
    if op is sre.LITERAL:
        return {chr(argument).replace("İ", "i").lower()}
    if op is sre.IN and 0 < len(argument) <= _FEW and all(kind is sre.LITERAL for kind, _ in argument):
        return {chr(code).replace("İ", "i").lower() for _, code in argument}
    if op is sre.SUBPATTERN:
        return _spelled_all(argument[3])
    if op is sre.BRANCH:
        return _of_any(argument[1], _spelled_all)
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[:2] == (0, 1):
        spelled = _spelled_all(argument[2])
        return None if spelled is None else spelled | {""}
    return None


def _of_any(branches: Iterable[Any], read: Callable[[Any], set[str] | None]) -> set[str] | None:
    """What the branches of an alternation give together; none where one gives none, or they give too much."""
    out: set[str] = set()
    for branch in branches:
        found = read(branch)
        if found is None:
            return None
        out |= found
    return out if len(out) <= _MOST else None


def _spelled_all(items: Iterable[Any]) -> set[str] | None:
    out: set[str] = {""}
    for op, argument in items:
        spelled = _spelled(op, argument)
        if spelled is None or len(out) * len(spelled) > _MOST:
            return None
        out = {a + b for a in out for b in spelled}
    return out


def _required(op: Any, argument: Any) -> set[str] | None:
    if op is sre.SUBPATTERN:
        return _sequence(argument[3])
    if op is sre.BRANCH:
        return _of_any(argument[1], _sequence)
    if op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[0] >= 1:
        return _sequence(argument[2])
    return None
