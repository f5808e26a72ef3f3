"""ガイドラインの版: what a municipality published, from which day on it holds, and when it is due for review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from ai_gov.documents.guideline.embedded import Embedded
from ai_gov.documents.guideline.published import Section
from ai_gov.model import japan_date

EARLY: Final = dt.timedelta(days=90)
"""A version published (or looked at again) so shortly before the month of review counts as reviewed."""


@dataclass(frozen=True, slots=True)
class Version:
    """版. ``kinds`` are the files that were published, by the ending of their names."""

    organisation: str
    number: int
    title: str
    effective: dt.date
    """施行日: the first day on which it holds."""
    published_at: dt.datetime
    published_by: str
    digest: str
    """SHA-256 over its files."""
    data: Embedded | None = field(default=None, repr=False)
    reviewed_on: dt.date | None = None
    """The last day on which somebody found that it needs no change."""
    kinds: tuple[str, ...] = ()

    @property
    def looked_at(self) -> dt.date:
        """The last day on which somebody knew it to be right."""
        published = japan_date(self.published_at)
        return max(published, self.reviewed_on or published)


@dataclass(frozen=True, slots=True)
class Content:
    """版の中身: its text by sections, and as HTML that our own writer made."""

    sections: tuple[Section, ...] = ()
    body: str = field(default="", repr=False)


def in_force(versions: Iterable[Version], today: dt.date) -> Version | None:
    """施行中の版: the newest of those that hold already."""
    return max((item for item in versions if item.effective <= today), key=lambda item: item.number, default=None)


def upcoming(versions: Sequence[Version], today: dt.date) -> Version | None:
    """これから施行する版: the newest one, where it is newer than the one in force and holds from a later day."""
    newest = max(versions, key=lambda item: item.number, default=None)
    return newest if newest is not None and newest.effective > today else None


def review_due(month: int | None, looked_at: dt.date, today: dt.date) -> dt.date | None:
    """見直しの時期: the day since which a version is due for review; none where it isn't.

    >>> review_due(2, dt.date(2026, 4, 1), dt.date(2027, 2, 1))
    datetime.date(2027, 2, 1)
    >>> review_due(2, dt.date(2027, 1, 10), dt.date(2027, 2, 1)) is None
    True
    """
    if month is None:
        return None
    since = dt.date(today.year if today.month >= month else today.year - 1, month, 1)
    return since if looked_at < since - EARLY else None
