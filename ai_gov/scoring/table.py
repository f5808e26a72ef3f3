"""採点表: the figures as text for a terminal, one column or several side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from ai_gov.scoring.column import Column
from ai_gov.scoring.figures import Rate, rates

NAME: Final = 30
CELL: Final = 22


def render_ja(columns: Sequence[Column]) -> str:
    """採点表: one column with the interval of each rate, or several without; then the types by how often they occur.

    >>> from ai_gov.scoring import score
    >>> print(render_ja([Column("fast", score([], {}))]).splitlines()[0])
    件数 0（判定なし 0）
    """
    first = columns[0].scores
    lines = [f"件数 {first.prompts:,}（判定なし {'・'.join(f'{c.scores.missing:,}' for c in columns)}）", ""]
    if len(columns) > 1:
        lines.append(pad("", NAME) + "".join(pad(column.title, CELL) for column in columns).rstrip())
    for row in zip(*(rates(column.scores) for column in columns), strict=True):
        name = row[0][1]
        cells = "".join(pad(str(rate), CELL) for _, _, rate in row)
        lines.append((pad(name, NAME) + cells + (_interval(row[0][2]) if len(columns) == 1 else "")).rstrip())
    lines += _speed(columns)
    for column in columns:
        lines += ["", *_types(column, titled=len(columns) > 1)]
    return "\n".join(lines)


def _interval(rate: Rate) -> str:
    ends = rate.interval
    return f"95%信頼区間 {ends[0]:.1%}～{ends[1]:.1%}" if ends else ""


def _speed(columns: Sequence[Column]) -> list[str]:
    speeds = [f"{column.speed:,.0f}文字/秒" if column.speed else "－" for column in columns]
    if all(column.speed is None for column in columns):
        return []
    return [(pad("速さ", NAME) + "".join(pad(speed, CELL) for speed in speeds)).rstrip()]


def _types(column: Column, *, titled: bool) -> list[str]:
    head = f"種類（{column.title}）" if titled else "種類"
    lines = [f"{pad(head, NAME)}{pad('全部を検出', CELL)}{pad('一部でも検出', CELL)}検出した範囲の正しさ"]
    lines += [
        f"{pad(kind, NAME)}{pad(str(one.full), CELL)}{pad(str(one.touched), CELL)}{one.precision}"
        for kind, one in column.scores.by_type.items()
    ]
    return lines


def pad(text: str, width: int) -> str:
    """幅をそろえる: blanks up to ``width`` columns of a terminal, where Japanese letters take two; at least one.

    >>> pad("漏えい", 8) + "|"
    '漏えい  |'
    """
    shown = sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
    return text + " " * max(1, width - shown)
