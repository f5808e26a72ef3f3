"""研修の方針: whether a valid pass of the quiz is needed before anything is sent, and what makes one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ai_gov.datafile import Strict


class TrainingPolicy(Strict):
    """研修. Without any setting nobody is kept from working."""

    required: bool = False
    """Whether a person without a valid pass is refused."""
    questions: Annotated[int, Field(ge=1, le=50)] = 10
    """問題の数 of an attempt, chosen at random."""
    pass_percent: Annotated[int, Field(ge=1, le=100)] = 80
    """合格の割合: of the questions, all right choices and no wrong one."""
    valid_months: Annotated[int, Field(ge=1, le=60)] = 12
    """合格の有効期間 from the day of the pass."""
    retry_minutes: Annotated[int, Field(ge=0, le=10_080)] = 30
    """不合格のあと、次に受けられるまでの時間."""
