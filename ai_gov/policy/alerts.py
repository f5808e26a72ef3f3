"""警報の書式: what alerts.yaml may say."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator

from ai_gov.datafile import Strict
from ai_gov.policy.schema import Entity, Id, Word

FILE: Final = "redaction_rules/alerts.yaml"
_TIME: Final = re.compile("([01][0-9]|2[0-3]):([0-5][0-9])")

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Minutes = Annotated[int, Field(ge=1, le=7 * 24 * 60)]


class _Alert(Strict):
    id: Id
    title: Word
    advice: str = ""


class Blocks(_Alert):
    """停止の続く人."""

    kind: Literal["blocks"]
    at_least: Count
    within_minutes: Minutes


class FindingAlert(_Alert):
    """検知の種類."""

    kind: Literal["finding"]
    entity: Entity
    at_least: Count = 1
    within_minutes: Minutes = 1440


class Night(_Alert):
    """夜間の大量利用. ``from`` and ``until`` are times of the day in Japan; the night may span midnight."""

    kind: Literal["night"]
    begins: str = Field(alias="from")
    until: str
    at_least: Count

    @field_validator("begins", "until")
    @classmethod
    def _time(cls, value: str) -> str:
        if not _TIME.fullmatch(value):
            raise ValueError(f'時刻は "22:00" のように書いてください: {value}')
        return value

    def last_night(self, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
        """The night that is under way or was the last, as times in the zone of ``now`` (Japan's).

        >>> night = Night.model_validate(
        ...     {"id": "n", "title": "夜", "kind": "night", "from": "22:00", "until": "06:00", "at_least": 3})
        >>> [f"{at:%d %H:%M}" for at in night.last_night(dt.datetime(2026, 4, 2, 1, 30))]
        ['01 22:00', '02 06:00']
        >>> [f"{at:%d %H:%M}" for at in night.last_night(dt.datetime(2026, 4, 2, 12, 0))]
        ['01 22:00', '02 06:00']
        """
        begins, until = dt.time.fromisoformat(self.begins), dt.time.fromisoformat(self.until)
        start = now.replace(hour=begins.hour, minute=begins.minute, second=0, microsecond=0)
        if start > now:
            start -= dt.timedelta(days=1)
        end = start.replace(hour=until.hour, minute=until.minute)
        return start, end + dt.timedelta(days=end <= start)


class Verification(_Alert):
    """検証の失敗."""

    kind: Literal["verification"]
    every_hours: Annotated[int, Field(ge=0, le=24 * 31)] = 24
    """How often a server verifies the whole log; 0 for never (a timer runs ``ai-gov audit alerts --verify``)."""


class Disk(_Alert):
    """空きの不足."""

    kind: Literal["disk"]
    free_percent: Annotated[float, Field(gt=0, lt=100)] = 10


class GuidelineReview(_Alert):
    """ガイドラインの見直しの時期: from the month of the policy (``guideline.review_month``) on."""

    kind: Literal["guideline_review"]


AlertRule = Annotated[
    Blocks | FindingAlert | Night | Verification | Disk | GuidelineReview, Field(discriminator="kind")
]


class Alerts(Strict):
    """警報の一覧."""

    schema_version: Literal[1] = Field(alias="schema")
    alerts: tuple[AlertRule, ...] = ()

    @field_validator("alerts")
    @classmethod
    def _distinct(cls, value: tuple[AlertRule, ...]) -> tuple[AlertRule, ...]:
        ids = [rule.id for rule in value]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"警報の id「{'」「'.join(twice)}」が二度書かれています。別の id にしてください。")
        return value
