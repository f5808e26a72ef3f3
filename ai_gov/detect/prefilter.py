"""予選: strings without which a pattern can't match, so that most patterns never run on most texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any, Final, NamedTuple

from ai_gov.rules.lint import python_tree

_MOST: Final = 400
_MOST_MEMBERS: Final = 64
_ASCII_DIGITS: Final = frozenset("0123456789")
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


class Needs(NamedTuple):
    """必要な文字: of each set at least one character stands in every match, and so many ASCII digits in a row."""

    sets: tuple[frozenset[str], ...]
    digits: int


def needs(pattern: str) -> Needs:
    """必要な文字: what a pattern needs that names no string; lower-case.

    >>> found = needs("[A-Z]{2}-[0-9]{7}(?:号)?")
    >>> [len(chars) for chars in found.sets], found.digits
    ([1, 10, 26], 7)
    """
    tree = python_tree(pattern)
    if tree is None:
        return Needs((), 0)
    found: set[frozenset[str]] = set()
    digits = _needed(tree, found)
    return Needs(tuple(sorted(found, key=lambda chars: (len(chars), sorted(chars)))), digits)


def _needed(items: Iterable[Any], found: set[frozenset[str]]) -> int:
    """Collects the sets; gives the longest run of digits."""
    longest = 0
    for op, argument in items:
        if op in {sre.LITERAL, sre.IN}:
            chars = _members(op, argument)
            if chars:
                found.add(chars)
                longest = max(longest, int(chars <= _ASCII_DIGITS))
        elif op is sre.SUBPATTERN:
            longest = max(longest, _needed(argument[3], found))
        elif op in {sre.MAX_REPEAT, sre.MIN_REPEAT} and argument[0] >= 1:
            inner = _needed(argument[2], found)
            single = len(argument[2]) == 1 and argument[2][0][0] is sre.IN
            longest = max(longest, inner * argument[0] if single else inner)
        elif op is sre.BRANCH:
            longest = max(longest, _needed_of_any(argument[1], found))
    return longest


def _needed_of_any(branches: Iterable[Any], found: set[frozenset[str]]) -> int:
    """What all branches need: a character of one set of each, and the shortest of their runs."""
    union: set[str] = set()
    shortest: int | None = None
    for branch in branches:
        own: set[frozenset[str]] = set()
        digits = _needed(branch, own)
        shortest = digits if shortest is None else min(shortest, digits)
        if not own:
            return 0
        union |= min(own, key=lambda chars: (len(chars), sorted(chars)))
    if len(union) <= _MOST_MEMBERS:
        found.add(frozenset(union))
    return shortest or 0


def _members(op: Any, argument: Any) -> frozenset[str]:
    """The characters of a class, in lower case; empty where there are many."""
    if op is sre.LITERAL:
        return frozenset(chr(argument).replace("İ", "i").lower())
    members: set[str] = set()
    for kind, value in argument:
        if kind is sre.LITERAL:
            members |= set(chr(value).replace("İ", "i").lower())
        elif kind is sre.RANGE and value[1] - value[0] < _MOST_MEMBERS:
            members |= {chr(code).replace("İ", "i").lower() for code in range(value[0], value[1] + 1)}
        else:
            return frozenset()
    return frozenset(members) if len(members) <= _MOST_MEMBERS else frozenset()


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
