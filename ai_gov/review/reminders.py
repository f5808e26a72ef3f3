"""確認の知らせ: who should be reminded of which review, and in which words. No title and no text is in one."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ai_gov.model import JST
from ai_gov.review.record import Review, Who
from ai_gov.review.states import ReviewState

SOON: Final = dt.timedelta(hours=24)
"""期限が近い: so long before it is due."""

OPEN: Final = (ReviewState.REQUESTED, ReviewState.RETURNED)
"""States in which somebody is waited for."""

MOST: Final = 30
"""Lines of one mail."""


class Reason(enum.StrEnum):
    """知らせる理由, the most urgent first."""

    OVERDUE = "overdue"
    SOON = "soon"
    RETURNED = "returned"
    LATE = "late"
    WAITING = "waiting"

    @property
    def ja(self) -> str:
        """The words staff read.

        >>> Reason.RETURNED.ja
        '差し戻されています（直して、もう一度依頼してください）'
        """
        return _JAPANESE[self]


_JAPANESE: Final = {
    Reason.OVERDUE: "確認の期限を過ぎています",
    Reason.SOON: "確認の期限が近づいています",
    Reason.RETURNED: "差し戻されています（直して、もう一度依頼してください）",
    Reason.LATE: "依頼した確認が、期限を過ぎても済んでいません",
    Reason.WAITING: "あなたの確認を待っています",
}


@dataclass(frozen=True, slots=True)
class Reminder:
    """知らせ1件."""

    reason: Reason
    review: str
    use: str
    due_at: dt.datetime | None

    @property
    def key(self) -> str:
        """By which it is known whether somebody was told of it already."""
        return f"{self.review}:{self.reason.value}:{self.due_at.isoformat() if self.due_at else ''}"

    @property
    def again(self) -> bool:
        """Whether it is worth a mail every day."""
        return self.reason is Reason.OVERDUE


def reminder(review: Review, who: Who, *, reviewer: bool, now: dt.datetime) -> Reminder | None:
    """知らせ: what one person is to be reminded of in a review, if anything. ``reviewer``: of its department today."""
    reason = _reason(review, who, reviewer, now)
    return None if reason is None else Reminder(reason, review.id, review.use, review.due_at)


def addressed(review: Review, who: Who, now: dt.datetime) -> bool:
    """Whether a mail is for this reviewer: where another one was asked by name, only once it is overdue."""
    return review.named in (None, who) or review.overdue(now)


def in_order(found: Sequence[Reminder]) -> list[Reminder]:
    """The most urgent first, then by when they are due."""
    order = list(Reason)
    last = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(found, key=lambda item: (order.index(item.reason), item.due_at or last, item.review))


def subject(found: Sequence[Reminder]) -> str:
    """メールの件名.

    >>> at = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    >>> subject([Reminder(Reason.OVERDUE, "r", "", at), Reminder(Reason.WAITING, "s", "", at)])
    '【生成AIの確認】お知らせが2件あります（期限を過ぎたもの1件）'
    """
    overdue = sum(item.reason is Reason.OVERDUE for item in found)
    return f"【生成AIの確認】お知らせが{len(found)}件あります" + (f"（期限を過ぎたもの{overdue}件）" if overdue else "")


def body(found: Sequence[Reminder], *, uses: Mapping[str, str], entrance: str) -> str:
    """メールの本文: of each its reason, use, due date and address. ``entrance``: where staff enter, if that is set."""
    lines = ["公開・決裁の確認について、お知らせします。", ""]
    reason = None
    for item in found[:MOST]:
        if item.reason is not reason:
            reason = item.reason
            lines += [f"■ {reason.ja}"]
        due = f"　期限 {item.due_at.astimezone(JST):%Y年%m月%d日 %H:%M}" if item.due_at else ""
        lines.append(f"・用途 {uses.get(item.use, item.use) or '指定なし'}{due}　番号 {item.review}")
        if entrance:
            lines.append(f"  {entrance.rstrip('/')}/reviews/{item.review}")
    if len(found) > MOST:
        lines.append(f"…ほか{len(found) - MOST}件")
    where = f"{entrance.rstrip('/')}/reviews" if entrance else "画面の「確認」"
    lines += ["", f"一覧は {where} で見られます。", "文章の内容は、このメールには書かれていません。"]
    lines += ["このメールは自動で送られています（1日1通まで）。返信はできません。", ""]
    return "\n".join(lines)


def _reason(review: Review, who: Who, reviewer: bool, now: dt.datetime) -> Reason | None:  # noqa: FBT001 - one of a pair
    overdue = review.overdue(now)
    if who == review.who:
        if review.state is ReviewState.RETURNED:
            return Reason.RETURNED
        return Reason.LATE if overdue else None
    if review.state is not ReviewState.REQUESTED or not reviewer or any(item.by == who for item in review.approvals):
        return None
    if overdue:
        return Reason.OVERDUE
    soon = review.due_at is not None and review.due_at - now < SOON
    return Reason.SOON if soon else Reason.WAITING
