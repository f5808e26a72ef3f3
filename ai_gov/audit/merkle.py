"""Merkle木: the tree of RFC 9162 (Certificate Transparency 2.0) §2.1, its inclusion and consistency proofs.

Pure functions over 32-byte SHA-256 hashes. Leaves are numbered from 0. ``Node(level, index)`` is the root of the
perfect subtree over the leaves ``index * 2**level`` to ``(index + 1) * 2**level``; proofs are made from those alone,
so that a log of millions needs no more than some forty of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

HASH_SIZE: Final = 32
LEAF_PREFIX: Final = b"\x00"
NODE_PREFIX: Final = b"\x01"
EMPTY_ROOT: Final = hashlib.sha256().digest()
"""空の木の根: RFC 9162 §2.1.1, MTH({}) = SHA-256 of nothing."""

Node = Callable[[int, int], bytes]
"""節点: gives the hash of the perfect subtree (level, index). Raises LookupError where it has none."""

_sha256 = hashlib.sha256


class ProofError(ValueError):
    """証明が成り立たない: the proof does not lead to the root that was signed."""


def leaf_hash(data: bytes) -> bytes:
    """葉のハッシュ: RFC 9162 §2.1.1, SHA-256(0x00 || data).

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return _sha256(LEAF_PREFIX + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """節のハッシュ: RFC 9162 §2.1.1, SHA-256(0x01 || left || right)."""
    return _sha256(NODE_PREFIX + left + right).digest()


class Frontier:
    """右端: the perfect subtrees that make up a tree of ``size`` leaves, largest first; all an append needs.

    >>> frontier = Frontier()
    >>> frontier.append(leaf_hash(b"a")) == [(0, 0, leaf_hash(b"a"))]
    True
    >>> [(level, index) for level, index, _ in frontier.append(leaf_hash(b"b"))]
    [(0, 1), (1, 0)]
    >>> Frontier(frontier.size, frontier.hashes).root() == root([leaf_hash(b"a"), leaf_hash(b"b")])
    True
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self._size = size
        self._hashes = list(hashes)
        if size < 0 or len(self._hashes) != size.bit_count() or any(len(h) != HASH_SIZE for h in self._hashes):
            raise ValueError(f"{size} 件の木の右端は {size.bit_count()} 個のハッシュです: {len(self._hashes)}")

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """One hash for each bit that is set in ``size``, from the highest; to be stored and given back."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash. Returns the nodes that are now complete, (level, index, hash), the leaf first."""
        level, index = 0, self._size
        made = [(0, index, leaf)]
        while index & 1:
            leaf = _sha256(NODE_PREFIX + self._hashes.pop() + leaf).digest()
            level, index = level + 1, index >> 1
            made.append((level, index, leaf))
        self._hashes.append(leaf)
        self._size += 1
        return made

    def root(self) -> bytes:
        """The root of the tree so far (RFC 9162 §2.1.2)."""
        if not self._hashes:
            return EMPTY_ROOT
        result = self._hashes[-1]
        for left in self._hashes[-2::-1]:
            result = node_hash(left, result)
        return result


def root(leaves: Iterable[bytes]) -> bytes:
    """根: of a list of leaf hashes (RFC 9162 §2.1.1).

    >>> root([]) == EMPTY_ROOT
    True
    """
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def nodes(leaves: Iterable[bytes]) -> Node:
    """節点の表: the callback that proofs need, from a full list of leaf hashes."""
    table: dict[tuple[int, int], bytes] = {}
    frontier = Frontier()
    for leaf in leaves:
        for level, index, value in frontier.append(leaf):
            table[level, index] = value
    return lambda level, index: table[level, index]


def root_at(node: Node, size: int) -> bytes:
    """過去の根: the root of the first ``size`` leaves."""
    return _subtree(node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(node: Node, index: int, size: int) -> list[bytes]:
    """包含証明: that a leaf is in the tree of ``size`` leaves (RFC 9162 §2.1.3.1, PATH).

    >>> leaves = [leaf_hash(bytes([n])) for n in range(7)]
    >>> proof = inclusion_proof(nodes(leaves), 5, 7)
    >>> verify_inclusion(leaves[5], 5, 7, proof, root(leaves))
    >>> verify_inclusion(leaves[4], 5, 7, proof, root(leaves))
    Traceback (most recent call last):
    ai_gov.audit.merkle.ProofError: 包含証明が根に一致しません (6件目 / 7件)
    """
    if not 0 <= index < size:
        raise ValueError(f"{size} 件の木に {index + 1} 件目はありません")
    proof = []
    start, width = 0, size
    while width > 1:
        k = _split(width)
        if index - start < k:
            proof.append(_subtree(node, start + k, width - k))
            width = k
        else:
            proof.append(_subtree(node, start, k))
            start, width = start + k, width - k
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """包含の検証: RFC 9162 §2.1.3.2. Raises ProofError."""
    where = f"({index + 1}件目 / {size}件)"
    if not 0 <= index < size:
        raise ProofError(f"包含証明の位置が木の外です {where}")
    fn, sn, result = index, size - 1, leaf
    for value in proof:
        if sn == 0:
            raise ProofError(f"包含証明が長すぎます {where}")
        if fn & 1 or fn == sn:
            result = node_hash(value, result)
            fn, sn = _skip_zeros(fn, sn)
        else:
            result = node_hash(result, value)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError(f"包含証明が短すぎます {where}")
    if result != root:
        raise ProofError(f"包含証明が根に一致しません {where}")


def consistency_proof(node: Node, first: int, second: int) -> list[bytes]:
    """一貫性証明: that a tree of ``second`` leaves begins with the one of ``first`` (RFC 9162 §2.1.4.1, SUBPROOF).

    >>> leaves = [leaf_hash(bytes([n])) for n in range(7)]
    >>> proof = consistency_proof(nodes(leaves), 3, 7)
    >>> verify_consistency(3, 7, root(leaves[:3]), root(leaves), proof)
    """
    if not 0 <= first <= second:
        raise ValueError(f"{first} 件の木は {second} 件の木の前のものではありません")
    if first in (0, second):
        return []
    proof = []
    start, width, whole = 0, second, True
    while first - start != width:
        k = _split(width)
        if first - start <= k:
            proof.append(_subtree(node, start + k, width - k))
            width = k
        else:
            proof.append(_subtree(node, start, k))
            start, width, whole = start + k, width - k, False
    if not whole:
        proof.append(_subtree(node, start, width))
    return proof[::-1]


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    """一貫性の検証: RFC 9162 §2.1.4.2. Every tree is consistent with the empty one. Raises ProofError."""
    where = f"({first}件 → {second}件)"
    if not 0 <= first <= second:
        raise ProofError(f"一貫性証明の大きさが逆です {where}")
    if first in (0, second):
        if proof or (first == second and first_root != second_root) or (first == 0 and first_root != EMPTY_ROOT):
            raise ProofError(f"一貫性証明が根に一致しません {where}")
        return
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        raise ProofError(f"一貫性証明が短すぎます {where}")
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for value in path[1:]:
        if sn == 0:
            raise ProofError(f"一貫性証明が長すぎます {where}")
        if fn & 1 or fn == sn:
            old, new = node_hash(value, old), node_hash(value, new)
            fn, sn = _skip_zeros(fn, sn)
        else:
            new = node_hash(new, value)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError(f"一貫性証明が短すぎます {where}")
    if old != first_root or new != second_root:
        raise ProofError(f"一貫性証明が根に一致しません {where}")


def _split(size: int) -> int:
    """The largest power of two below ``size`` (k of RFC 9162 §2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _skip_zeros(fn: int, sn: int) -> tuple[int, int]:
    """RFC 9162 §2.1.3.2 and §2.1.4.2: shift both while ``fn`` is even, until it is odd or zero."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _subtree(node: Node, start: int, size: int) -> bytes:
    """MTH(D[start : start + size]) from perfect subtrees; ``start`` is a multiple of the largest of them."""
    parts = []
    while size:
        level = size.bit_length() - 1
        parts.append(node(level, start >> level))
        start, size = start + (1 << level), size - (1 << level)
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result)
    return result
