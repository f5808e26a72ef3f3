"""許可を要する依頼: whether a request needs a superior's permit, and what is decided with one and without."""

from __future__ import annotations

from dataclasses import replace

from ai_gov.model import Action, Decision, Json
from ai_gov.policy import reasons
from ai_gov.policy.unmark import needs_permit
from ai_gov.review.permits import Kind
from ai_gov.service import marking
from ai_gov.service.inspect import Inspected
from ai_gov.service.unmarking import told as unmarked_told


def wish(seen: Inspected) -> Kind | None:
    """For what a permit is needed; none where it is not, or where none helps."""
    if seen.decision.action is Action.BLOCK:
        return None
    if any(needs_permit(finding) for finding, _ in seen.dropped):
        return "unmark"
    return "hold" if seen.decision.action is Action.HOLD else None


def decided(seen: Inspected, permit: str) -> Decision:
    """The decision on a request that needs a permit: let pass with one, held without."""
    decision = seen.decision
    if permit:
        action = Action.REDACT if decision.redact else Action.ALLOW
        return replace(decision, action=action, reasons=(reasons.permitted(permit),))
    if decision.action is Action.HOLD:
        more = (reasons.UNMARK_HELD,) if wish(seen) == "unmark" else ()
        return replace(decision, reasons=(*more, *decision.reasons))
    return replace(decision, action=Action.HOLD, reasons=(reasons.UNMARK_HELD, reasons.HELD))


def shown(seen: Inspected, kept: Json) -> Json:
    """What a permit is bound to: the request as the superior is shown it, and what in it was un-marked."""
    return [kept, unmarked_told(seen.dropped)]


def told(seen: Inspected, permit: str) -> dict[str, Json]:
    """What the entry of the decision says of it."""
    out: dict[str, Json] = {}
    if seen.dropped:
        out["unmarked"] = unmarked_told(seen.dropped)
    if marked := marking.told(seen.findings):
        out["marked"] = marked
    if permit:
        out["permit"] = permit
    return out
