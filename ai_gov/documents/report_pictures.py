"""報告の図: each table of a report as a plot, where it has one, with what is seen in words."""

from __future__ import annotations

from typing import Final

from ai_gov.documents import plots
from ai_gov.documents.blocks import Figure
from ai_gov.documents.report_series import Cell, Series

MOST: Final = 20
"""Rows of a plot; the table has all of them."""


def picture(series: Series) -> Figure | None:
    """図: of a table, or none."""
    match series.plot:
        case "bars" if series.id == "hours":
            heads, counts = [name for name, _ in _counted(series)], [count for _, count in _counted(series)]
            return Figure(plots.columns(heads, {series.head[1]: counts}, height=200), "svg", _largest(series))
        case "bars":
            short = [(name.partition("（")[0] or name, count) for name, count in _counted(series)[:MOST]]
            return Figure(plots.bars(short, unit=""), "svg", _largest(series)) if short else None
        case "columns":
            heads = [_day_or_month(str(row[0])) for row in series.rows]
            parts = {
                name: [_number(row[at]) for row in series.rows] for at, name in enumerate(series.head[1:], start=1)
            }
            totals = "、".join(f"{name} {sum(counts):,}件" for name, counts in parts.items())
            return Figure(plots.columns(heads, parts), "svg", f"{series.title}の積み上げ棒グラフ。{totals}。")
        case "grid":
            lines = [(str(row[0]), [_number(cell) for cell in row[1:]]) for row in series.rows]
            most = max((count, name, at) for name, counts in lines for at, count in enumerate(counts))
            alt = f"所属と時間帯ごとの件数の濃淡。最も多いのは{most[1]}の{most[2]}時台で{most[0]:,}件。"
            return Figure(plots.grid(lines[:MOST], series.head[1:]), "svg", alt)
        case _:
            return None


def _counted(series: Series) -> list[tuple[str, int]]:
    """Rows whose count is shown."""
    return [(str(row[0]), row[1]) for row in series.rows if isinstance(row[1], int)]


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _largest(series: Series) -> str:
    name, count = max(_counted(series), key=lambda item: item[1], default=("", 0))
    return f"{series.title}の棒グラフ。最も多いのは{name}で{count:,}件。数値は次の表のとおり。"


def _day_or_month(label: str) -> str:
    """The head of a column over time.

    >>> _day_or_month("2026-04"), _day_or_month("2026-04-07")
    ('4月', '7')
    """
    return f"{int(label[5:7])}月" if len(label) == 7 else str(int(label[8:]))
