"""継ぎ目: findings of a document whose leaves go on in one another, seen joined and seen apart.

Text parts of one message are read as one text, so that a number cut over two parts is found. Joined, though, the end
of one part and the start of the next can look like one word that is neither. Such documents are read both ways, and
what either shows counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ai_gov.model import Finding
from ai_gov.payload import Document, Payload

Detect = Callable[[str], Sequence[Finding]]


def find(payload: Payload, document: Document, detect: Detect) -> tuple[Finding, ...]:
    """The findings of ``payload.document()``, sorted and disjoint."""
    joined = detect(document.text)
    if not any(leaf.glued for leaf in payload.leaves):
        return tuple(joined)
    separate = replace(payload, leaves=tuple(replace(leaf, glued=False) for leaf in payload.leaves)).document()
    return merge(joined, _moved(detect(separate.text), separate, document))


def _moved(findings: Sequence[Finding], separate: Document, document: Document) -> list[Finding]:
    """Findings of the separate reading at their places in the joined one; a seam inside one is cut out."""
    out = []
    for finding in findings:
        first, last = separate.leaf_at(finding.start), separate.leaf_at(finding.end - 1)
        start = finding.start - separate.starts[first] + document.starts[first]
        end = min(finding.end, separate.ends[last]) - separate.starts[last] + document.starts[last]
        out.append(replace(finding, start=start, end=end))
    return out


def merge(some: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """Both, without overlaps: of two that overlap the graver stays, and covers what either did.

    >>> from ai_gov.model import Level
    >>> a, b = Finding("PERSON", 0, 3, Level.L3C, "a"), Finding("PERSON", 2, 5, Level.L3C, "b")
    >>> [(f.start, f.end, f.rule) for f in merge([a], [b, replace(b, start=8, end=9)])]
    [(0, 5, 'a'), (8, 9, 'b')]
    """
    out: list[Finding] = []
    for finding in sorted((*some, *others), key=lambda f: (f.start, -f.end)):
        before = out[-1] if out else None
        if before is None or finding.start >= before.end:
            out.append(finding)
            continue
        graver = finding if _weight(finding) > _weight(before) else before
        end = max(before.end, finding.end)
        whole = graver.start == before.start and graver.end == end
        out[-1] = replace(graver, start=before.start, end=end, name=graver.name if whole else None)
    return tuple(out)


def _weight(finding: Finding) -> tuple[bool, int, bool, int]:
    """Which of two findings of one place is kept: what can't be restored, then the higher level, then the longer."""
    return (finding.irreversible, finding.level, not finding.removable, finding.end - finding.start)
