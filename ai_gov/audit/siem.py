"""SIEM への出力: an entry as one flat JSON object without any text, in the field names of the Elastic Common Schema.

What was written, the search codes and the salt stay here; types and counts of findings, reasons, times and who go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ai_gov.audit.found import Recorded
from ai_gov.audit.search import finding_types
from ai_gov.model import Json

ECS: Final = "8.17"
LEFT_OUT: Final = frozenset(
    {"sent", "answer", "tokens", "text_hmac", "resident_hmac", "findings", "answer_findings", "diff", "settings"}
)
"""Fields of an entry that don't leave: texts, codes, and what is long; findings go as types and counts."""

_WRITTEN: Final = frozenset({"text", "changed", "title", "reference"})
"""What somebody wrote of an incident; it does not leave either."""

_ALERTS: Final = frozenset({"alert", "alert_undelivered"})
_SIGN_INS: Final = frozenset({"signed_in", "signed_out", "sign_in_failed", "session_refused", "sessions_ended"})
_USES: Final = frozenset({"decided", "refused", "refused_again", "outcome"})
_DENIED: Final = frozenset({"blocked", "held", "refused", "failed"})


def line(entry: Recorded, seq: int) -> dict[str, Json]:
    """One entry. ``seq`` is its place in the log, by which the next export goes on."""
    columns = entry.columns
    kind = columns["kind"]
    out: dict[str, Json] = {
        "@timestamp": columns["at"],
        "ecs.version": ECS,
        "event.module": "ai_gov",
        "event.dataset": "ai_gov.audit",
        "event.kind": "alert" if kind in _ALERTS else "event",
        "event.category": ["authentication"]
        if kind in _SIGN_INS
        else ["process" if kind in _USES else "configuration"],
        "event.action": kind,
        "event.outcome": "failure" if columns["outcome"] in _DENIED or kind == "sign_in_failed" else "success",
        "event.sequence": seq,
        "organization.id": columns["organisation"],
        "user.id": columns["actor"],
        "user.group.id": columns["department"],
    }
    for name in ("exchange", "use", "destination", "level", "action", "outcome", "client"):
        if columns[name]:
            out[f"ai_gov.{name}"] = columns[name]
    data: Mapping[str, Json] = entry.event.data if entry.event is not None else {}
    if types := sorted(finding_types(entry.event)):
        out["ai_gov.findings"] = types
    known = {"use", "destination", "level", "action", "outcome", "client", "config"}
    left_out = LEFT_OUT | _WRITTEN if kind.startswith("incident_") else LEFT_OUT
    rest = {name: value for name, value in data.items() if name not in left_out | known}
    if rest:
        out["ai_gov.data"] = rest
    if entry.event is None:
        out["ai_gov.deleted"] = True
    return {name: value for name, value in out.items() if value not in ("", [])}
