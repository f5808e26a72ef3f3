"""The tree is the one of RFC 9162: against a naive reading of it, and against the published test vectors."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.audit import merkle

# The leaves and roots that the Certificate Transparency projects publish for RFC 6962.
INPUTS = [
    bytes.fromhex(value)
    for value in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [merkle.leaf_hash(data) for data in INPUTS]
SIZES = range(131)
MANY = [merkle.leaf_hash(bytes([n])) for n in SIZES]
NODE = merkle.nodes(MANY)


def mth(leaves):
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """RFC 9162 §2.1.3.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """RFC 9162 §2.1.4.1, word for word."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_published_roots_come_out(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (
            0,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    ],
)
def test_the_published_inclusion_proofs_come_out(index, size, proof):
    assert [h.hex() for h in merkle.inclusion_proof(merkle.nodes(LEAVES), index, size)] == proof


@pytest.mark.parametrize(
    ("first", "second", "proof"),
    [
        (1, 1, []),
        (
            1,
            8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ],
)
def test_the_published_consistency_proofs_come_out(first, second, proof):
    assert [h.hex() for h in merkle.consistency_proof(merkle.nodes(LEAVES), first, second)] == proof


def test_the_root_is_that_of_the_definition_at_every_size_up_to_130():
    frontier = merkle.Frontier()
    for size in SIZES:
        expected = mth(MANY[:size])
        assert frontier.root() == merkle.root(MANY[:size]) == merkle.root_at(NODE, size) == expected
        assert merkle.Frontier(frontier.size, frontier.hashes).root() == expected
        frontier.append(MANY[size])


def test_every_inclusion_proof_up_to_130_is_that_of_the_definition_and_verifies():
    for size in range(1, 131):
        root = merkle.root_at(NODE, size)
        for index in {0, size // 3, size // 2, size - 1}:
            proof = merkle.inclusion_proof(NODE, index, size)
            assert proof == path(index, MANY[:size])
            merkle.verify_inclusion(MANY[index], index, size, proof, root)


@given(st.integers(1, 130).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))))
def test_every_consistency_proof_is_that_of_the_definition_and_verifies(sizes):
    first, second = sizes
    proof = merkle.consistency_proof(NODE, first, second)
    assert proof == (subproof(first, MANY[:second], True) if first else [])
    merkle.verify_consistency(first, second, mth(MANY[:first]), mth(MANY[:second]), proof)


def damaged(proof):
    yield [*proof, bytes(32)]
    for at in range(len(proof)):
        yield proof[:at] + proof[at + 1 :]
        yield [*proof[:at], bytes(32), *proof[at + 1 :]]


@given(st.integers(1, 130).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_a_damaged_inclusion_proof_or_another_leaf_is_refused(place):
    index, size = place
    root = merkle.root_at(NODE, size)
    proof = merkle.inclusion_proof(NODE, index, size)
    for bad in damaged(proof):
        with pytest.raises(merkle.ProofError):
            merkle.verify_inclusion(MANY[index], index, size, bad, root)
    for leaf, at in ((bytes(32), index), (MANY[index], index + 1), (MANY[index], size), (MANY[index], -1)):
        with pytest.raises(merkle.ProofError):
            merkle.verify_inclusion(leaf, at, size, proof, root)


@given(st.integers(1, 130).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))))
def test_a_damaged_consistency_proof_or_another_root_is_refused(sizes):
    first, second = sizes
    old, new = mth(MANY[:first]), mth(MANY[:second])
    proof = merkle.consistency_proof(NODE, first, second)
    for bad in damaged(proof):
        with pytest.raises(merkle.ProofError):
            merkle.verify_consistency(first, second, old, new, bad)
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(first, second, bytes(32), new, proof)
    if first:
        with pytest.raises(merkle.ProofError):
            merkle.verify_consistency(first, second, old, bytes(32), proof)
    with pytest.raises(merkle.ProofError):
        merkle.verify_consistency(second + 1, second, old, new, proof)


def test_a_proof_needs_only_logarithmically_many_nodes():
    asked = []

    def node(level, index):
        asked.append((level, index))
        return NODE(level, index)

    merkle.inclusion_proof(node, 77, 130)
    merkle.consistency_proof(node, 77, 130)
    assert len(asked) <= 4 * 8


@pytest.mark.parametrize(("size", "hashes"), [(3, [bytes(32)]), (1, [b"short"]), (0, [bytes(32)]), (-1, [bytes(32)])])
def test_a_stored_frontier_that_can_not_be_is_refused(size, hashes):
    with pytest.raises(ValueError, match="右端"):
        merkle.Frontier(size, hashes)


def test_proofs_of_trees_that_can_not_be_are_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="件目"):
        merkle.inclusion_proof(NODE, 5, 5)
    with pytest.raises(ValueError, match="前のもの"):
        merkle.consistency_proof(NODE, 6, 5)
