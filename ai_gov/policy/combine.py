"""組み合わせの判定: which combinations of the policy stand in a set of findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ai_gov.model import Finding
from ai_gov.policy.schema import Combination


def present(combinations: Iterable[Combination], findings: Sequence[Finding]) -> tuple[Combination, ...]:
    """The combinations that stand in these findings, in the policy's order. Linear in the findings, for each one."""
    types = {finding.type for finding in findings}
    ordered = sorted(findings, key=lambda finding: finding.start)
    return tuple(item for item in combinations if _stands(item, types, ordered))


def _stands(item: Combination, types: set[str], ordered: Sequence[Finding]) -> bool:
    if not types.issuperset(item.all_of) or (item.any_of and types.isdisjoint(item.any_of)):
        return False
    if item.within is None:
        return True
    wanted = {*item.all_of, *item.any_of}
    members = [finding for finding in ordered if finding.type in wanted]
    inside: Counter[str] = Counter()
    first = 0
    for member in members:
        inside[member.type] += 1
        while member.start - members[first].end > item.within:
            inside[members[first].type] -= 1
            first += 1
        if all(inside[name] for name in item.all_of) and (not item.any_of or any(inside[name] for name in item.any_of)):
            return True
    return False
