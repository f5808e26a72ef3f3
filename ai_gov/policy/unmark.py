"""検知の取消し: what a staff member may say is no secret, for one request, and for what a superior has to agree.

Level 2 by oneself, 3C and 3B with a superior's permit; never 3A, 個人番号, 住民票コード or credentials.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ai_gov.model import Finding, Level

NEVER: Final = frozenset({"JP_MY_NUMBER", "JP_RESIDENT_CODE", "CREDENTIAL"})
"""取り消せない種類."""

REASONS: Final = {
    "not_secret": "検知の誤り（秘匿情報ではない語）",
    "published": "公表されている情報",
    "fictional": "架空の例",
    "official": "団体や施設の公開の連絡先",
}
"""取消しの理由: kept as a word, so that no value comes into the log with it."""


@dataclass(frozen=True, slots=True)
class Unmark:
    """検知の取消し1件: the finding of a type at ``start`` to ``end`` of the string at ``path`` (messages[0].content).

    ``reason`` is a name of ``REASONS``.
    """

    path: str
    start: int
    end: int
    type: str
    reason: str


def may_unmark(finding: Finding) -> bool:
    """取り消せるか: at all, by whomever.

    >>> may_unmark(Finding("PERSON", 0, 2, Level.L3C, "r")), may_unmark(Finding("CREDENTIAL", 0, 2, Level.L3B, "r"))
    (True, False)
    """
    return finding.level < Level.L3A and finding.type not in NEVER and not finding.irreversible


def needs_permit(finding: Finding) -> bool:
    """許可が要るか: whether one can't say so by oneself."""
    return finding.level > Level.L2
