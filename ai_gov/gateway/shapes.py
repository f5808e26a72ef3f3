"""値の形: what the value of a request field may look like. Each shape says in Japanese what it takes.

A shape only names; ``wire`` reads. Closed lists and narrow ranges are shapes of their own, because a value that
can be one of six words or a number with four decimals carries nothing out of the house.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Treatment(enum.StrEnum):
    """扱い: what becomes of a field before anything leaves."""

    INSPECTED = "検査し、見つかれば置き換える"
    FIXED = "検査し、見つかれば停止する"
    CHECKED = "決まった値だけを通す"
    REPLACED = "置き換える"
    DROPPED = "取り除いて送らない"
    REFUSED = "受け付けない"
    CONTAINER = "中の項目ごとに扱う"


@dataclass(frozen=True, slots=True)
class Text:
    """文字列. ``plain`` texts are prose; the others (``pattern``) are names and the like."""

    pattern: str = ""
    longest: int = 0
    glued: bool = False  # goes on where the part before it ended

    @property
    def ja(self) -> str:
        """As staff read it."""
        return "文字列" + (f"（{self.pattern}）" if self.pattern else "")


@dataclass(frozen=True, slots=True)
class Choice:
    """決まった語. ``refused`` names further words that are known, with the reason why they are not taken."""

    words: tuple[str, ...]
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def ja(self) -> str:
        """As staff read it."""
        return "・".join(self.words) + " のいずれか"


@dataclass(frozen=True, slots=True)
class Whole:
    """整数, from ``low`` to ``high``."""

    low: int
    high: int

    @property
    def ja(self) -> str:
        """As staff read it."""
        return f"{self.low:,}〜{self.high:,}の整数"


@dataclass(frozen=True, slots=True)
class Real:
    """数, from ``low`` to ``high``, rounded to four decimals so that its digits carry nothing."""

    low: float
    high: float

    @property
    def ja(self) -> str:
        """As staff read it."""
        return f"{self.low:g}〜{self.high:g}の数（小数4桁に丸める）"


@dataclass(frozen=True, slots=True)
class Flag:
    """真偽値. ``only`` narrows it to one of the two."""

    only: bool | None = None

    @property
    def ja(self) -> str:
        """As staff read it."""
        return {None: "true・false", True: "true", False: "false"}[self.only]


@dataclass(frozen=True, slots=True)
class Record:
    """項目の集まり: an object whose keys are fields of the table."""

    ja: str = "オブジェクト"


@dataclass(frozen=True, slots=True)
class Entries:
    """名前と値の組: an object whose keys are free, but follow ``pattern``; the keys are inspected."""

    pattern: str
    most: int

    @property
    def ja(self) -> str:
        """As staff read it."""
        return f"{self.most}組までのオブジェクト（名前は {self.pattern}）"


@dataclass(frozen=True, slots=True)
class Items:
    """並び, of ``least`` to ``most`` elements."""

    most: int
    least: int = 0

    @property
    def ja(self) -> str:
        """As staff read it."""
        return f"{self.least}〜{self.most:,}件の配列" if self.least else f"{self.most:,}件までの配列"


@dataclass(frozen=True, slots=True)
class Schema:
    """JSON Schema, walked whole: every string, every name of a property and every long number."""

    ja: str = "JSON Schema（説明・列挙・既定値・例などの文字列、項目名、7桁以上の数をすべて検査）"


@dataclass(frozen=True, slots=True)
class JsonString:
    """JSONを収めた文字列. ``strict``: it should be JSON; otherwise it only may be."""

    strict: bool = True

    @property
    def ja(self) -> str:
        """As staff read it."""
        inside = "開いて、中の文字列・項目名・7桁以上の数をすべて検査"
        return f"JSONの文字列（{inside}）" if self.strict else f"文字列（JSONであれば{inside}）"


@dataclass(frozen=True, slots=True)
class CallId:
    """呼び出しの番号: only has to agree with itself within a request, so we give our own."""

    ja: str = "文字列"


@dataclass(frozen=True, slots=True)
class Anything:
    """何でも: the value is not looked at, because it does not leave."""

    ja: str = "―"


Shape = Text | Choice | Whole | Real | Flag | Record | Entries | Items | Schema | JsonString | CallId | Anything


@dataclass(frozen=True, slots=True)
class Field:
    """項目: one field of a request, by JSON path (``[]`` each element, ``*`` each value), and its treatment.

    A value may have any of ``shapes``. ``note`` says by what a field is replaced, why it is dropped or refused, or
    what to do instead. ``null`` always means that the field is not given.
    """

    path: str
    treatment: Treatment
    shapes: tuple[Shape, ...]
    note: str = ""
    required: bool = False
    nullable: bool = False  # null is passed on as null
