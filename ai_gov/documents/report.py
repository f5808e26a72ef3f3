"""利用状況の報告: the figures of a period as one document, in full or in a version that can be published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ai_gov.audit.disclosure import LEAST, publishable, suppress
from ai_gov.audit.figures import Figures
from ai_gov.documents.blocks import Block, Document, Heading, Listing, Paragraph, Table, runs
from ai_gov.documents.report_pictures import picture
from ai_gov.documents.report_series import NOT_SHOWN, Cell, Series, all_series
from ai_gov.documents.report_words import ACTIONS, Names


@dataclass(frozen=True, slots=True)
class Evidence:
    """根拠: what the figures rest on, so that anybody can check them later."""

    entries: int
    size: int = 0
    root: str = ""  # base64, of the newest checkpoint
    at: str = ""
    verified: str = ""  # the first line of a verification, where there was one
    recounted: bool = False  # the figures were counted again from the records themselves


@dataclass(frozen=True, slots=True)
class ReportData:
    """報告の材料."""

    figures: Figures
    previous: Figures
    names: Names
    evidence: Evidence
    organisation: str
    issued: dt.date
    prices: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    public: bool = False

    @property
    def series(self) -> tuple[Series, ...]:
        """Every table."""
        return all_series(self.figures, self.names, self.prices, public=self.public)


def usage_report(data: ReportData) -> Document:
    """利用状況報告書."""
    title = f"生成AIの利用状況報告（{data.figures.period.title}）"
    period = data.figures.period
    last = period.end - dt.timedelta(days=1)
    subtitle = f"対象期間 {_day(period.first)}〜{_day(last)}"
    if data.public:
        subtitle += f"　公表用（{LEAST}件未満の件数と、差し引きで分かる件数は「{NOT_SHOWN}」）"
    return Document(
        title=title,
        blocks=tuple(_blocks(data)),
        author=data.organisation,
        date=data.issued,
        subtitle=subtitle,
        subject="生成AIの利用状況",
        keywords=("生成AI", "利用状況", "監査"),
        contents=False,
    )


def _blocks(data: ReportData) -> Iterator[Block]:
    yield Heading(1, "概要")
    yield from _summary(data)
    yield Heading(1, "利用の内訳")
    for series in data.series:
        if series.empty:
            continue
        yield Heading(2, series.title)
        drawn = picture(series)
        if drawn is not None:
            yield drawn
        if series.plot != "grid":
            yield _table(series)
        if series.note:
            yield Paragraph(runs(series.note), note=True)
    missing = [series.title for series in data.series if series.empty]
    if missing:
        yield Paragraph(runs(f"この期間に該当がなかったもの：{'、'.join(missing)}"), note=True)
    yield Heading(1, "この報告の根拠")
    yield Listing(tuple(runs(line) for line in _basis(data)))


def _summary(data: ReportData) -> Iterator[Block]:
    now, before = data.figures, data.previous

    stopped = f"{now.blocked / now.uses:.1%}" if now.uses and not data.public else ""
    one, other = _totals(now, public=data.public), _totals(before, public=data.public)
    rows = [(name, text(one[name]), text(other[name]), _change(one[name], other[name])) for name in one]
    head = ("項目", "今期", f"前期（{before.period.title}）", "増減")
    yield Table(head, tuple(rows), widths=(5, 3, 4, 2), figures=(1, 2, 3))
    facts = []
    if stopped:
        facts.append(f"停止・保留の割合は {stopped} でした。")
    if now.average_s is not None:
        facts.append(f"回答が終わるまでの平均は {now.average_s:.1f} 秒でした。")
    if now.review_hours is not None:
        facts.append(f"確認の依頼から返事（承認・差戻し・却下）までの平均は {now.review_hours:.1f} 時間でした。")
    yen = now.yen(data.prices)
    if yen:
        facts.append(f"料金の概算は {round(sum(yen.values())):,} 円です（単価の分かる送信先だけ）。")
    if facts:
        yield Listing(tuple(runs(fact) for fact in facts))
    if not now.uses:
        yield Paragraph(runs("この期間に、利用の記録はありません。"))


def _totals(figures: Figures, *, public: bool) -> dict[str, int | None]:
    """The totals of a period. The four actions add up to the uses, so a small one hides another where published."""
    actions = {title: figures.actions[name] for name, title in ACTIONS.items()}
    single = {"利用件数（検査した依頼）": figures.uses, "利用した職員の数": figures.people}
    refused = {"受け付けなかった依頼": sum(figures.refused.values())}
    if not public:
        return {**single, **actions, **refused}
    return {
        **{name: publishable(count) for name, count in single.items()},
        **suppress(actions),
        **{name: publishable(count) for name, count in refused.items()},
    }


def _change(one: int | None, other: int | None) -> str:
    if one is None or other is None:
        return NOT_SHOWN
    return f"{(one - other) / other:+.0%}" if other else "―"


def _basis(data: ReportData) -> Iterator[str]:
    evidence = data.evidence
    how = "記録そのものから数え直しました" if evidence.recounted else "記録から1時間ごとに積み上げた集計によります"
    yield f"件数は監査記録（{evidence.entries:,}件）によるもので、{how}。"
    if evidence.size:
        yield f"作成時のチェックポイント：{evidence.size:,}件、根のハッシュ {evidence.root}（{evidence.at}）"
    if evidence.verified:
        yield f"検証の結果：{evidence.verified}"
    else:
        yield "記録が書き換えられていないことは「ai-gov audit verify」で確かめられます。"
    yield "検知の件数は、規則による検知の数です。見逃しや誤検知があり得ます。"
    if data.public:
        yield (
            f"{LEAST}件未満（0件を除く）の件数は「{NOT_SHOWN}」としました。差し引きで分かる場合は、ほかの件数も「{NOT_SHOWN}」"
            "としました。所属と時間帯の組み合わせは載せていません。"
        )


def _table(series: Series) -> Table:
    widths = series.widths or ((4, 1) if len(series.head) == 2 else ())
    rows = tuple((str(row[0]), *(text(cell) for cell in row[1:])) for row in series.rows)
    if len(rows) > 12 and series.plot:
        rows = tuple(row for row in rows if any(cell != "0" for cell in row[1:]))
    return Table(series.head, rows, widths=widths, figures=tuple(range(1, len(series.head))))


def text(cell: Cell) -> str:
    """A cell as it is read.

    >>> text(1234), text(None), text("不明")
    ('1,234', 'x', '不明')
    """
    if cell is None:
        return NOT_SHOWN
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
