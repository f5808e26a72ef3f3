"""できること: may this be done in this state by somebody in this position. ``check_can_x`` raises, ``can_x`` asks.

Whether a person is a reviewer of a department at all is asked of ``people.permissions``; the answer comes in here
as a ``Standing``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from ai_gov.errors import BadRequest, Conflict, Forbidden
from ai_gov.review import states
from ai_gov.review.record import Review, Who
from ai_gov.review.states import Act, Party, ReviewState

CHECKS: Final = {
    "facts": "事実・数値・日付・引用元を、元の資料で確かめた",
    "rights": "他人の文章・画像などの権利を侵していない",
    "fairness": "差別的な表現や、特定の人・集団に不利な偏りがない",
    "privacy": "個人情報や、公開できない情報が含まれていない",
    "label": "生成AIを利用したことの表示が、文書に付いている",
    "notice": "評価や処分の対象となる本人への通知と、説明の窓口を用意した",
}
"""確認事項: by the name that the policy writes; the order is that of a page."""

REJECTIONS: Final = {
    "facts": "事実に誤りがある",
    "rights": "権利を侵すおそれがある",
    "fairness": "差別的、または偏った内容である",
    "privacy": "出せない情報が含まれている",
    "unneeded": "公開・決裁の必要がない",
    "other": "その他（確認者に尋ねてください）",
}
"""却下の理由: kept as a word, since the text of a comment is destroyed with the draft."""

WITHDRAWALS: Final = {
    "mistake": "内容に誤りがあった",
    "replaced": "別の文書に差し替える",
    "unneeded": "必要がなくなった",
    "other": "その他",
}
"""取下げの理由."""


@dataclass(frozen=True, slots=True)
class Standing:
    """立場: who acts, and whether that person reviews for the author's department today."""

    who: Who
    reviewer: bool = False

    def parties(self, review: Review) -> frozenset[Party]:
        """In which capacities: an author is never a reviewer of the own text."""
        if self.who == review.who:
            return frozenset({Party.AUTHOR})
        return frozenset({Party.REVIEWER}) if self.reviewer else frozenset()


def check_can_see(review: Review, standing: Standing) -> None:
    """見る: the author, and reviewers once it was requested."""
    parties = standing.parties(review)
    if not parties or (Party.AUTHOR not in parties and review.requested_at is None):
        raise Forbidden("この確認は、作成者と、その所属の確認者だけが見られます。")


def check_can_act(review: Review, act: Act, standing: Standing) -> None:
    """操作する: by the table of transitions."""
    check_can_see(review, standing)
    row = states.transition(review.state, act)
    if row is None:
        raise Conflict(f"「{review.state.ja}」なので、{act.ja}はできません。{review.state.hint}")
    parties = standing.parties(review)
    if row.by & parties:
        return
    if act in (Act.APPROVE, Act.RETURN, Act.REJECT):
        raise Forbidden("自分が作成したものを自分で確認することはできません。別の確認者の確認を待ってください。")
    who = "・".join(party.ja for party in Party if party in row.by)
    raise Forbidden(f"{act.ja}ができるのは{who}だけです。")


def check_can_edit(review: Review, standing: Standing) -> None:
    """編集する: the author; approvals are then reset."""
    check_can_act(review, Act.EDIT, standing)


def check_can_request(review: Review, standing: Standing) -> None:
    """確認を依頼する: the author."""
    check_can_act(review, Act.REQUEST, standing)


def check_can_comment(review: Review, standing: Standing) -> None:
    """コメントする: the author and the reviewers."""
    check_can_act(review, Act.COMMENT, standing)


def check_can_approve(review: Review, standing: Standing, *, revision: int, checks: Collection[str]) -> None:
    """承認する: a reviewer who has not yet, of the text that stands there now, with every point checked."""
    check_can_act(review, Act.APPROVE, standing)
    if any(item.by == standing.who for item in review.approvals):
        raise Conflict(f"すでに承認しています。あと{review.missing}人の承認が必要です。別の確認者に依頼してください。")
    check_is_current(review, revision)
    left = [CHECKS.get(name, name) for name in review.checklist if name not in checks]
    if left:
        raise BadRequest(f"確認事項に印のないものがあります: {'／'.join(left)}。確かめて印を付けてください。")


def check_can_return(review: Review, standing: Standing) -> None:
    """差し戻す: a reviewer, also after the approval."""
    check_can_act(review, Act.RETURN, standing)


def check_can_reject(review: Review, standing: Standing) -> None:
    """却下する: a reviewer."""
    check_can_act(review, Act.REJECT, standing)


def check_can_release(review: Review, standing: Standing) -> None:
    """公開・決裁に進める: author or reviewer, what is approved as it stands by as many as the policy wants."""
    check_can_act(review, Act.RELEASE, standing)
    people = {item.by for item in review.approvals if item.digest == review.digest and item.by != review.who}
    if len(people) < review.reviewers or not review.digest:
        raise Conflict("必要な人数の承認がそろっていません。もう一度確認を依頼してください。")


def check_can_withdraw(review: Review, standing: Standing) -> None:
    """取り下げる: the author; once it is released a reviewer too."""
    check_can_act(review, Act.WITHDRAW, standing)


def check_is_current(review: Review, revision: int) -> None:
    """見ていた版か: whether the text is still the one that was looked at."""
    if review.revision != revision:
        raise Conflict(
            f"見ている間に、作成者が内容を直しました（第{revision}版→第{review.revision}版）。"
            "画面を開き直して、新しい内容を確かめてください。"
        )


def can_see(review: Review, standing: Standing) -> bool:
    """Whether ``check_can_see`` lets it pass."""
    return _passes(lambda: check_can_see(review, standing))


def can_act(review: Review, act: Act, standing: Standing) -> bool:
    """Whether it would be offered as a button: by table and person, before any point is checked."""
    match act:
        case Act.APPROVE:
            checks = review.checklist
            return _passes(lambda: check_can_approve(review, standing, revision=review.revision, checks=checks))
        case Act.RELEASE:
            return _passes(lambda: check_can_release(review, standing))
    return _passes(lambda: check_can_act(review, act, standing))


def allowed(review: Review, standing: Standing) -> tuple[Act, ...]:
    """できる操作: in the order of ``Act``."""
    return tuple(act for act in Act if can_act(review, act, standing))


def after(review: Review, act: Act) -> ReviewState:
    """The state that an act leads to; ``review`` is as it will be, with an approval already in it."""
    row = states.transition(review.state, act)
    assert row is not None
    return row.to[-1] if review.missing == 0 else row.to[0]


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except (Forbidden, Conflict, BadRequest):
        return False
    return True
