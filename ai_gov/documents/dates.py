"""和暦: days as documents of a municipality write them."""

from __future__ import annotations

import datetime as dt


def wareki(day: dt.date) -> str:
    """和暦の日付, for days from 2019-05-01 on.

    >>> wareki(dt.date(2027, 4, 1)), wareki(dt.date(2019, 5, 1))
    ('令和9年4月1日', '令和元年5月1日')
    """
    year = day.year - 2018
    return f"令和{'元' if year == 1 else year}年{day.month}月{day.day}日"
