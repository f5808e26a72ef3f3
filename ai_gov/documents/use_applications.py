"""申請の一覧: every application of an organisation as a sheet, by sections and states, without anybody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from ai_gov.model import JST
from ai_gov.register.record import Application

HEAD: Final = (
    "申請番号", "用途", "記号", "所属", "所管課", "目的と内容", "個人情報", "評価の参考", "高リスクの判定", "理由",
    "状態", "申請した日", "判断した職", "判断した日", "承認の期限", "見直す日", "条件",
)  # fmt: skip


def rows(applications: Iterable[Application], department: Callable[[str], str]) -> tuple[tuple[str, ...], ...]:
    """A row for each; ``department`` gives the name of a 所属."""
    return tuple(_row(item, department(item.department)) for item in applications)


def _row(item: Application, department: str) -> tuple[str, ...]:
    asked, made = item.wanted, item.judged
    return (
        item.id,
        asked.title,
        asked.use,
        department,
        asked.owner,
        asked.purpose,
        "扱う" if asked.personal else "扱わない",
        "する" if asked.evaluates else "しない",
        asked.risk_class.ja,
        "、".join(asked.reasons) or "なし",
        item.state.ja,
        f"{item.created_at.astimezone(JST):%Y-%m-%d}",
        made.role if made else "",
        f"{made.at.astimezone(JST):%Y-%m-%d}" if made else "",
        made.until.isoformat() if made and made.until else "",
        made.review_on.isoformat() if made and made.review_on else "",
        made.conditions if made else "",
    )
