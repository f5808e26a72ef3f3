"""研修の受講: an attempt at the quiz, what makes a pass, and until when one is valid. No answer is kept."""

from __future__ import annotations

import calendar
import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ai_gov.errors import Conflict
from ai_gov.model import JST
from ai_gov.policy.training import TrainingPolicy
from ai_gov.review.record import Who

OPEN_FOR: Final = dt.timedelta(hours=24)
"""受講中のままでいられる時間: then the attempt is void, and another one can be begun."""


class AttemptState(enum.StrEnum):
    """受講の状態."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    VOID = "void"

    @property
    def ja(self) -> str:
        """The word staff read."""
        return {"open": "受講中", "passed": "合格", "failed": "不合格", "void": "無効"}[self.value]


@dataclass(frozen=True, slots=True)
class Attempt:
    """受講1回: ``questions`` by their ids, of the set that ``digest`` names; ``right`` of them were right."""

    id: str
    organisation: str
    department: str
    person: str
    state: AttemptState
    started_at: dt.datetime
    questions: tuple[str, ...]
    digest: str
    pass_percent: int
    ended_at: dt.datetime | None = None
    right: int = 0
    until: dt.date | None = None
    """有効期限: the last day of a pass."""

    @property
    def who(self) -> Who:
        """Whose it is."""
        return Who(self.organisation, self.person)

    def runs(self, now: dt.datetime) -> bool:
        """Whether it can still be answered."""
        return self.state is AttemptState.OPEN and now < self.started_at + OPEN_FOR

    def valid(self, on: dt.date) -> bool:
        """Whether it is a pass that holds on a day."""
        return self.state is AttemptState.PASSED and self.until is not None and on <= self.until


def valid_until(passed: dt.date, months: int) -> dt.date:
    """有効期限: the day before the same day so many months later (the end of a shorter month).

    >>> valid_until(dt.date(2026, 11, 25), 12), valid_until(dt.date(2026, 8, 31), 6)
    (datetime.date(2027, 11, 24), datetime.date(2027, 2, 27))
    """
    year, month = divmod(passed.year * 12 + passed.month - 1 + months, 12)
    day = min(passed.day, calendar.monthrange(year, month + 1)[1])
    return dt.date(year, month + 1, day) - dt.timedelta(days=1)


def best(attempts: Sequence[Attempt], on: dt.date) -> Attempt | None:
    """有効な合格: the pass that holds longest; none where none holds on that day."""
    passes = [item for item in attempts if item.valid(on)]
    return max(passes, key=lambda item: item.until or dt.date.min, default=None)


def next_start(attempts: Sequence[Attempt], policy: TrainingPolicy) -> dt.datetime | None:
    """次に受けられる時刻: after the last failure; none where nobody failed since."""
    ended = [item for item in attempts if item.ended_at is not None and item.state is not AttemptState.VOID]
    last = max(ended, key=lambda item: item.ended_at or item.started_at, default=None)
    if last is None or last.ended_at is None or last.state is not AttemptState.FAILED:
        return None
    return last.ended_at + dt.timedelta(minutes=policy.retry_minutes)


def check_can_start(attempts: Sequence[Attempt], policy: TrainingPolicy, now: dt.datetime) -> None:
    """受講を始める: once the time to wait after a failure is over. Raises Conflict."""
    at = next_start(attempts, policy)
    if at is not None and now < at:
        raise Conflict(
            f"不合格のあとは、{policy.retry_minutes}分たってから受けられます。"
            f"{at.astimezone(JST):%Y-%m-%d %H:%M} 以降に、もう一度開いてください。"
            "それまでに、学ぶことを読み直してください。"
        )


SMALLEST: Final = 5
"""秘匿の基準: of fewer than so many people no exact count is told."""


@dataclass(frozen=True, slots=True)
class Count:
    """人数: exact where ``low`` is ``high``, else a range that says of nobody in particular."""

    low: int
    high: int

    def __add__(self, other: Count) -> Count:
        return Count(self.low + other.low, self.high + other.high)

    @property
    def ja(self) -> str:
        """As people read it.

        >>> Count(3, 3).ja, Count(26, 29).ja
        ('3人', '26〜29人')
        """
        return f"{self.low}人" if self.low == self.high else f"{self.low}〜{self.high}人"


def shown(count: int, whole: int) -> Count:
    """少ない数を伏せる: of a small department all, and whichever part of it is small, together with what is left.

    >>> shown(3, 4), shown(28, 30), shown(30, 30), shown(12, 30)
    (Count(low=0, high=4), Count(low=26, high=29), Count(low=30, high=30), Count(low=12, high=12))
    """
    if whole < SMALLEST:
        return Count(0, whole)
    if 0 < count < SMALLEST:
        return Count(1, SMALLEST - 1)
    if 0 < whole - count < SMALLEST:
        return Count(whole - SMALLEST + 1, whole - 1)
    return Count(count, count)


@dataclass(frozen=True, slots=True)
class Row:
    """所属ごとの結果: of so many staff, how many hold a valid pass and how many don't."""

    department: str
    name: str
    staff: int
    passed: Count
    missing: Count


def row(department: str, name: str, staff: int, passed: int) -> Row:
    """A department's line, small counts hidden in both columns."""
    held = shown(passed, staff)
    return Row(department, name, staff, held, Count(staff - held.high, staff - held.low))
