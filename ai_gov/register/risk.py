"""高リスクの判定: the questions of an application, and the class that follows from the answers, with the reasons.

The four axes follow those that the Digital Agency's DS-920 is reported to name, the questions those of the annex
高リスク判定シート; the wording is our own (``guidelines/annex/risk.md`` says the same, which a test compares).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from ai_gov.policy.approval import Risk

AXES: Final[Mapping[str, tuple[str, str, Mapping[str, str]]]] = {
    "users": (
        "使う人の範囲と種別",
        "だれが使いますか",
        {
            "few": "限られた職員",
            "staff": "職員全体",
            "public": "住民や事業者が直接使う",
            "vulnerable": "子どもや高齢者などが主に使う",
        },
    ),
    "work": (
        "業務の性格",
        "何に使いますか",
        {
            "internal": "庁内の文書作成",
            "summary": "公表資料の要約",
            "rights": "個人の権利義務に関わる事務",
            "benefit": "給付・処分・選考の参考",
            "safety": "災害や健康に関わる案内",
        },
    ),
    "learning": (
        "要機密情報や個人情報の学習等",
        "入力した情報は学習などに使われますか",
        {
            "none": "使われないことを確かめた",
            "public_only": "自治体機密性1だけを扱う",
            "unknown": "使われる、または分からない",
            "used": "個人情報を学習や追加の調整に使う",
        },
    ),
    "judged": (
        "出力を職員が判断して使うか",
        "出力は、職員が適否を判断してから使われますか",
        {
            "always": "いつも職員が判断する",
            "not_always": "件数が多く、実際には判断できない",
            "never": "職員が判断しないまま相手に届く",
        },
    ),
}
"""観点: by its name in ``policy.approval.Risk``: its title, its question, and the answers."""

ANSWERS: Final[Mapping[str, str]] = {
    "affected": "影響を受ける人と、受けうる不利益",
    "mitigation": "不利益を小さくする方法（人の確認、異議の申出、代わりの手段）",
    "notice": "本人への通知の方法と説明の窓口",
    "stop": "止める基準と、止めたときの代わりの手順",
    "measure": "効果と誤りを測る方法、見直しの日",
}
"""記述する問い: needed where a CAIO has to judge."""

EVALUATES: Final = "個人や集団の評価の参考にする"


class RiskClass(enum.StrEnum):
    """判定: what the answers come to before anybody has judged."""

    ORDINARY = "ordinary"
    JUDGE = "judge"
    HIGH = "high"

    @property
    def ja(self) -> str:
        """The word staff read."""
        return {"ordinary": "通常の手続", "judge": "CAIOの判定が必要", "high": "高リスクとして扱う"}[self.value]

    @property
    def needs_caio(self) -> bool:
        """Whether a CAIO's own approval is needed; an assistant's is not enough."""
        return self is not RiskClass.ORDINARY


def high_axes(risk: Risk) -> tuple[tuple[str, str], ...]:
    """高い観点: pairs of an axis and its answer.

    >>> high_axes(Risk(users="staff", work="rights", learning="none", judged="always"))
    (('work', 'rights'),)
    """
    given = {axis: str(getattr(risk, axis)) for axis in AXES}
    return tuple(
        (axis, answer)
        for axis, answer in given.items()
        if risk.model_copy(update={other: _LOW[other] for other in AXES if other != axis}).high
    )


_LOW: Final = {"users": "few", "work": "internal", "learning": "none", "judged": "always"}


def risk_class(risk: Risk, *, evaluates: bool) -> RiskClass:
    """高リスクの判定: where nobody judges what comes out, high; high on any axis or used to evaluate, for the CAIO.

    >>> risk_class(Risk(users="staff", work="internal", learning="none", judged="never"), evaluates=False).ja
    '高リスクとして扱う'
    """
    if risk.judged != "always":
        return RiskClass.HIGH
    return RiskClass.JUDGE if risk.high or evaluates else RiskClass.ORDINARY


def reasons(risk: Risk, *, evaluates: bool) -> tuple[str, ...]:
    """判定の理由: a line for each axis that is high, and for an evaluation of people."""
    lines = [f"{AXES[axis][0]}：{AXES[axis][2][answer]}" for axis, answer in high_axes(risk)]
    return (*lines, *([EVALUATES] if evaluates else []))
