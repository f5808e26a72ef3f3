"""確認の状態: every state of a text on its way to release, and every step between them, as one table.

The diagram in docs/release-states.md, the buttons of a page and the tests are all made from ``TRANSITIONS``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final


class ReviewState(enum.StrEnum):
    """確認の状態."""

    DRAFT = "draft"
    REQUESTED = "requested"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"

    @property
    def ja(self) -> str:
        """The word staff read.

        >>> ReviewState.REQUESTED.ja
        '確認待ち'
        """
        return _STATES[self]

    @property
    def hint(self) -> str:
        """What comes next, for somebody who could not do what they wanted."""
        return _HINTS[self]


class Act(enum.StrEnum):
    """操作: what somebody does with it. Each is an entry of the log."""

    EDIT = "edit"
    REQUEST = "request"
    COMMENT = "comment"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    RELEASE = "release"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"

    @property
    def ja(self) -> str:
        """The word staff read.

        >>> Act.RETURN.ja
        '差戻し'
        """
        return _ACTS[self]


class Party(enum.StrEnum):
    """立場: in which capacity somebody acts. Nobody is author and reviewer of the same text."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    CLOCK = "clock"

    @property
    def ja(self) -> str:
        """The word staff read."""
        return {"author": "作成者", "reviewer": "確認者", "clock": "期限"}[self.value]


_STATES: Final = {
    ReviewState.DRAFT: "下書き",
    ReviewState.REQUESTED: "確認待ち",
    ReviewState.RETURNED: "差戻し",
    ReviewState.APPROVED: "承認済み",
    ReviewState.REJECTED: "却下",
    ReviewState.RELEASED: "公開・決裁済み",
    ReviewState.WITHDRAWN: "取下げ",
    ReviewState.EXPIRED: "期限切れ",
}
_HINTS: Final = {
    ReviewState.DRAFT: "作成者が確認を依頼すると、確認者が見られます。",
    ReviewState.REQUESTED: "確認者の確認を待っています。",
    ReviewState.RETURNED: "作成者が直して、もう一度確認を依頼してください。",
    ReviewState.APPROVED: "承認された内容のまま、公開・決裁に進めます。直すと承認は取り消されます。",
    ReviewState.REJECTED: "却下で終わっています。必要なら、新しく下書きを作ってください。",
    ReviewState.RELEASED: "公開・決裁が済んでいます。取りやめるときは取下げをしてください。",
    ReviewState.WITHDRAWN: "取下げで終わっています。必要なら、新しく下書きを作ってください。",
    ReviewState.EXPIRED: "期限が過ぎて本文は消去されています。必要なら、新しく下書きを作ってください。",
}
_ACTS: Final = {
    Act.EDIT: "編集",
    Act.REQUEST: "確認の依頼",
    Act.COMMENT: "コメント",
    Act.APPROVE: "承認",
    Act.RETURN: "差戻し",
    Act.REJECT: "却下",
    Act.RELEASE: "公開・決裁",
    Act.WITHDRAW: "取下げ",
    Act.EXPIRE: "期限切れ",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """状態の移り変わり. ``to`` has two states for an approval: whether another one is needed decides which."""

    state: ReviewState
    act: Act
    to: tuple[ReviewState, ...]
    by: frozenset[Party]


_AUTHOR: Final = frozenset({Party.AUTHOR})
_REVIEWER: Final = frozenset({Party.REVIEWER})
_BOTH: Final = _AUTHOR | _REVIEWER
_CLOCK: Final = frozenset({Party.CLOCK})
_S: Final = ReviewState

TRANSITIONS: Final = (
    Transition(_S.DRAFT, Act.EDIT, (_S.DRAFT,), _AUTHOR),
    Transition(_S.DRAFT, Act.REQUEST, (_S.REQUESTED,), _AUTHOR),
    Transition(_S.DRAFT, Act.WITHDRAW, (_S.WITHDRAWN,), _AUTHOR),
    Transition(_S.DRAFT, Act.EXPIRE, (_S.EXPIRED,), _CLOCK),
    Transition(_S.REQUESTED, Act.EDIT, (_S.DRAFT,), _AUTHOR),
    Transition(_S.REQUESTED, Act.COMMENT, (_S.REQUESTED,), _BOTH),
    Transition(_S.REQUESTED, Act.APPROVE, (_S.REQUESTED, _S.APPROVED), _REVIEWER),
    Transition(_S.REQUESTED, Act.RETURN, (_S.RETURNED,), _REVIEWER),
    Transition(_S.REQUESTED, Act.REJECT, (_S.REJECTED,), _REVIEWER),
    Transition(_S.REQUESTED, Act.WITHDRAW, (_S.WITHDRAWN,), _AUTHOR),
    Transition(_S.REQUESTED, Act.EXPIRE, (_S.EXPIRED,), _CLOCK),
    Transition(_S.RETURNED, Act.EDIT, (_S.DRAFT,), _AUTHOR),
    Transition(_S.RETURNED, Act.COMMENT, (_S.RETURNED,), _BOTH),
    Transition(_S.RETURNED, Act.REQUEST, (_S.REQUESTED,), _AUTHOR),
    Transition(_S.RETURNED, Act.WITHDRAW, (_S.WITHDRAWN,), _AUTHOR),
    Transition(_S.RETURNED, Act.EXPIRE, (_S.EXPIRED,), _CLOCK),
    Transition(_S.APPROVED, Act.EDIT, (_S.DRAFT,), _AUTHOR),
    Transition(_S.APPROVED, Act.COMMENT, (_S.APPROVED,), _BOTH),
    Transition(_S.APPROVED, Act.RETURN, (_S.RETURNED,), _REVIEWER),
    Transition(_S.APPROVED, Act.RELEASE, (_S.RELEASED,), _BOTH),
    Transition(_S.APPROVED, Act.WITHDRAW, (_S.WITHDRAWN,), _AUTHOR),
    Transition(_S.APPROVED, Act.EXPIRE, (_S.EXPIRED,), _CLOCK),
    Transition(_S.RELEASED, Act.WITHDRAW, (_S.WITHDRAWN,), _BOTH),
)
"""The whole way: what is not here can't be done."""

TABLE: Final = {(item.state, item.act): item for item in TRANSITIONS}
START: Final = ReviewState.DRAFT
ENDS: Final = frozenset(ReviewState) - {item.state for item in TRANSITIONS}
"""Nothing follows these."""

HOLDS_TEXT: Final = frozenset(item.state for item in TRANSITIONS if item.act is Act.EXPIRE)
"""States in which the text rests, encrypted; on leaving them it is destroyed."""


def transition(state: ReviewState, act: Act) -> Transition | None:
    """The row of the table, or none where the act does not follow.

    >>> transition(ReviewState.REJECTED, Act.APPROVE) is None
    True
    """
    return TABLE.get((state, act))


def acts(state: ReviewState, parties: frozenset[Party]) -> tuple[Act, ...]:
    """操作の一覧: what somebody with these parts may do now, in the order of ``Act``.

    >>> [act.ja for act in acts(ReviewState.DRAFT, frozenset({Party.AUTHOR}))]
    ['編集', '確認の依頼', '取下げ']
    """
    return tuple(act for act in Act if (row := transition(state, act)) is not None and row.by & parties)


def mermaid() -> str:
    """状態遷移図 as Mermaid, from the table."""
    return "\n".join(["stateDiagram-v2", *_lines()])


def _lines() -> Iterator[str]:
    for state in ReviewState:
        yield f'    state "{state.ja}" as {state.value}'
    yield f"    [*] --> {START.value}"
    for row in TRANSITIONS:
        who = "・".join(party.ja for party in Party if party in row.by)
        label = row.act.ja if row.by == _CLOCK else f"{row.act.ja}（{who}）"
        for to in row.to:
            yield f"    {row.state.value} --> {to.value}: {label}"
    for state in ReviewState:
        if state in ENDS:
            yield f"    {state.value} --> [*]"
