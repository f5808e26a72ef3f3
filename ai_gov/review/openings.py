"""原文の開示（緊急開示）: two persons and a reason open one raw text, once, to the one who asked.

::

    asked ─→ approved ─→ opened
       ├→ refused   └→ expired
       └→ expired
"""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from typing import Final

from ai_gov.errors import Conflict, Forbidden
from ai_gov.review.record import Who

WAITS: Final = dt.timedelta(hours=24)
"""How long a second person may approve."""

VALID: Final = dt.timedelta(hours=24)
"""How long the one who asked may open it then."""


class OpeningState(enum.StrEnum):
    """開示の状態."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    OPENED = "opened"
    EXPIRED = "expired"

    @property
    def ja(self) -> str:
        """The word people read."""
        return _JA[self]


_JA: Final = {
    OpeningState.ASKED: "承認待ち",
    OpeningState.APPROVED: "承認済み",
    OpeningState.REFUSED: "不承認",
    OpeningState.OPENED: "開示済み",
    OpeningState.EXPIRED: "期限切れ",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """開示の依頼1件. ``organisation`` is that of the record, ``by`` who asked (perhaps of another one)."""

    id: str
    organisation: str
    exchange: str
    by: Who
    reason: str
    asked_at: dt.datetime
    state: OpeningState = OpeningState.ASKED
    decided_by: Who | None = None
    decided_at: dt.datetime | None = None

    def over(self, now: dt.datetime) -> bool:
        """Whether its time is up though its state does not say so yet."""
        if self.state is OpeningState.ASKED:
            return now >= self.asked_at + WAITS
        return self.state is OpeningState.APPROVED and self.decided_at is not None and now >= self.decided_at + VALID


def check_can_decide(opening: Opening, who: Who, now: dt.datetime) -> None:
    """承認・不承認を決める: another person than who asked, in time. Raises Forbidden, Conflict."""
    if opening.by == who:
        raise Forbidden("自分の依頼を自分で承認することはできません。CAIOなど、別の人に依頼してください。")
    _check(opening, OpeningState.ASKED, now)


def check_can_open(opening: Opening, who: Who, now: dt.datetime) -> None:
    """開く: who asked alone, once, in time. Raises Forbidden, Conflict."""
    if opening.by != who:
        raise Forbidden("原文を開けるのは、開示を依頼した本人だけです。必要なら、自分で開示を依頼してください。")
    _check(opening, OpeningState.APPROVED, now)


def _check(opening: Opening, wanted: OpeningState, now: dt.datetime) -> None:
    if opening.over(now):
        raise Conflict("この開示の依頼は期限（24時間）を過ぎています。必要なら、もう一度依頼してください。")
    if opening.state is not wanted:
        raise Conflict(f"この開示の依頼は「{opening.state.ja}」です。一覧で今の状態を確かめてください。")
