"""公開時の表示: how far AI made a text, which sentence says so, and what machines are told (IPTC Digital Source Type).

The levels and the wording are a proposal of this project (no Japanese statute demands a label); the wording stands
in policy.yaml.
"""

from __future__ import annotations

import enum
import string
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal, get_args

Trigger = Literal["as_is_external", "any_external", "internal_decision", "rights_affecting"]
"""表示のきっかけ: AIの文をそのまま外へ・少しでも使って外へ・庁内の起案・権利や評価に関わる."""

TRIGGERS: Final[tuple[Trigger, ...]] = get_args(Trigger)
VARIABLES: Final = frozenset({"department", "contact"})
"""What a sentence may name as ``$department`` and ``$contact``."""

_IPTC: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_SCHEMA: Final = "https://schema.org/"


class Degree(enum.StrEnum):
    """生成AIの利用の度合い.

    >>> Degree.L3.source, Degree.L0.source
    ('http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia', '')
    """

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"

    @property
    def ja(self) -> str:
        """What it means."""
        return _MEANING[self]

    @property
    def source(self) -> str:
        """IPTC の digitalSourceType: its identifier begins with ``http:`` and is never written otherwise."""
        return _IPTC + _SOURCE[self] if self is not Degree.L0 else ""

    @property
    def schema_org(self) -> str:
        """The member of schema.org's ``IPTCDigitalSourceEnumeration``."""
        name = _SOURCE[self]
        return f"{_SCHEMA}{name[0].upper()}{name[1:]}DigitalSource" if name else ""


_MEANING: Final = {
    Degree.L0: "生成AIの文は使っていない",
    Degree.L1: "職員の文章の校正・翻訳などに補助的に利用",
    Degree.L2: "生成AIの案を職員が修正",
    Degree.L3: "生成AIの文をそのまま使用",
    Degree.L4: "生成AIによる自動回答（職員の確認なし）",
}
_SOURCE: Final = {
    Degree.L0: "",
    Degree.L1: "compositeWithTrainedAlgorithmicMedia",
    Degree.L2: "compositeWithTrainedAlgorithmicMedia",
    Degree.L3: "trainedAlgorithmicMedia",
    Degree.L4: "trainedAlgorithmicMedia",
}

WORDING: Final = {
    Degree.L1: "この文書の作成には生成AIを補助的に利用し、職員が内容を確認しています。",
    Degree.L2: "この文書は生成AIが作成した案を職員が確認・修正したものです。",
    Degree.L3: "この文書は生成AIにより作成したものです（$departmentが内容を確認）。",
    Degree.L4: "生成AIによる自動回答です。誤りを含む場合があります。お問い合わせ：$contact",
}
"""表示の文: where the policy does not word it otherwise."""

NOTICE: Final = (
    "この内容の検討に当たり、生成AIの出力を参考にしています。判断は職員が行いました。"
    "説明をお求めの方は、$contactへお問い合わせください。"
)
"""評価の参考にしたときの通知: AI事業者ガイドライン U-7: whoever is judged is told of it and can have it explained."""


@dataclass(frozen=True, slots=True)
class Label:
    """表示: the sentence (of one or two lines) and the degree it stands for."""

    degree: Degree
    sentence: str


def degree_of(ai_draft: str, text: str, declared: Degree | None = None) -> Degree:
    """利用の度合い: as the author declares it, but never less than what the two texts show.

    >>> degree_of("案です", "案です", Degree.L1), degree_of("案です", "直しました"), degree_of("", "自分の文")
    (<Degree.L3: 'L3'>, <Degree.L2: 'L2'>, <Degree.L0: 'L0'>)
    """
    if not ai_draft.strip():
        shown = Degree.L0
    elif "".join(ai_draft.split()) == "".join(text.split()):
        return Degree.L3
    else:
        shown = Degree.L1 if declared is Degree.L1 else Degree.L2
    if declared in (Degree.L1, Degree.L2, Degree.L3):
        return max(shown, declared)
    return shown


def demanded(degree: Degree, audience: str, triggers: Collection[str], *, rights: bool) -> bool:
    """表示が要るか: whether one of the policy's triggers holds.

    >>> demanded(Degree.L2, "external", {"as_is_external"}, rights=False)
    False
    >>> demanded(Degree.L2, "internal", {"rights_affecting"}, rights=True)
    True
    """
    if degree is Degree.L0:
        return False
    holds = {
        "as_is_external": audience == "external" and degree in (Degree.L3, Degree.L4),
        "any_external": audience == "external",
        "internal_decision": audience == "internal",
        "rights_affecting": rights,
    }
    return any(holds[trigger] for trigger in triggers)


def sentence(template: str, *, department: str, contact: str) -> str:
    """表示の文 with its variables filled in.

    >>> sentence(WORDING[Degree.L3], department="市民課", contact="")
    'この文書は生成AIにより作成したものです（市民課が内容を確認）。'
    """
    return string.Template(template).substitute(department=department, contact=contact or department)


def unknown_variables(template: str) -> list[str]:
    """Names behind a ``$`` that mean nothing here; ``$`` alone counts too.

    >>> unknown_variables("$departmentと$section")
    ['$section']
    """
    out = []
    for found in string.Template.pattern.finditer(template):
        name = found["named"] or found["braced"]
        if found["escaped"] is None and name not in VARIABLES:
            out.append(found[0])
    return out
