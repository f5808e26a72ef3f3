"""利用台帳: the services and the uses of AI that a policy lists, as a table to keep, to export and to publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from ai_gov.documents.blocks import Block, Document, Heading, Paragraph, Table, runs
from ai_gov.policy.approval import Approval
from ai_gov.policy.schema import Policy, Use

SERVICES_HEAD: Final = ("サービス", "記号", "型", "上限の区分", "学習への使用", "処理する場所", "承認の期限")
USES_HEAD: Final = (
    "用途", "記号", "所管課", "目的と内容", "使うサービス", "個人情報", "評価の参考", "高リスクの観点",
    "承認した人", "承認した日", "承認の期限", "見直す日", "状態", "承認の条件",
)  # fmt: skip
PUBLIC_HEAD: Final = ("用途", "所管課", "目的と内容", "使うサービス", "個人情報", "評価の参考", "承認の期限")
STATES: Final = {
    "missing": "台帳に載っていない",
    "expired": "期限切れ",
    "early": "承認の日の前",
    "review": "見直しの時期",
    "soon": "期限が近い",
    "fine": "承認済み",
}
"""台帳の状態."""
_SERVICES: Final = {"terms_only": "約款型", "contracted": "個別契約", "internal": "庁内"}
SOON_DAYS: Final = 60
"""An approval that ends within so many days is told."""


def services(policy: Policy) -> tuple[tuple[str, ...], ...]:
    """A row for each service."""
    return tuple(
        (
            item.title,
            item.name,
            _SERVICES[item.service],
            str(item.maximum),
            "使われる（または未確認）" if item.trains_on_input else "使われない",
            item.region,
            item.approved_until.isoformat(),
        )
        for item in policy.destinations
    )


def uses(policy: Policy, today: dt.date) -> tuple[tuple[str, ...], ...]:
    """A row for each use, whether approved or not."""
    return tuple(_row(use, policy, today) for use in policy.uses)


def _row(use: Use, policy: Policy, today: dt.date) -> tuple[str, ...]:
    entry = use.approval
    state = state_of(entry, today)
    if entry is None:
        return (use.title, use.id, "", "", _destinations(use, policy), *[""] * 7, state, "")
    return (
        use.title,
        use.id,
        entry.owner,
        entry.purpose,
        _destinations(use, policy),
        "扱う" if entry.personal else "扱わない",
        "する" if entry.evaluates else "しない",
        "・".join(entry.risk.reasons) or "なし",
        entry.approved_by,
        entry.approved_on.isoformat(),
        entry.approved_until.isoformat(),
        entry.review_on.isoformat() if entry.review_on else "",
        state,
        entry.conditions,
    )


def state_of(entry: Approval | None, today: dt.date) -> str:
    """状態: how an entry stands on a day.

    >>> state_of(None, dt.date(2027, 4, 1))
    '台帳に載っていない'
    """
    return STATES[standing(entry, today)]


def standing(entry: Approval | None, today: dt.date) -> str:
    """The same as a name of ``STATES``."""
    if entry is None:
        return "missing"
    if today > entry.approved_until:
        return "expired"
    if today < entry.approved_on:
        return "early"
    if entry.review_on is not None and today >= entry.review_on:
        return "review"
    if (entry.approved_until - today).days <= SOON_DAYS:
        return "soon"
    return "fine"


def _destinations(use: Use, policy: Policy) -> str:
    titles = {item.name: item.title for item in policy.destinations}
    return "・".join(titles[name] for name in use.destinations) or "すべて"


def due(policy: Policy, today: dt.date) -> Iterator[str]:
    """What needs somebody's attention: entries that have run out, soon will, or are to be reviewed."""
    for use in policy.uses:
        state = state_of(use.approval, today)
        if use.approval is None:
            if policy.uses_need_approval:
                yield f"用途「{use.title}」は台帳に載っていないため、止まります。"
        elif state != "承認済み":
            yield f"用途「{use.title}」（{use.approval.owner}）: {state}（期限 {use.approval.approved_until}）"
    for item in policy.destinations:
        left = (item.approved_until - today).days
        if left <= SOON_DAYS:
            state = "期限切れ" if left < 0 else "期限が近い"
            yield f"サービス「{item.title}」: {state}（期限 {item.approved_until}）"


def document(policy: Policy, today: dt.date, *, author: str, public: bool) -> Document:
    """The register as a document; ``public``: only what is to be published, without internal columns."""
    blocks: list[Block] = []
    if public:
        rows = tuple(
            (row[0], *row[2:7], row[10])
            for use, row in zip(policy.uses, uses(policy, today), strict=True)
            if use.approval is not None and use.approval.published and today <= use.approval.approved_until
        )
        blocks.append(
            Paragraph(
                runs("職員の仕事で使っている生成AIと、その使い方です。生成AIの回答は、職員が確かめてから使います。")
            )
        )
        blocks.append(Heading(1, "使い方"))
        blocks.append(
            Table(PUBLIC_HEAD, rows, "生成AIの使い方", "", (16, 12, 26, 16, 11, 11, 17)) if rows else _nothing()
        )
        blocks.append(Heading(1, "使っているサービス"))
        shown = tuple((row[0], row[2], row[4]) for row in services(policy))
        blocks.append(Table(("サービス", "型", "学習への使用"), shown, "使っているサービス"))
    else:
        blocks.append(Heading(1, "サービス"))
        blocks.append(Table(SERVICES_HEAD, services(policy), "サービスの一覧", "", (24, 13, 12, 18, 15, 14, 17)))
        blocks.append(Heading(1, "用途"))
        for row in uses(policy, today):
            blocks.append(Heading(2, row[0]))
            pairs = tuple(zip(USES_HEAD[1:], row[1:], strict=True))
            blocks.append(Table(("項目", "内容"), pairs, "", "", (25, 75)))
    title = f"{author} 生成AI利用台帳" + ("（公表用）" if public else "")
    return Document(title, tuple(blocks), author, today, subtitle=f"{today:%Y-%m-%d} 現在", contents=False)


def _nothing() -> Paragraph:
    return Paragraph(runs("公表する使い方は、まだありません。"))
