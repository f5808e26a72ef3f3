"""申請の状態: every state of an application for a use of AI, and every step between them, as one table.

The table in docs/guideline.md, the buttons of the page and the tests are all made from ``TRANSITIONS``.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final


class UseState(enum.StrEnum):
    """申請の状態."""

    REQUESTED = "requested"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    ENDED = "ended"

    @property
    def ja(self) -> str:
        """The word staff read.

        >>> UseState.REQUESTED.ja
        '承認待ち'
        """
        return _STATES[self]

    @property
    def hint(self) -> str:
        """What comes next, for somebody who could not do what they wanted."""
        return _HINTS[self]


class Act(enum.StrEnum):
    """操作: what somebody does with it. Each is an entry of the log."""

    APPLY = "apply"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    END = "end"
    REPLACE = "replace"

    @property
    def ja(self) -> str:
        """The word staff read.

        >>> Act.RETURN.ja
        '差戻し'
        """
        return _ACTS[self]


class Party(enum.StrEnum):
    """立場: in which capacity somebody acts. Nobody is applicant and judge of the same application."""

    APPLICANT = "applicant"
    JUDGE = "judge"
    REGISTER = "register"

    @property
    def ja(self) -> str:
        """The word staff read."""
        return {"applicant": "申請者", "judge": "CAIO・CAIO補佐官", "register": "台帳"}[self.value]


_STATES: Final = {
    UseState.REQUESTED: "承認待ち",
    UseState.RETURNED: "差戻し",
    UseState.APPROVED: "承認済み",
    UseState.REJECTED: "不承認",
    UseState.WITHDRAWN: "取下げ",
    UseState.REPLACED: "更新済み",
    UseState.ENDED: "終了",
}
_HINTS: Final = {
    UseState.REQUESTED: "CAIOまたはCAIO補佐官の判断を待っています。",
    UseState.RETURNED: "申請者が直して、もう一度申請してください。",
    UseState.APPROVED: "承認の期限まで、この用途で使えます。続けるときは、期限の前に更新を申請してください。",
    UseState.REJECTED: "不承認で終わっています。内容を変えるときは、新しく申請してください。",
    UseState.WITHDRAWN: "取下げで終わっています。必要なら、新しく申請してください。",
    UseState.REPLACED: "新しい承認に置き換わっています。",
    UseState.ENDED: "この用途の利用は終わっています。再び使うときは、新しく申請してください。",
}
_ACTS: Final = {
    Act.APPLY: "申請",
    Act.APPROVE: "承認",
    Act.RETURN: "差戻し",
    Act.REJECT: "不承認",
    Act.WITHDRAW: "取下げ",
    Act.END: "利用の終了",
    Act.REPLACE: "更新",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """状態の移り変わり."""

    state: UseState
    act: Act
    to: UseState
    by: frozenset[Party]


_APPLICANT: Final = frozenset({Party.APPLICANT})
_JUDGE: Final = frozenset({Party.JUDGE})
_S: Final = UseState

TRANSITIONS: Final = (
    Transition(_S.REQUESTED, Act.APPROVE, _S.APPROVED, _JUDGE),
    Transition(_S.REQUESTED, Act.RETURN, _S.RETURNED, _JUDGE),
    Transition(_S.REQUESTED, Act.REJECT, _S.REJECTED, _JUDGE),
    Transition(_S.REQUESTED, Act.WITHDRAW, _S.WITHDRAWN, _APPLICANT),
    Transition(_S.RETURNED, Act.APPLY, _S.REQUESTED, _APPLICANT),
    Transition(_S.RETURNED, Act.WITHDRAW, _S.WITHDRAWN, _APPLICANT),
    Transition(_S.APPROVED, Act.END, _S.ENDED, _JUDGE | _APPLICANT),
    Transition(_S.APPROVED, Act.REPLACE, _S.REPLACED, frozenset({Party.REGISTER})),
)
"""The whole way: what is not here can't be done. An approval of the same use replaces the one before it."""

TABLE: Final = {(item.state, item.act): item for item in TRANSITIONS}
START: Final = UseState.REQUESTED
ENDS: Final = frozenset(UseState) - {item.state for item in TRANSITIONS}
"""Nothing follows these."""


def transition(state: UseState, act: Act) -> Transition | None:
    """The row of the table, or none where the act does not follow.

    >>> transition(UseState.REJECTED, Act.APPROVE) is None
    True
    """
    return TABLE.get((state, act))


def acts(state: UseState, parties: frozenset[Party]) -> tuple[Act, ...]:
    """操作の一覧: what somebody with these parts may do now, in the order of ``Act``.

    >>> [act.ja for act in acts(UseState.REQUESTED, frozenset({Party.JUDGE}))]
    ['承認', '差戻し', '不承認']
    """
    return tuple(act for act in Act if (row := transition(state, act)) is not None and row.by & parties)
