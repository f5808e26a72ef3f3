"""Reviews in every state. Not a test."""

import datetime as dt

from ai_gov.review.labels import Degree
from ai_gov.review.record import Approval, Review, Who
from ai_gov.review.states import ReviewState

NOW = dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)
AUTHOR = Who("town", "1001")
REVIEWER = Who("town", "2001")
DEPUTY = Who("partner", "9001")
CHECKS = ("facts", "privacy")


def review(state=ReviewState.DRAFT, *, reviewers=1, approved_by=(), **more):
    """A review in a state, as it would be there."""
    if state in (ReviewState.APPROVED, ReviewState.RELEASED) and not approved_by:
        approved_by = (REVIEWER, DEPUTY)[:reviewers]
    asked = None if state is ReviewState.DRAFT else NOW
    values = {
        "requested_at": asked,
        "due_at": asked and asked + dt.timedelta(days=3),
        "digest": "d",
        "reviewers": reviewers,
        "checklist": CHECKS,
        "approvals": tuple(Approval(who, NOW, 1, "d", CHECKS) for who in approved_by),
        **more,
    }
    until = NOW + dt.timedelta(days=30)
    return Review("r1", "town", "110", "1001", "general", "external", Degree.L2, state, NOW, NOW, until, **values)
