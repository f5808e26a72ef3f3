"""節点の読み取り: the nodes of the stored tree that proofs need, fetched for many entries at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa

from ai_gov.stores.tables import entries, nodes

KEPT_LEVEL: Final = 10
"""From this level on nodes are few enough to be kept: one for 1,024 entries."""


class TreeNodes:
    """節点: a ``merkle.Node`` over one view of the database. Raises LookupError for one that is not there."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._kept: dict[tuple[int, int], bytes] = {}
        self._near: dict[tuple[int, int], bytes] = {}

    def prefetch(self, seqs: Collection[int]) -> None:
        """Fetch what the inclusion proofs of these entries need, a statement for each level."""
        self._near = {}
        wanted, level = {seq ^ 1 for seq in seqs}, 0
        above = set(seqs)
        while above != {0}:
            missing = wanted if level < KEPT_LEVEL else {item for item in wanted if (level, item) not in self._kept}
            into = self._near if level < KEPT_LEVEL else self._kept
            if missing:
                for row in self._connection.execute(_query(level), {"level": level, "numbers": sorted(missing)}):
                    into[level, row[0]] = bytes(row[1])
            level += 1
            above = {item >> 1 for item in above}
            wanted = {item ^ 1 for item in above}

    def __call__(self, level: int, number: int) -> bytes:
        """One node."""
        found = self._near.get((level, number)) or self._kept.get((level, number))
        if found is None:
            row = self._connection.execute(_query(level), {"level": level, "numbers": [number]}).first()
            if row is None:
                raise LookupError((level, number))
            found = self._kept[level, number] = bytes(row[1])
        return found


def _query(level: int) -> sa.Select[Any]:
    return _INNER if level else _LEAVES


_NUMBERS: Final[sa.BindParameter[Any]] = sa.bindparam("numbers", expanding=True)
_LEAVES: Final = sa.select(entries.c.seq, entries.c.leaf).where(entries.c.seq.in_(_NUMBERS))
_INNER: Final = sa.select(nodes.c.number, nodes.c.hash).where(
    nodes.c.level == sa.bindparam("level"), nodes.c.number.in_(_NUMBERS)
)
