"""検査器: the library's face. Inspects, decides, redacts and restores without web, database or network.

>>> import ai_gov
>>> inspector = ai_gov.inspector()
>>> seen = inspector.inspect("山田太郎さん（080-1234-5678）への案内文を作ってください。")
>>> seen.action.value, seen.redacted
('redact', '〔氏名1〕さん（〔電話番号1〕）への案内文を作ってください。')
>>> inspector.restore("〔氏名1〕様、お電話は〔電話番号1〕でよろしいでしょうか。", seen)
'山田太郎様、お電話は080-1234-5678でよろしいでしょうか。'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ai_gov.detect.detector import Detector, Explanation
from ai_gov.model import Action, Finding, Level, Reason, japan_date
from ai_gov.payload import Leaf, Payload
from ai_gov.redact.placeholder import ESCAPE_LABEL
from ai_gov.redact.redact import Redaction, Vault
from ai_gov.redact.restore import restore
from ai_gov.service.inspect import inspect
from ai_gov.service.ports import Governance, Reader


@dataclass(frozen=True, slots=True)
class Inspection:
    """検査の結果: for action ``redact``, ``entities`` are exactly the spans cut in ``redacted``."""

    action: Action
    level: Level
    reasons: tuple[Reason, ...]
    entities: tuple[Finding, ...]
    redacted: str = field(repr=False)
    vault: Vault = field(repr=False)


class Inspector:
    """検査器. Thread-safe; keeps nothing of what it inspects."""

    def __init__(self, governance: Governance, reader: Reader) -> None:
        self.governance = governance
        self._reader = reader

    def inspect(self, text: str, *, destination: str = "", declared: Level | None = None) -> Inspection:
        """The decision on a text, for a destination of the policy (by default the strictest).

        Offsets are code points of ``text``. Raises ValueError for a destination that the policy does not name.
        """
        policy = self.governance.policy
        upstreams = {item.upstream for item in policy.destinations}
        target = policy.destination(destination, upstreams) if destination else policy.strictest()
        if target is None:
            raise ValueError(f"送信先「{destination}」は方針にありません。")
        payload = Payload({"text": text}, (Leaf(("text",), text),))
        today = japan_date()
        seen = inspect(payload, self.governance, self._reader, destination=target, today=today, declared=declared)
        decision = seen.decision
        entities = seen.findings
        if decision.action is Action.REDACT:
            entities = _cut(seen.outgoing, decision.redact)
        shown = seen.outgoing if decision.action in (Action.ALLOW, Action.REDACT) else seen.logged
        return Inspection(decision.action, decision.level, decision.reasons, entities, shown.apply(text), shown.vault)

    def explain(self, text: str) -> Explanation:
        """What was found and what was put aside, and why."""
        detector = self.governance.detector
        assert isinstance(detector, Detector)
        return detector.explain(self._reader.read(text))

    def restore(self, answer: str, inspection: Inspection) -> str:
        """An answer with the placeholders of an inspection put back."""
        return restore(answer, inspection.vault)


def _cut(redaction: Redaction, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """A finding for each edit: those of the decision, and text that somebody typed in a placeholder's form."""
    known = {finding.start: finding for finding in findings}
    typed = Finding("PLACEHOLDER", 0, 0, Level.L1, "placeholder", label=ESCAPE_LABEL)
    return tuple(known.get(edit.start) or replace(typed, start=edit.start, end=edit.end) for edit in redaction.edits)
