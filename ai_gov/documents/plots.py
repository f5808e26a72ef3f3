"""図: bars, stacked columns and a grid of shades as SVG, with nothing but text and rectangles.

Each plot is drawn from the same numbers as the table that stands with it; colours differ in lightness too, so that
they can be told apart in black and white.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Final

WIDTH: Final = 640
FONT: Final = "BIZ UDPGothic, 'BIZ UDPゴシック', 'Hiragino Sans', 'Noto Sans JP', sans-serif"
INK: Final = "#1a1a1a"
FAINT: Final = "#595959"
LINE: Final = "#d8d8db"
BAR: Final = "#264af4"
PALETTE: Final = ("#c5d7fb", "#4979f5", "#f8b400", "#a8071a", "#626264")
"""Of stacked columns, from the bottom."""

_SHADES: Final = ("#f2f5ff", "#d9e6ff", "#9db7f9", "#4979f5", "#0017c1")


def bars(rows: Sequence[tuple[str, int]], *, unit: str = "件", label_width: int = 150) -> bytes:
    """横棒: one bar a row with its number at its end; the largest fills the width."""
    step, bar = 26, 16
    top = max((value for _, value in rows), default=0) or 1
    room = WIDTH - label_width - 90
    parts = []
    for number, (label, value) in enumerate(rows):
        y = 8 + number * step
        width = room * value / top
        parts.append(_text(label_width - 8, y + 13, _cut(label, label_width - 12), anchor="end"))
        parts.append(_rect(label_width, y, max(width, 1 if value else 0), bar, BAR))
        parts.append(_text(label_width + width + 6, y + 13, f"{value:,}{unit}", size=11, fill=FAINT))
    parts.append(_rect(label_width - 1, 4, 1, len(rows) * step, INK))
    return _svg(parts, 12 + len(rows) * step)


def columns(labels: Sequence[str], series: Mapping[str, Sequence[int]], *, height: int = 250) -> bytes:
    """積み上げ縦棒: one column a label, its parts from the bottom in the order of ``series``; a legend above."""
    left, right, top, bottom = 52, 8, 34 if len(series) > 1 else 14, 26
    totals = [sum(values[at] for values in series.values()) for at in range(len(labels))]
    ticks = _ticks(max(totals, default=0))
    room = height - top - bottom
    slot = (WIDTH - left - right) / max(len(labels), 1)
    width = min(slot * 0.72, 46)
    parts = []
    for tick in ticks:
        y = top + room - room * tick / ticks[-1]
        parts.append(_rect(left, y, WIDTH - left - right, 1, INK if tick == 0 else LINE))
        parts.append(_text(left - 6, y + 4, f"{tick:,}", size=10, fill=FAINT, anchor="end"))
    every = max(1, math.ceil(len(labels) / max(1, int((WIDTH - left) / 44))))
    colours = PALETTE if len(series) > 1 else (BAR,)
    for at, label in enumerate(labels):
        x = left + slot * at + (slot - width) / 2
        y = top + room
        for (_, values), colour in zip(series.items(), colours, strict=False):
            part = room * values[at] / ticks[-1]
            y -= part
            if part:
                parts.append(_rect(x, y, width, part, colour))
        if at % every == 0:
            parts.append(_text(x + width / 2, height - 8, label, size=10, fill=FAINT, anchor="middle"))
    if len(series) > 1:
        parts += _legend(list(series), left)
    return _svg(parts, height)


def grid(rows: Sequence[tuple[str, Sequence[int]]], heads: Sequence[str], *, label_width: int = 130) -> bytes:
    """濃淡表: one line a row, one square a head, darker where there is more."""
    cell = (WIDTH - label_width - 8) / max(len(heads), 1)
    height = 22
    top = max((value for _, values in rows for value in values), default=0)
    parts = []
    for at, head in enumerate(heads):
        if at % max(1, math.ceil(22 / cell)) == 0:
            parts.append(_text(label_width + cell * (at + 0.5), 12, head, size=10, fill=FAINT, anchor="middle"))
    for number, (label, values) in enumerate(rows):
        y = 20 + number * height
        parts.append(_text(label_width - 8, y + 15, _cut(label, label_width - 12), anchor="end"))
        for at, value in enumerate(values):
            parts.append(_rect(label_width + cell * at, y, cell - 1.5, height - 1.5, _shade(value, top)))
            if value and top < 1000 and cell >= 18:
                fill = "#ffffff" if value * 5 > top * 3 else INK
                middle = label_width + cell * (at + 0.5) - 0.75
                parts.append(_text(middle, y + 14, str(value), size=8, fill=fill, anchor="middle"))
    return _svg(parts, 26 + len(rows) * height)


def _shade(value: int, top: int) -> str:
    if not value:
        return "#f7f7f7"
    return _SHADES[min(int(value / top * len(_SHADES)), len(_SHADES) - 1)]


def _ticks(top: int) -> list[int]:
    """Round numbers from 0 to at least the top.

    >>> _ticks(0), _ticks(7), _ticks(1234)
    ([0, 1], [0, 2, 4, 6, 8], [0, 500, 1000, 1500])
    """
    if top < 1:
        return [0, 1]
    rough = top / 4
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    step = max(1, next(int(power * times) for times in (1, 2, 5, 10) if power * times >= rough))
    return list(range(0, top + step, step))


def _legend(names: Sequence[str], left: int) -> list[str]:
    parts, x = [], float(left)
    for name, colour in zip(names, PALETTE, strict=False):
        parts.append(_rect(x, 6, 12, 12, colour))
        parts.append(_text(x + 17, 16, name, size=11))
        x += 17 + _length(name, 11) + 18
    return parts


def _length(text: str, size: int) -> float:
    """About how wide a text is (pixels)."""
    return sum(size if ord(char) > 0x2E80 else size * 0.66 for char in text)


def _cut(text: str, room: int, size: int = 12) -> str:
    while _length(text, size) > room and len(text) > 1:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _text(x: float, y: float, text: str, *, size: int = 12, fill: str = INK, anchor: str = "start") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"'
    return f"<text {where}>{html.escape(text)}</text>"


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}"/>'


def _svg(parts: Sequence[str], height: float) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" font-family="{FONT}">{"".join(parts)}</svg>'
    ).encode()
