"""監査の概要の図表: the tables of a period, each with its plot as an image, and the figures at the top."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ai_gov.audit.figures import Figures
from ai_gov.documents.report import text
from ai_gov.documents.report_pictures import picture
from ai_gov.documents.report_series import Series, all_series
from ai_gov.documents.report_words import Names
from ai_gov.web.audit_page import Prices

FIRST: Final = ("over_time", "departments", "levels", "actions", "findings", "hours")
"""The tables that stand first; the others come after them in the order of a report."""


@dataclass(frozen=True, slots=True)
class Plot:
    """図表1つ: ``image`` is a data address, empty where the table has no plot; ``rows`` are texts."""

    id: str
    title: str
    image: str
    alt: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True, slots=True)
class Tile:
    """数値1つ: ``word`` stands in the catalogue; ``before`` is the period before."""

    word: str
    value: str
    before: str


def plots(figures: Figures, names: Names, prices: Prices) -> list[Plot]:
    """図表: of the tables that have anything to show."""
    found = {series.id: series for series in all_series(figures, names, prices) if not series.empty}
    order = [*(name for name in FIRST if name in found), *(name for name in found if name not in FIRST)]
    return [_plot(found[name]) for name in order]


def _plot(series: Series) -> Plot:
    drawn = picture(series)
    image = f"data:image/svg+xml;base64,{base64.b64encode(drawn.data).decode()}" if drawn is not None else ""
    rows = tuple((str(row[0]), *(text(cell) for cell in row[1:])) for row in series.rows)
    return Plot(series.id, series.title, image, drawn.alt if drawn is not None else "", series.head, rows, series.note)


def tiles(figures: Figures, previous: Figures, prices: Prices) -> list[Tile]:
    """主な数値: of a period beside the one before."""
    now, before = dict(_values(figures, prices)), dict(_values(previous, prices))
    return [Tile(name, now[name], before[name]) for name in now]


def _values(figures: Figures, prices: Mapping[str, tuple[float, float]]) -> Iterator[tuple[str, str]]:
    yield "uses", f"{figures.uses:,}"
    yield "people", f"{figures.people:,}"
    yield "redacted", f"{figures.actions['redact']:,}"
    share = f" ({figures.blocked / figures.uses:.1%})" if figures.uses else ""
    yield "blocked", f"{figures.blocked:,}{share}"
    yield "refused", f"{sum(figures.refused.values()):,}"
    yield "review_hours", "—" if figures.review_hours is None else f"{figures.review_hours:,.1f}"
    yield "tokens", f"{sum(figures.tokens_in.values()):,} / {sum(figures.tokens_out.values()):,}"
    yen = figures.yen(prices)
    yield "yen", f"{round(sum(yen.values())):,}" if yen else "—"
