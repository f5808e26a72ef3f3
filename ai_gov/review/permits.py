"""送信の許可: a superior lets one held prompt pass, once, within a day, for the person who asked and for nobody else.

A permit is bound to an HMAC of the request as it was shown to the superior, with everything that was found in it
hidden; the prompt itself is not kept.
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final, Literal

from ai_gov.errors import Conflict
from ai_gov.review.record import Who

VALID: Final = dt.timedelta(hours=24)
"""許可の有効時間."""

WAITS: Final = dt.timedelta(days=7)
"""How long a request for one waits."""

Kind = Literal["hold", "unmark"]
"""保留の許可, or 検知の取消しの許可."""


class PermitState(enum.StrEnum):
    """許可の状態."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    USED = "used"

    @property
    def ja(self) -> str:
        """The word staff read."""
        return {"asked": "許可待ち", "granted": "許可済み", "refused": "不許可", "used": "使用済み"}[self.value]


NEXT: Final = {
    PermitState.ASKED: frozenset({PermitState.GRANTED, PermitState.REFUSED}),
    PermitState.GRANTED: frozenset({PermitState.USED, PermitState.REFUSED}),
    PermitState.REFUSED: frozenset(),
    PermitState.USED: frozenset(),
}
"""Which state may follow which."""


@dataclass(frozen=True, slots=True)
class Permit:
    """送信の許可1件. ``exchange`` is the record of the held request, ``used_by`` that of the one that was let pass."""

    id: str
    organisation: str
    department: str
    person: str
    exchange: str
    kind: Kind
    binding: str
    use: str
    destination: str
    state: PermitState
    asked_at: dt.datetime
    decided_by: Who | None = None
    decided_at: dt.datetime | None = None
    used_by: str = ""

    @property
    def who(self) -> Who:
        """Who asked."""
        return Who(self.organisation, self.person)

    def valid(self, now: dt.datetime) -> bool:
        """Whether it lets a request pass now."""
        return self.state is PermitState.GRANTED and self.decided_at is not None and now < self.decided_at + VALID

    def waits(self, now: dt.datetime) -> bool:
        """Whether somebody should still decide."""
        return self.state is PermitState.ASKED and now < self.asked_at + WAITS


def check_can_decide(permit: Permit, now: dt.datetime) -> None:
    """許可・不許可を決める: while it waits. Raises Conflict."""
    if permit.state is not PermitState.ASKED:
        raise Conflict(f"この許可の依頼は「{permit.state.ja}」です。画面を開き直して、今の状態を確かめてください。")
    if not permit.waits(now):
        raise Conflict("この許可の依頼は期限（7日）を過ぎています。もう一度送信を試してもらってください。")
