"""木の検証: that the nodes kept for proofs and for appending are those of the leaves."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from ai_gov.audit.merkle import HASH_SIZE, Frontier, node_hash
from ai_gov.stores.tables import entries, nodes, tree


def tree_problems(connection: sa.Connection, size: int, root: bytes) -> Iterator[str]:
    """What is wrong with the stored tree of a log whose leaves give this size and root."""
    row = connection.execute(sa.select(tree)).first()
    if not _is_root(row, size, root):
        yield "保存された木の右端が、記録から計算したものと違います。書き換えられています。"
    wrong = sum(not good for good in _nodes(connection))
    expected = sum(size >> level for level in range(1, size.bit_length()))
    missing = expected - connection.execute(sa.select(sa.func.count()).select_from(nodes)).scalar_one()
    if wrong or missing:
        yield f"保存された木の節が、記録と合いません（違うもの {wrong} 個、過不足 {abs(missing)} 個）。"


def _is_root(row: sa.Row[tuple[int, int, bytes]] | None, size: int, root: bytes) -> bool:
    if row is None:
        return size == 0
    hashes = bytes(row.frontier)
    try:
        frontier = Frontier(row.size, [hashes[at : at + HASH_SIZE] for at in range(0, len(hashes), HASH_SIZE)])
    except ValueError:
        return False
    return (frontier.size, frontier.root()) == (size, root)


def _nodes(connection: sa.Connection) -> Iterator[bool]:
    """For each node whether it is the hash of the two below it."""
    left, right = entries.alias(), entries.alias()
    lowest = (
        sa.select(nodes.c.hash, left.c.leaf, right.c.leaf)
        .select_from(nodes)
        .outerjoin(left, left.c.seq == nodes.c.number * 2)
        .outerjoin(right, right.c.seq == nodes.c.number * 2 + 1)
        .where(nodes.c.level == 1)
    )
    a, b = nodes.alias(), nodes.alias()
    inner = (
        sa.select(nodes.c.hash, a.c.hash, b.c.hash)
        .select_from(nodes)
        .outerjoin(a, sa.and_(a.c.level == nodes.c.level - 1, a.c.number == nodes.c.number * 2))
        .outerjoin(b, sa.and_(b.c.level == nodes.c.level - 1, b.c.number == nodes.c.number * 2 + 1))
        .where(nodes.c.level > 1)
    )
    for query in (lowest, inner):
        for value, first, second in connection.execution_options(yield_per=1000).execute(query):
            yield first is not None and second is not None and node_hash(bytes(first), bytes(second)) == bytes(value)
