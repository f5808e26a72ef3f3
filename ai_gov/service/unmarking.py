"""検知の取消しを当てる: what somebody un-marked, found again among the findings of the request as it is now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ai_gov.errors import BadRequest
from ai_gov.model import Finding, Json
from ai_gov.payload import Document, Payload
from ai_gov.policy.unmark import REASONS, Unmark, may_unmark


def split(
    payload: Payload, document: Document, findings: Sequence[Finding], unmarked: Iterable[Unmark]
) -> tuple[tuple[Finding, ...], tuple[tuple[Finding, str], ...]]:
    """The findings that stay, and those that were un-marked with the reason. Raises BadRequest for one that can't be.

    What is not found (any more) at exactly that place is passed over.
    """
    wanted: dict[tuple[int, int, str], Unmark] = {}
    starts = {leaf.json_path: start for leaf, start in zip(payload.leaves, document.starts, strict=True)}
    for item in unmarked:
        if item.reason not in REASONS:
            raise BadRequest(
                f"検知を取り消す理由は次から選んでください: {'・'.join(REASONS.values())}", param=item.path
            )
        if item.path in starts:
            wanted[starts[item.path] + item.start, starts[item.path] + item.end, item.type] = item
    kept: list[Finding] = []
    dropped: list[tuple[Finding, str]] = []
    for finding in findings:
        item_ = wanted.get((finding.start, finding.end, finding.type))
        if item_ is None:
            kept.append(finding)
            continue
        if not may_unmark(finding):
            raise BadRequest(
                f"「{finding.label}」（{finding.level}）の検知は取り消せません。"
                "該当する部分を文章から除いてください。誤りのときは情報担当に知らせてください。",
                param=item_.path,
                code="unmark_refused",
            )
        dropped.append((finding, item_.reason))
    return tuple(kept), tuple(dropped)


def told(dropped: Iterable[tuple[Finding, str]]) -> list[Json]:
    """For the entry: type, rule, level, place and reason of each; never a value."""
    return [
        {
            "type": finding.type,
            "rule": finding.rule,
            "level": finding.level.code,
            "at": [finding.start, finding.end],
            "reason": reason,
        }
        for finding, reason in dropped
    ]
