"""内訳: how what was found divides by department, level, decision and so on, so that a search can be narrowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

DIMENSIONS: Final = ("action", "level", "finding", "department", "person", "use", "destination")
"""分け方: names of conditions of ``search.Query``, ``level`` for ``levels``; a department with its organisation."""

MOST_VALUES: Final = 8
"""Values of each that are shown."""

_COLUMNS: Final = {name: {"person": "actor"}.get(name, name) for name in DIMENSIONS if name != "finding"}


@dataclass(frozen=True, slots=True)
class Facets:
    """内訳: of the newest ``counted`` uses; ``complete`` where those are all there are."""

    counted: int = 0
    complete: bool = True
    of: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)


def count(found: Iterable[tuple[Mapping[str, str], Collection[str]]], *, complete: bool) -> Facets:
    """内訳を数える: of uses, each by the columns of its beginning and the types that were found in it.

    >>> one = {"kind": "decided", "action": "block", "level": "3A", "department": "110", "actor": "1001"}
    >>> facets = count([(one, {"PERSON"}), (one | {"level": "2"}, ())], complete=True)
    >>> facets.counted, facets.of["level"], facets.of["finding"]
    (2, (('2', 1), ('3A', 1)), (('PERSON', 1),))
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in DIMENSIONS}
    total = 0
    for columns, findings in found:
        total += 1
        for name, column in _COLUMNS.items():
            value = columns.get(column, "")
            if name == "action" and columns.get("kind") == "refused":
                value = "refused"
            if name == "department" and value:
                value = f"{columns.get('organisation', '')}/{value}"
            if value:
                counts[name][value] += 1
        counts["finding"].update(set(findings))
    shown = {name: tuple(_most(counter)) for name, counter in counts.items() if counter}
    return Facets(total, complete, shown)


def _most(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
