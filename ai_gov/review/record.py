"""確認の記録: a text on its way to release, as far as it has come. Without the text itself (see ``content``)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from ai_gov.review.labels import Degree
from ai_gov.review.states import ReviewState

Audience = Literal["external", "internal"]
"""宛先: 住民・庁外へ, or 庁内の決裁 only."""

LONGEST_DAYS: Final = 30
"""How long a text rests at most, from the day its draft was made."""


@dataclass(frozen=True, slots=True)
class Who:
    """人: somebody of an organisation, by 職員番号."""

    organisation: str
    person: str


@dataclass(frozen=True, slots=True)
class Approval:
    """承認: who approved which text (``revision``, and its keyed digest), with which points checked."""

    by: Who
    at: dt.datetime
    revision: int
    digest: str
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """確認1件.

    ``revision`` counts the versions of the text, ``version`` every change (for compare-and-set). ``digest`` is an
    HMAC of what would be released. ``reviewers`` and ``checklist`` are those of the policy when it was requested.
    """

    id: str
    organisation: str
    department: str
    author: str
    use: str
    audience: Audience
    degree: Degree
    state: ReviewState
    created_at: dt.datetime
    updated_at: dt.datetime
    expires_at: dt.datetime
    exchange: str = ""
    revision: int = 1
    version: int = 1
    digest: str = ""
    reviewers: int = 2
    checklist: tuple[str, ...] = ()
    notice: bool = False
    named: Who | None = None
    """The reviewer that the author asked; any other of the department may take it."""
    requested_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    approvals: tuple[Approval, ...] = ()
    release: str = ""
    """The id under which it will be or was released; a new one for every request."""
    reason: str = ""
    """Why it was rejected or withdrawn: a name of ``checks.REJECTIONS`` or ``checks.WITHDRAWALS``."""

    @property
    def who(self) -> Who:
        """The author."""
        return Who(self.organisation, self.author)

    @property
    def missing(self) -> int:
        """How many approvals it still needs."""
        return max(0, self.reviewers - len(self.approvals))

    def overdue(self, now: dt.datetime) -> bool:
        """Whether a reviewer should have decided by now."""
        return self.state is ReviewState.REQUESTED and self.due_at is not None and now >= self.due_at


def due(requested: dt.datetime, days: int) -> dt.datetime:
    """確認の期限: the same hour so many days later, Saturdays and Sundays not counted (holidays are).

    >>> due(dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC), 2)
    datetime.datetime(2026, 12, 1, 8, 0, tzinfo=datetime.timezone.utc)
    """
    at = requested
    while days > 0:
        at += dt.timedelta(days=1)
        days -= (at + dt.timedelta(hours=9)).weekday() < 5
    return at
