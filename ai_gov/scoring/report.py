"""報告書: the figures as one HTML page that needs nothing else; it holds no text of any prompt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment
from markupsafe import Markup

from ai_gov.model import Action
from ai_gov.scoring.column import Column
from ai_gov.scoring.figures import Miss, Rate, rates
from ai_gov.scoring.svg import Bar, bars

_WORSE = ("leak", "hard_leak", "identifier_leak", "benign_harm", "redact_over_blocked", "level_under")
_BETTER = ("block_stopped", "redact_exact", "identifier_recall", "content_recall", "span_precision")


@dataclass(frozen=True, slots=True)
class Conditions:
    """測定の条件: what stands at the head of the report. ``day`` is the date in Japan, ``command`` how to repeat it."""

    corpus: str
    day: str
    command: str
    digest: str


def render_html(columns: Sequence[Column], conditions: Conditions) -> str:
    """報告書（HTML）: self-contained, for printing too."""
    named = {field: name.strip("　") for field, name, _ in rates(columns[0].scores)}
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_template())
    return template.render(
        conditions=conditions,
        columns=columns,
        worse=_chart("低いほどよい値", _WORSE, named, columns),
        better=_chart("高いほどよい値", _BETTER, named, columns),
        figures=[(name, [rate for _, _, rate in row], row[0][1]) for name, row in _rows(columns)],
        recall=_types(columns, "種類ごとに全部を検出した割合", "full"),
        precision=_types(columns, "種類ごとの検出した範囲の正しさ", "precision"),
        genres=_genres(columns),
        actions=[Action.ALLOW, Action.REDACT, Action.HOLD, Action.BLOCK],
        misses=[[(miss, _what(miss)) for miss in column.scores.misses] for column in columns],
        interval=interval,
    )


def _template() -> str:
    return resources.files(__package__).joinpath("report.html.j2").read_text(encoding="utf-8")


def interval(rate: Rate) -> str:
    """95%信頼区間 as text, empty where there is no rate."""
    ends = rate.interval
    return f"{ends[0]:.1%}～{ends[1]:.1%}" if ends else ""


def _rows(columns: Sequence[Column]) -> list[tuple[str, list[tuple[str, str, Rate]]]]:
    return [(row[0][1], list(row)) for row in zip(*(rates(column.scores) for column in columns), strict=True)]


def _bar(rate: Rate) -> Bar:
    return Bar(rate.value, str(rate), rate.interval)


def _chart(title: str, fields: Sequence[str], names: dict[str, str], columns: Sequence[Column]) -> Markup:
    rows = [(names[field], [_bar(getattr(column.scores, field)) for column in columns]) for field in fields]
    return _svg(title, rows, columns)


def _types(columns: Sequence[Column], title: str, what: str) -> Markup:
    kinds = list(dict.fromkeys(kind for column in columns for kind in column.scores.by_type))
    rows = [
        (
            kind,
            [
                _bar(getattr(column.scores.by_type[kind], what)) if kind in column.scores.by_type else Bar(None, "－")
                for column in columns
            ],
        )
        for kind in kinds
    ]
    return _svg(title, [row for row in rows if any(bar.share is not None for bar in row[1])], columns)


def _svg(title: str, rows: Sequence[tuple[str, Sequence[Bar]]], columns: Sequence[Column]) -> Markup:
    return Markup(bars(title, rows, [column.title for column in columns]))  # noqa: S704 - bars() escapes every text


def _genres(columns: Sequence[Column]) -> list[tuple[str, list[Rate], list[Rate]]]:
    none = Rate(0, 0)
    out = []
    for genre in columns[0].scores.by_genre:
        found = [column.scores.by_genre.get(genre) for column in columns]
        leak = [one.leak if one else none for one in found]
        out.append((genre or "（なし）", leak, [one.harm if one else none for one in found]))
    return out


def _what(miss: Miss) -> str:
    """The types that leaked or were too much, with how often: never the text."""
    left = Counter(mark.type for mark in miss.left)
    excess = Counter(span.type or "不明" for span in miss.excess)
    parts = [
        f"{title}: " + "、".join(f"{kind}×{count}" for kind, count in sorted(counted.items()))
        for title, counted in (("漏れ", left), ("過剰", excess))
        if counted
    ]
    return "　".join(parts)
