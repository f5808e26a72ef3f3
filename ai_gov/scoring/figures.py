"""採点の値: predictions going in, rates coming out, each with its numerator and denominator."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ai_gov.corpus import Mark
from ai_gov.model import Action, Level

_NORMAL: Final = 1.96
"""How many standard deviations hold 95 % of a normal distribution."""


@dataclass(frozen=True, slots=True)
class Detected:
    """検知した範囲: code points ``start`` to ``end`` (exclusive) of the original; ``type`` may be unknown (empty)."""

    start: int
    end: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """判定結果: what a detector made of a prompt."""

    action: Action
    level: Level
    spans: tuple[Detected, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """割合: ``part`` of ``whole``; without a whole there is no value.

    >>> str(Rate(3, 70)), str(Rate(0, 0))
    ('3/70 (4.3%)', '－')
    """

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Part by whole, from 0 to 1."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95%信頼区間: what the rate may be beyond these prompts (Wilson's score interval), from 0 to 1.

        >>> [round(end, 3) for end in Rate(0, 100).interval], [round(end, 3) for end in Rate(31, 65).interval]
        ([0.0, 0.037], [0.36, 0.596])
        """
        if not self.whole:
            return None
        share, square = self.part / self.whole, _NORMAL**2 / self.whole
        middle = (share + square / 2) / (1 + square)
        half = _NORMAL * math.sqrt(share * (1 - share) / self.whole + square / (4 * self.whole)) / (1 + square)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        return f"{self.part:,}/{self.whole:,} ({self.part / self.whole:.1%})" if self.whole else "－"


@dataclass(frozen=True, slots=True)
class TypeScore:
    """種類別.

    ``full`` and ``touched``: hard marks of the type that are covered in full, and at all, by findings of any type.
    ``precision``: findings of the type that touch a mark of any type, hard or optional.
    """

    full: Rate
    touched: Rate
    precision: Rate = Rate(0, 0)


@dataclass(frozen=True, slots=True)
class GenreScore:
    """分野別: confidential prompts that leak and benign ones that are harmed."""

    leak: Rate
    harm: Rate


@dataclass(frozen=True, slots=True)
class Miss:
    """誤り: a prompt that leaks or is harmed, and where. It holds places, never the text that stands there."""

    id: str
    expected: Action
    predicted: Action
    left: tuple[Mark, ...] = ()  # hard marks not covered in full
    excess: tuple[Detected, ...] = ()  # what a benign prompt was redacted or stopped for
    genre: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """採点結果: every figure with its numerator and denominator."""

    prompts: int
    missing: int
    leak: Rate
    hard_leak: Rate
    identifier_leak: Rate
    benign_harm: Rate
    benign_stopped: Rate
    block_stopped: Rate
    redact_exact: Rate
    redact_over_blocked: Rate
    span_recall: Rate
    character_recall: Rate
    identifier_recall: Rate
    content_recall: Rate
    span_precision: Rate
    character_precision: Rate
    level_confidential: Rate
    level_exact: Rate
    level_under: Rate
    by_type: Mapping[str, TypeScore]
    by_genre: Mapping[str, GenreScore]
    actions: Mapping[tuple[Action, Action], int]
    """How often an expected action (first) was given another (second)."""
    misses: tuple[Miss, ...]


FIGURES: Final = (
    ("leak", "漏えい"),
    ("hard_leak", "重大な漏えい"),
    ("identifier_leak", "識別子の漏えい"),
    ("benign_harm", "公表情報の阻害"),
    ("benign_stopped", "　うち停止"),
    ("block_stopped", "停止すべきものを停止"),
    ("redact_exact", "伏せるべきものを伏せて送信"),
    ("redact_over_blocked", "　伏せれば足りるのに停止"),
    ("span_recall", "伏せるべき範囲の検出（全部）"),
    ("character_recall", "　文字数"),
    ("identifier_recall", "　識別子"),
    ("content_recall", "　内容"),
    ("span_precision", "検出した範囲の正しさ"),
    ("character_precision", "　文字数"),
    ("level_confidential", "自治体機密性1か2以上か"),
    ("level_exact", "　自治体機密性の一致"),
    ("level_under", "　実際より低く判定"),
)
"""The figures in the order in which they are shown, with their names."""


def rates(scores: Scores) -> list[tuple[str, str, Rate]]:
    """値の一覧: field, Japanese name and rate of each figure."""
    return [(field, name, getattr(scores, field)) for field, name in FIGURES]
