"""木の検証: that the nodes kept for proofs and for appending are those of the leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ai_gov.audit.merkle import HASH_SIZE, Frontier
from ai_gov.stores.bulk import fetch
from ai_gov.stores.tables import checkpoints, nodes, tree

if TYPE_CHECKING:
    from hashlib import _Hash

FETCH = 5000
"""Nodes read at a time."""


class TreeCheck:
    """木の検証: hears of every node that the entries make, then compares them with those that are stored.

    Of each level only one running digest is kept, so that a log of millions needs no memory.
    """

    def __init__(self) -> None:
        self._levels: list[_Hash] = []

    def made(self, new: list[tuple[int, int, bytes]]) -> None:
        """The nodes that an entry completed, the leaf first."""
        levels = self._levels
        for level, _, value in new[1:]:
            if level > len(levels):
                levels.append(hashlib.sha256())
            levels[level - 1].update(value)

    def problems(self, connection: sa.Connection, size: int, root: bytes) -> Iterator[str]:
        """What is wrong with the stored tree of a log whose leaves give this size and root."""
        row = connection.execute(sa.select(tree)).first()
        if not _is_root(row, size, root):
            yield "保存された木の右端が、記録から計算したものと違います。書き換えられています。"
        signed = connection.execute(sa.select(sa.func.max(checkpoints.c.size))).scalar() or 0
        if signed < size:  # one transaction gives entries their place and signs them
            yield f"{signed + 1}〜{size}件目のチェックポイントがありません。削除されています。"
        wrong = self._wrong_levels(connection, size)
        if wrong:
            levels = "・".join(map(str, wrong))
            yield f"保存された木の節が、記録と合いません（下から {levels} 段目。書き換え・削除・追加）。"

    def _wrong_levels(self, connection: sa.Connection, size: int) -> list[int]:
        """The levels whose nodes are not exactly those that were heard of."""
        expected = {level: (size >> level, made.digest()) for level, made in enumerate(self._levels, 1)}
        found: dict[int, tuple[int, bytes]] = {}
        level, count, digest = 0, 0, hashlib.sha256()
        query = sa.select(nodes.c.level, nodes.c.number, nodes.c.hash).order_by(nodes.c.level, nodes.c.number)
        with closing(fetch(connection, query, FETCH)) as batches:
            for at, number, value in chain.from_iterable(batches):
                if at != level:
                    found[level] = (count, digest.digest())
                    level, count, digest = at, 0, hashlib.sha256()
                digest.update(value if number == count else b"")
                count += 1
        found[level] = (count, digest.digest())
        found.pop(0, None)
        return sorted(level for level in expected.keys() | found.keys() if expected.get(level) != found.get(level))


def _is_root(row: sa.Row[tuple[int, int, bytes]] | None, size: int, root: bytes) -> bool:
    if row is None:
        return size == 0
    hashes = bytes(row.frontier)
    try:
        frontier = Frontier(row.size, [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)])
    except ValueError:
        return False
    return (frontier.size, frontier.root()) == (size, root)
