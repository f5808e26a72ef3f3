"""公表用の秘匿: small counts are left out, and enough others with them that nobody can work them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

LEAST: Final = 5
"""Counts below this, but not 0, are not published."""


def suppress(counts: Mapping[str, int], least: int = LEAST) -> dict[str, int | None]:
    """秘匿: none in the place of a count that is not published.

    The total of a table is published, so one hidden count alone could be had by subtraction: the next smallest goes
    with it, and so on until at least two are hidden and together they are no small count themselves.

    >>> suppress({"税務課": 40, "福祉課": 3, "企画課": 12})
    {'税務課': 40, '福祉課': None, '企画課': None}
    >>> suppress({"a": 3, "b": 4, "c": 0, "d": 9})
    {'a': None, 'b': None, 'c': 0, 'd': 9}
    >>> suppress({"a": 1, "b": 2, "c": 7})
    {'a': None, 'b': None, 'c': None}
    """
    hidden = {name for name, count in counts.items() if 0 < count < least}
    if hidden:
        rest = sorted((count, name) for name, count in counts.items() if name not in hidden and count)
        while rest and (len(hidden) < 2 or sum(counts[name] for name in hidden) < least):
            hidden.add(rest.pop(0)[1])
    return {name: None if name in hidden else count for name, count in counts.items()}


def publishable(count: int, least: int = LEAST) -> int | None:
    """A single figure, or none where it is too small to be published."""
    return None if 0 < count < least else count
