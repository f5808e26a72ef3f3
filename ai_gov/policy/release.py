"""公開・決裁の確認の方針: how many persons look at a text before it goes out, at what, by when; how it is marked."""

from __future__ import annotations

import string
from typing import Annotated, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from ai_gov.datafile import Strict

Check = Literal["facts", "rights", "fairness", "privacy", "label", "notice"]
"""確認事項: 事実確認・権利侵害・差別・個人情報・表示・本人への通知."""
Trigger = Literal["as_is_external", "any_external", "internal_decision", "rights_affecting"]
Sentence = Annotated[str, Field(min_length=1, max_length=400)]

VARIABLES: Final = ("department", "contact")
"""What a sentence may name: ``$department``, ``$contact``."""


class ReviewRule(Strict):
    """確認の決まり: for one use, or where a use says nothing. Without any setting it is the strictest."""

    reviewers: Literal[1, 2] = 2
    """確認者の人数. Nobody counts twice, and the author never."""
    due_days: Annotated[int, Field(ge=1, le=20)] = 3
    """確認の期限: working days (Saturdays and Sundays not counted)."""
    checklist: tuple[Check, ...] = ("facts", "rights", "fairness", "privacy", "label")
    triggers: tuple[Trigger, ...] = ("any_external", "internal_decision", "rights_affecting")
    """どんなときに表示を付けるか."""
    notice: bool = False
    """個人や集団の評価・処分の参考にする: two reviewers, the notice of AI事業者ガイドライン U-7 and its check."""

    @property
    def needed(self) -> int:
        """How many must approve."""
        return 2 if self.notice else self.reviewers

    @property
    def checks(self) -> tuple[str, ...]:
        """Every point to be checked, each once."""
        return tuple(dict.fromkeys([*self.checklist, *(["notice"] if self.notice else [])]))

    @field_validator("checklist")
    @classmethod
    def _looks_at_something(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("checklist（確認事項）には1つ以上書いてください。")
        return value


STRICTEST: Final = ReviewRule(notice=True, due_days=1)
"""For a use that the policy does not list."""


class Labels(Strict):
    """表示の文. Empty for the shipped wording."""

    L1: Sentence | None = None
    L2: Sentence | None = None
    L3: Sentence | None = None
    L4: Sentence | None = None
    notice: Sentence | None = None

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        for name, text in self:
            for found in string.Template.pattern.finditer(text or ""):
                word = found["named"] or found["braced"]
                if found["escaped"] is None and word not in VARIABLES:
                    raise ValueError(
                        f"表示の文 {name} の「{found[0]}」は使えません。"
                        "使えるのは $department（所属）と $contact（問合せ先）です。"
                    )
        return self


class ReleasePolicy(Strict):
    """公開・決裁の確認."""

    default: ReviewRule = ReviewRule()
    """For uses that say nothing of their own."""
    keep_days: Annotated[int, Field(ge=1, le=30)] = 30
    """下書きの保存日数: then the text is destroyed, wherever it stands."""
    contact: str = ""
    """問合せ先: for the sentences; empty for the department."""
    labels: Labels = Labels()
