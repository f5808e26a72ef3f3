"""図: horizontal bars as SVG, drawn by hand so that a report needs nothing from anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

COLOURS: Final = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")
"""Told apart by people who see colours differently (Okabe and Ito)."""
WIDTH: Final = 760
LABEL: Final = 250
VALUE: Final = 150
BAR: Final = 14
GAP: Final = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """棒: a share from 0 to 1 (None where there is none), what is written behind it, and its 95 % interval."""

    share: float | None
    text: str
    interval: tuple[float, float] | None = None


def bars(title: str, rows: Sequence[tuple[str, Sequence[Bar]]], legend: Sequence[str] = ()) -> str:
    """棒グラフ: a group of bars per row, one bar per column; with two columns or more a legend above.

    >>> svg = bars("漏えい", [("識別子", [Bar(0.25, "1/4 (25.0%)")])])
    >>> svg.startswith("<svg") and "1/4 (25.0%)" in svg and "<title>漏えい</title>" in svg
    True
    """
    plot = WIDTH - LABEL - VALUE
    top = 26 if len(legend) > 1 else 4
    parts = [_legend(legend)] if len(legend) > 1 else []
    at = top
    for label, group in rows:
        height = BAR * len(group)
        parts.append(
            f'<text x="{LABEL - 8}" y="{at + height / 2 + 4:g}" text-anchor="end" font-size="13">{escape(label)}</text>'
        )
        for index, bar in enumerate(group):
            parts.append(_bar(bar, at + index * BAR, plot, COLOURS[index % len(COLOURS)]))
        at += height + GAP
    grid = "".join(
        f'<line x1="{LABEL + plot * tenth / 4:g}" y1="{top}" x2="{LABEL + plot * tenth / 4:g}" y2="{at}" '
        f'stroke="#ddd"/><text x="{LABEL + plot * tenth / 4:g}" y="{at + 14}" text-anchor="middle" font-size="11" '
        f'fill="#555">{tenth * 25}%</text>'
        for tenth in range(5)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {at + 20}" width="{WIDTH}" height="{at + 20}" '
        f'role="img" font-family="sans-serif"><title>{escape(title)}</title>{grid}{"".join(parts)}</svg>'
    )


def _bar(bar: Bar, top: int, plot: int, colour: str) -> str:
    middle = top + BAR / 2
    text = f'<text x="{WIDTH - VALUE + 8}" y="{middle + 4:g}" font-size="12">{escape(bar.text)}</text>'
    if bar.share is None:
        return text
    width = plot * bar.share
    drawn = f'<rect x="{LABEL}" y="{top + 1}" width="{width:.1f}" height="{BAR - 2}" fill="{colour}"/>'
    if bar.interval is not None:
        low, high = (LABEL + plot * end for end in bar.interval)
        drawn += f'<line x1="{low:.1f}" y1="{middle:g}" x2="{high:.1f}" y2="{middle:g}" stroke="#000"/>'
        drawn += "".join(
            f'<line x1="{end:.1f}" y1="{middle - 3:g}" x2="{end:.1f}" y2="{middle + 3:g}" stroke="#000"/>'
            for end in (low, high)
        )
    return drawn + text


def _legend(titles: Sequence[str]) -> str:
    out, at = [], LABEL
    for index, title in enumerate(titles):
        out.append(
            f'<rect x="{at}" y="4" width="12" height="12" fill="{COLOURS[index % len(COLOURS)]}"/>'
            f'<text x="{at + 18}" y="15" font-size="13">{escape(title)}</text>'
        )
        at += 40 + 14 * len(title)
    return "".join(out)
