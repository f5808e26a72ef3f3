"""利用の承認: who answers for a use of AI, what it may touch, how risky it is, and until when it is approved.

The questions on risk follow four axes that the Digital Agency's DS-920 is reported to name (secondary sources only;
the wording is our own).
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ai_gov.datafile import Strict

Word = Annotated[str, Field(min_length=1, max_length=200)]


class Risk(Strict):
    """高リスクの判定の答え."""

    users: Literal["few", "staff", "public", "vulnerable"]
    """使う人: 限られた職員・職員全体・住民や事業者・子どもや高齢者など."""
    work: Literal["internal", "summary", "rights", "benefit", "safety"]
    """業務: 庁内の文書・公表資料の要約・権利義務・給付や処分や選考の参考・災害や健康の案内."""
    learning: Literal["none", "public_only", "unknown", "used"]
    """学習: 使われない・公表情報だけを扱う・分からない・使われる."""
    judged: Literal["always", "not_always", "never"]
    """職員の判断: いつも・できないことがある・職員は判断しない."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The axes on which it is high, in words."""
        return tuple(
            word
            for word, high in (
                ("使う人の範囲", self.users in {"public", "vulnerable"}),
                ("業務の性格", self.work in {"rights", "benefit", "safety"}),
                ("情報の学習等", self.learning in {"unknown", "used"}),
                ("職員の判断", self.judged != "always"),
            )
            if high
        )

    @property
    def high(self) -> bool:
        """Whether a CAIO has to judge it: high on one axis at least."""
        return bool(self.reasons)


class Approval(Strict):
    """台帳の記載: an entry of the register of AI uses."""

    owner: Word
    """所管課."""
    purpose: Word
    """何のために、何をするか."""
    personal: bool
    """個人情報を扱うか."""
    evaluates: bool = False
    """個人や集団の評価の参考にするか: two reviewers and a notice to the person (U-7)."""
    risk: Risk
    approved_by: Word
    """承認した人の職名."""
    caio_judged: bool = False
    """CAIO が高リスクかどうかを判定したか."""
    approved_on: dt.date
    approved_until: dt.date
    """The last day on which it may be used."""
    review_on: dt.date | None = None
    """次に見直す日."""
    conditions: Annotated[str, Field(max_length=400)] = ""
    """承認の条件."""
    published: bool = True
    """公表する台帳に載せるか."""

    @model_validator(mode="after")
    def _stands_to_reason(self) -> Self:
        if self.approved_until < self.approved_on:
            raise ValueError("approved_until（承認の期限）が approved_on（承認した日）より前です。")
        if self.review_on is not None and not self.approved_on <= self.review_on <= self.approved_until:
            raise ValueError("review_on（見直す日）は、承認した日から承認の期限までの日にしてください。")
        if (self.risk.high or self.evaluates) and not self.caio_judged:
            why = "・".join(self.risk.reasons) or "個人や集団の評価の参考にすること"
            raise ValueError(
                f"高リスクに当たる可能性（{why}）があるので、CAIO の判定が要ります。"
                "判定を受けて caio_judged: true とし、判定の記録を残してください。"
            )
        return self
