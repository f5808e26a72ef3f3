"""検査: read → detect → decide → redact, for one document under one set of rules. No IO beyond the reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ai_gov.model import Action, Decision, Finding, Level
from ai_gov.payload import Document, Payload
from ai_gov.policy.decide import decide
from ai_gov.policy.schema import Destination
from ai_gov.policy.unmark import Unmark
from ai_gov.redact.redact import Redaction, redact
from ai_gov.service import marking
from ai_gov.service.marking import Mark
from ai_gov.service.parts import find, merge
from ai_gov.service.ports import Governance, Reader
from ai_gov.service.unmarking import split


@dataclass(frozen=True, slots=True)
class Inspected:
    """検査の結果.

    ``outgoing`` is what may leave; ``logged`` what the log may keep: there every finding is hidden, also one that
    the destination may see, or that somebody un-marked (``dropped``, with the reason).
    """

    document: Document = field(repr=False)
    findings: tuple[Finding, ...]
    decision: Decision
    outgoing: Redaction
    logged: Redaction
    dropped: tuple[tuple[Finding, str], ...] = ()


def inspect(
    payload: Payload,
    governance: Governance,
    reader: Reader,
    *,
    destination: Destination | None,
    today: dt.date,
    declared: Level | None = None,
    use: str = "",
    unmarked: Sequence[Unmark] = (),
    marked: Sequence[Mark] = (),
) -> Inspected:
    """The decision on a payload, and what of it may leave. Raises BadRequest for what can't be un-marked."""
    document = payload.document()
    found = find(payload, document, lambda text: governance.detector.detect(reader.read(text)))
    if marked:
        found = merge(found, marking.found(payload, document, marked, governance.rules))
    findings = _fixed(payload, document, found)
    kept, dropped = split(payload, document, findings, unmarked)
    decision = decide(
        kept,
        text=document.text,
        destination=destination,
        policy=governance.policy,
        rules=marking.rules_with(governance.rules, marked),
        today=today,
        declared=declared,
        use=use,
        apply_at=f"{governance.pages}/uses/new",
    )
    cut = decision.redact if decision.action in (Action.REDACT, Action.HOLD) else ()
    outgoing = redact(document.text, cut, governance.grammar)
    logged = outgoing if len(cut) == len(findings) else redact(document.text, findings, governance.grammar)
    return Inspected(document, findings, decision, outgoing, logged, dropped)


def _fixed(payload: Payload, document: Document, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings in a leaf that can't be replaced (a key, a tool's name, a number) can't be cut out either."""
    if all(leaf.replaceable for leaf in payload.leaves):
        return tuple(findings)
    return tuple(
        finding
        if all(payload.leaves[index].replaceable for index in document.leaves_of(finding.start, finding.end))
        else replace(finding, removable=False)
        for finding in findings
    )
