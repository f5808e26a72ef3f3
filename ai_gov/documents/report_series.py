"""報告の系列: each table of a report once, for text, figure, CSV and workbook alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ai_gov.audit.disclosure import suppress
from ai_gov.audit.figures import Figures
from ai_gov.documents.report_words import ACTIONS, OUTCOMES, REFUSED, REVIEWS, Names, finding
from ai_gov.model import Level

NOT_SHOWN: Final = "x"
"""秘匿: stands where a count is too small to be published."""

Cell = int | float | str | None
"""None: not published."""


@dataclass(frozen=True, slots=True)
class Series:
    """系列: a table whose first column names a row and whose others hold numbers.

    ``plot`` says how it is drawn: bars, columns (stacked over time), grid, or not at all.
    """

    id: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    plot: str = ""
    note: str = ""
    widths: tuple[int, ...] = field(default=())

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(value for row in self.rows for value in row[1:])


def all_series(
    figures: Figures, names: Names, prices: Mapping[str, tuple[float, float]], *, public: bool = False
) -> tuple[Series, ...]:
    """Every table of a report. ``public``: small counts left out, and what would give them away."""
    several = len({organisation for organisation, _ in figures.departments}) > 1

    def counted(
        id_: str,
        title: str,
        head: str,
        counts: Mapping[str, int],
        name: Callable[[str], str],
        *,
        unit: str = "件数",
        by_size: bool = True,
    ) -> Series:
        shown = suppress(counts) if public else dict(counts)
        order = sorted(counts, key=lambda key: (-counts[key], key)) if by_size else list(counts)
        rows = tuple((name(key), shown[key]) for key in order)
        return Series(id_, title, (head, unit), rows, "bars")

    departments = {names.department(who, several=several): count for who, count in figures.departments.items()}
    made = [
        counted("departments", "所属別の利用", "所属", departments, str),
        counted(
            "hours",
            "時間帯別の利用",
            "時間帯",
            {f"{hour}時": figures.hours[hour] for hour in range(24)},
            str,
            by_size=False,
        ),
        _over_time(figures, public=public),
        counted(
            "levels",
            "区分別の利用",
            "自治体機密性",
            {level.code: figures.levels[level.code] for level in Level},
            lambda code: f"自治体機密性{code}",
            by_size=False,
        ),
        counted(
            "actions",
            "判定別の利用",
            "判定",
            {key: figures.actions[key] for key in ACTIONS},
            ACTIONS.__getitem__,
            by_size=False,
        ),
        counted(
            "findings",
            "検知の種類（依頼文）",
            "種類",
            figures.findings,
            lambda code: finding(code, names),
            unit="検知した箇所",
        ),
        counted(
            "answer_findings",
            "検知の種類（回答）",
            "種類",
            figures.answer_findings,
            lambda code: finding(code, names),
            unit="検知した箇所",
        ),
        counted("purposes", "用途別の利用", "用途", figures.purposes, lambda code: names.uses.get(code, code)),
        _destinations(figures, names, prices, public=public),
        counted("outcomes", "送信したものの結果", "結果", figures.outcomes, lambda code: OUTCOMES.get(code, code)),
        counted("refused", "受け付けなかった依頼", "理由", figures.refused, lambda code: REFUSED.get(code, code)),
    ]
    made.append(counted("reviews", "確認・公開の手続き", "操作", figures.reviews, lambda code: REVIEWS.get(code, code)))
    if not public:
        made.insert(2, _department_hours(figures, names, several=several))
    return tuple(made)


def _department_hours(figures: Figures, names: Names, *, several: bool) -> Series:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names.department(who, several=several), *(figures.department_hours[who][hour] for hour in range(24)))
        for who, _ in sorted(figures.departments.items(), key=lambda item: (-item[1], item[0]))
    )
    head = ("所属", *(str(hour) for hour in range(24)))
    note = "それぞれの数値は、CSV または XLSX の「所属と時間帯」にあります。"
    return Series("department_hours", "所属と時間帯", head, rows, "grid", note, widths=(5, *[1] * 24))


def _over_time(figures: Figures, *, public: bool) -> Series:
    times = figures.times()
    kept: dict[str, dict[str, int | None]] = {}
    for action in ACTIONS:
        counts = {
            time: figures.actions_by_time[time][action] if time in figures.actions_by_time else 0 for time in times
        }
        kept[action] = suppress(counts) if public else {**counts}
    rows = tuple((time, *(kept[action][time] for action in ACTIONS)) for time in times)
    what = "月" if figures.period.months > 1 else "日"
    return Series("over_time", f"判定の推移（{what}ごと）", (what, *ACTIONS.values()), rows, "columns")


def _destinations(figures: Figures, names: Names, prices: Mapping[str, tuple[float, float]], *, public: bool) -> Series:
    yen = figures.yen(prices)
    uses = suppress(figures.destinations) if public else dict(figures.destinations)
    rows: list[tuple[Cell, ...]] = []
    for name, count in sorted(figures.destinations.items(), key=lambda item: (-item[1], item[0])):
        hidden = uses[name] is None and count > 0
        cost: Cell = round(yen[name]) if name in yen else "不明"
        known: tuple[Cell, ...] = (figures.tokens_in[name], figures.tokens_out[name], cost)
        rest = (None, None, None) if hidden else known
        rows.append((names.destinations.get(name, name), uses[name], *rest))
    head = ("送信先", "件数", "入力トークン", "出力トークン", "料金の概算（円）")
    note = "料金は、方針（policy.yaml）の送信先に単価（prices）を書いたものだけを概算します。請求額ではありません。"
    return Series("destinations", "送信先別の利用と料金", head, tuple(rows), "", note, widths=(3, 2, 2, 2, 2))
