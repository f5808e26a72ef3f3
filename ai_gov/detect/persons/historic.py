"""歴史上の人物: names that everybody has read in a schoolbook, which say nothing about a resident.

Only the whole name counts, and only where nothing beside it speaks for somebody of today (an honorific, a form field).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from importlib import resources

from ai_gov.detect.persons.spans import led, titled
from ai_gov.detect.persons.view import Mention, View


def without_historic(view: View, names: Iterable[Mention]) -> Iterator[Mention]:
    """The names that are no historic person's."""
    for name in names:
        if view.text[name.start : name.end] not in _listed() or _is_of_today(view, name):
            yield name


def _is_of_today(view: View, name: Mention) -> bool:
    return led(view, name.start) or titled(view, name.end)


@functools.cache
def _listed() -> frozenset[str]:
    text = resources.files("ai_gov.detect").joinpath("data", "historic.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
