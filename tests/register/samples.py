"""Applications of a town that does not exist. Not a test."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ai_gov.policy.approval import Risk
from ai_gov.register.record import Application, Judged, Wanted, wanted
from ai_gov.register.states import UseState
from ai_gov.review.record import Who

AT = dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)
UNTIL = dt.date(2027, 3, 31)
CAIO = Who("132012", "9001")
ORDINARY = {"users": "staff", "work": "internal", "learning": "none", "judged": "always"}
ANSWERED = {
    "affected": "申請した世帯。誤った案内で期限を逃すおそれ",
    "mitigation": "職員が全件を確かめ、窓口で聞き直せるようにする",
    "notice": "通知文に利用を書き、福祉課の窓口で説明する",
    "stop": "誤りが月に3件を超えたら止め、手作業に戻す",
    "measure": "誤りの件数を毎月数え、年度末に見直す",
}


def asked(**changes: Any) -> Wanted:
    """What is wanted; ``risk`` may be given in part."""
    given: dict[str, Any] = {
        "use": "use-minutes2",
        "title": "審議会の議事録の要約",
        "owner": "総務課",
        "purpose": "公開した審議会の録音を起こした文章を要約する",
        "destinations": ("default",),
        "personal": False,
        "evaluates": False,
    }
    risk = ORDINARY | changes.pop("risk", {})
    return wanted({**given, **changes, "risk": risk})


def application(state: UseState = UseState.REQUESTED, **changes: Any) -> Application:
    """One of 1001's, decided where the state says so."""
    made = changes.pop("judged", None)
    if made is None and state in {UseState.APPROVED, UseState.ENDED, UseState.REPLACED}:
        made = Judged(CAIO, "CAIO", AT, until=UNTIL)
    id_ = changes.pop("id", "019d4657-0000-7000-8000-000000000001")
    updated = changes.pop("updated_at", AT)
    return Application(id_, "132012", "110", "1001", asked(**changes), state, AT, updated, judged=made)


__all__ = ["ANSWERED", "AT", "CAIO", "ORDINARY", "UNTIL", "Risk", "application", "asked"]
