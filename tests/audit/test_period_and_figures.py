"""Periods, figures and what may be published of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.audit.disclosure import LEAST, suppress
from ai_gov.audit.figures import add_up
from ai_gov.audit.period import parse
from ai_gov.audit.usage import Place
from ai_gov.errors import BadRequest


@pytest.mark.parametrize(
    ("text", "first", "end", "title"),
    [
        ("2026-11", "2026-11-01", "2026-12-01", "2026年11月"),
        ("202612", "2026-12-01", "2027-01-01", "2026年12月"),
        ("2026-Q1", "2026-04-01", "2026-07-01", "令和8年度第1四半期"),
        ("2026Q4", "2027-01-01", "2027-04-01", "令和8年度第4四半期"),
        ("2026年度第3四半期", "2026-10-01", "2027-01-01", "令和8年度第3四半期"),
        ("2026年度", "2026-04-01", "2027-04-01", "令和8年度"),
        ("令和元年度", "2019-04-01", "2020-04-01", "令和元年度"),
        ("FY2018", "2018-04-01", "2019-04-01", "2018年度"),
    ],
)
def test_the_fiscal_year_begins_in_april(text, first, end, title):
    period = parse(text)
    assert (str(period.first), str(period.end), period.title) == (first, end, title)
    assert period.before().end == period.first
    assert period.before().months == period.months


@pytest.mark.parametrize("text", ["", "2026-13", "2026-Q5", "11月", "令和8年11月"])
def test_other_periods_are_refused(text):
    with pytest.raises(BadRequest, match="期間"):
        parse(text)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_no_small_count_can_be_worked_out_from_what_is_shown(counts):
    shown = suppress(counts)
    hidden = [counts[name] for name, count in shown.items() if count is None]
    assert all(count == 0 or count >= LEAST for count in shown.values() if count is not None)
    assert all(shown[name] in (None, count) for name, count in counts.items())
    others = [count for count in counts.values() if count]
    assert not hidden or sum(hidden) >= LEAST or len(hidden) == len(others)
    assert len(hidden) != 1 or len(others) == 1


def test_people_are_counted_once_however_many_months_they_came():
    rows = [(Place("town", "zei", month, "person", "1"), 3) for month in ("2026-04", "2026-05")]
    rows += [(Place("town", "fuku", "2026-05", "person", "2"), 1)]
    rows += [(Place("town", "zei", "2026-05-01", "tokens_in", "a"), 1_000_000)]
    waits = (("review_waited", 2), ("review_wait_s", 10800))
    rows += [(Place("town", "zei", "2026-05-02", name, ""), amount) for name, amount in waits]
    figures = add_up(parse("2026年度"), rows)
    assert figures.review_hours == 1.5
    assert figures.people == 2
    assert figures.yen({"a": (300.0, 100.0), "b": (1.0, 1.0)}) == {"a": 300.0}
    assert len(figures.times()) == 12
