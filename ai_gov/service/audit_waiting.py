"""待っているもの: reviews that nobody has answered in time, and what staff said of the detection."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ai_gov.audit.found import Recorded
from ai_gov.review.record import Review
from ai_gov.review.states import ReviewState
from ai_gov.service.audit import LogReader, within
from ai_gov.service.ports import Clock
from ai_gov.service.suggestions import KIND

MOST: Final = 200
"""Suggestions that are counted; more are ``MOST`` or more."""

LATELY: Final = dt.timedelta(days=30)


class ReviewPort(Protocol):
    """確認の一覧: what a store does for it."""

    def in_states(self, organisation: str, departments: Collection[str], states: Sequence[ReviewState]) -> list[Review]:
        """Those of an organisation."""
        ...


class SuggestionPort(Protocol):
    """申し出の一覧: what a store does for it."""

    def of_kind(
        self, kind: str, *, organisations: Collection[str] = (), since: dt.datetime | None = None, limit: int = 50
    ) -> Sequence[Recorded]:
        """The newest entries of a kind."""
        ...


@dataclass(frozen=True, slots=True)
class Overdue:
    """期限を過ぎた確認: whose, and since when. No text and no title of it."""

    organisation: str
    department: str
    count: int
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """待っているもの: how many reviews wait, those overdue by department, and suggestions of the last days."""

    reviews: int
    overdue: tuple[Overdue, ...]
    suggestions: int
    most: int = MOST

    @property
    def late(self) -> int:
        """期限を過ぎた確認の件数."""
        return sum(item.count for item in self.overdue)


def waiting(reader: LogReader, *, reviews: ReviewPort, log: SuggestionPort, clock: Clock) -> Waiting:
    """待っているもの: of the organisations that somebody may see."""
    allowed, now = within(reader, ()), clock.now()
    asked = [item for name in allowed for item in reviews.in_states(name, (), (ReviewState.REQUESTED,))]
    late: dict[tuple[str, str], list[dt.datetime]] = {}
    for item in asked:
        if item.due_at is not None and item.due_at < now:
            late.setdefault((item.organisation, item.department), []).append(item.due_at)
    overdue = [Overdue(*where, len(since), min(since)) for where, since in late.items()]
    said = log.of_kind(KIND, organisations=allowed, since=now - LATELY, limit=MOST)
    return Waiting(len(asked), tuple(sorted(overdue, key=lambda item: item.since)), len(said))
