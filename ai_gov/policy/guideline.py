"""利用ガイドラインの方針: whether staff must have read it before they ask, and in which month it is reviewed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ai_gov.datafile import Strict


class GuidelinePolicy(Strict):
    """利用ガイドラインの方針."""

    acknowledge: bool = False
    """Whether a request of somebody who has not acknowledged the version in force is refused."""
    review_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """見直しの月: from its first day on, a version older than that is due for review; none for no reminder."""
