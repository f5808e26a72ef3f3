"""期間: a month, a quarter or a fiscal year (April to March) that a report is about."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from ai_gov.errors import BadRequest
from ai_gov.model import JST

_MONTH: Final = re.compile("([0-9]{4})-?(0[1-9]|1[0-2])")
_QUARTER: Final = re.compile("([0-9]{4})(?:-?Q|年度第)([1-4])(?:四半期)?")
_YEAR: Final = re.compile("(?:FY)?([0-9]{4})(?:年度)?")
_REIWA: Final = re.compile("(?:令和|R)([0-9]{1,2}|元)(年度.*)")


@dataclass(frozen=True, slots=True)
class Period:
    """期間: ``months`` months from the first day of ``first``."""

    first: dt.date
    months: int
    title: str

    @property
    def end(self) -> dt.date:
        """The day after the last."""
        return _plus(self.first, self.months)

    @property
    def month_names(self) -> tuple[str, ...]:
        """Its months, as ``2026-04``."""
        return tuple(f"{_plus(self.first, count):%Y-%m}" for count in range(self.months))

    @property
    def since(self) -> dt.datetime:
        """Its first moment."""
        return dt.datetime.combine(self.first, dt.time(), JST)

    @property
    def until(self) -> dt.datetime:
        """The first moment after it."""
        return dt.datetime.combine(self.end, dt.time(), JST)

    @property
    def code(self) -> str:
        """As ``parse`` reads it.

        >>> [parse(text).code for text in ("2026-11", "2026-Q4", "令和8年度")]
        ['2026-11', '2026-Q4', 'FY2026']
        """
        year = self.first.year - (self.first.month < 4)
        if self.months == 12:
            return f"FY{year}"
        return f"{year}-Q{(self.first.month - 4) % 12 // 3 + 1}" if self.months == 3 else f"{self.first:%Y-%m}"

    def before(self) -> Period:
        """The period of the same length just before.

        >>> parse("2026-04").before().title, parse("2026年度").before().title
        ('2026年3月', '令和7年度')
        """
        first = _plus(self.first, -self.months)
        if self.months == 12:
            return _year(first.year)
        if self.months == 3:
            return _quarter(first)
        return _month(first)


def latest(today: dt.date) -> tuple[tuple[Period, ...], tuple[Period, ...], tuple[Period, ...]]:
    """選べる期間: the last 13 months, 6 quarters and 3 fiscal years, each from the one under way back.

    >>> [[period.code for period in periods][:2] for periods in latest(dt.date(2026, 11, 25))]
    [['2026-11', '2026-10'], ['2026-Q3', '2026-Q2'], ['FY2026', 'FY2025']]
    """
    first = today.replace(day=1)
    quarter = _plus(first, -((first.month - 1) % 3))
    year = first.year - (first.month < 4)
    return (
        tuple(_month(_plus(first, -count)) for count in range(13)),
        tuple(_quarter(_plus(quarter, -3 * count)) for count in range(6)),
        tuple(_year(year - count) for count in range(3)),
    )


def parse(text: str) -> Period:
    """期間を読む: 2026-11, 2026-Q3 (of the fiscal year: October to December), 2026年度, 令和8年度第3四半期.

    >>> parse("2026-11").title, parse("2026-Q4").title, parse("令和8年度").title
    ('2026年11月', '令和8年度第4四半期', '令和8年度')
    >>> parse("2026-Q4").first, parse("FY2026").end
    (datetime.date(2027, 1, 1), datetime.date(2027, 4, 1))
    """
    bare = text.strip().replace(" ", "")
    if found := _REIWA.fullmatch(bare):
        bare = f"{2018 + (1 if found[1] == '元' else int(found[1]))}{found[2]}"
    if found := _MONTH.fullmatch(bare):
        return _month(dt.date(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(bare):
        return _quarter(_plus(dt.date(int(found[1]), 4, 1), 3 * (int(found[2]) - 1)))
    if found := _YEAR.fullmatch(bare):
        return _year(int(found[1]))
    raise BadRequest(
        "期間は 2026-11（月）、2026-Q3（年度の第3四半期。10〜12月）、2026年度（4月〜翌年3月）の形で書いてください。"
    )


def _month(first: dt.date) -> Period:
    return Period(first, 1, f"{first.year}年{first.month}月")


def _quarter(first: dt.date) -> Period:
    year = first.year - (first.month < 4)
    return Period(first, 3, f"{_reiwa(year)}第{(first.month - 4) % 12 // 3 + 1}四半期")


def _year(year: int) -> Period:
    return Period(dt.date(year, 4, 1), 12, _reiwa(year))


def _reiwa(year: int) -> str:
    number = year - 2018
    return f"令和{'元' if number == 1 else number}年度" if number > 0 else f"{year}年度"


def _plus(day: dt.date, months: int) -> dt.date:
    count = day.year * 12 + day.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)
