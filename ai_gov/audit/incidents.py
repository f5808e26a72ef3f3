"""事故: what may be a leak or another harm by the use of generative AI, from when it became known until it is closed.

An incident names records of the log, facts, notes and reports; it holds no text of a prompt and no name of anybody
but 職員番号. Whether it must be reported a person decides: nothing here does.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final, Literal

from ai_gov.errors import BadRequest, Conflict
from ai_gov.model import Json

How = Literal["alert", "record", "hand"]
"""きっかけ: an alert, a record, or something somebody was told."""

Reportable = Literal["undecided", "yes", "no"]
"""報告の要否: as a person decided it."""

TITLE_SIZE: Final = 100
TEXT_SIZE: Final = 4000
REFERENCE_SIZE: Final = 100
"""Characters at most."""

MOST_RECORDS: Final = 200
MOST_NOTES: Final = 500
MOST_PERSONS: Final = 100_000_000


class IncidentState(enum.StrEnum):
    """状態."""

    OPEN = "open"
    CLOSED = "closed"


class Category(enum.StrEnum):
    """報告の対象になりうる区分: ``NUMBER_*`` are those of 番号法29条の4 and its 規則2条, the others of 個情法68条."""

    SENSITIVE = "sensitive"
    PROPERTY = "property"
    PURPOSE = "purpose"
    MANY = "many"
    NUMBER_SYSTEM = "number_system"
    NUMBER_MANY = "number_many"
    NUMBER_PROVIDED = "number_provided"
    NUMBER_PURPOSE = "number_purpose"

    @property
    def ja(self) -> str:
        """As it is written in a report."""
        return _CATEGORIES[self]

    @property
    def read(self) -> bool:
        """Whether the wording was read in the law; the others are to be checked by who decides."""
        return self.value.startswith("number_")


_CATEGORIES: Final = {
    Category.SENSITIVE: "要配慮個人情報（条例要配慮個人情報を含む）が含まれる",
    Category.PROPERTY: "不正に利用されると財産的な被害が生じるおそれがある",
    Category.PURPOSE: "不正の目的によるおそれがある",
    Category.MANY: "本人の数が100人を超える",
    Category.NUMBER_SYSTEM: "個人番号利用事務等の情報システムからの特定個人情報の漏えい等",
    Category.NUMBER_MANY: "特定個人情報の本人の数が100人を超える",
    Category.NUMBER_PROVIDED: "番号法19条に反する提供で、本人の数が100人を超える",
    Category.NUMBER_PURPOSE: "不正の目的による特定個人情報の漏えい等",
}
ILL_INTENT: Final = frozenset({Category.PURPOSE, Category.NUMBER_PURPOSE})
"""不正の目的: gives 60 days for the final report instead of 30."""


class Stage(enum.StrEnum):
    """報告の段階: 速報 and 確報 to the 個人情報保護委員会, the notice to those concerned, the mayor."""

    PRELIMINARY = "preliminary"
    FINAL = "final"
    NOTICE = "notice"
    MAYOR = "mayor"

    @property
    def ja(self) -> str:
        """As it is written in a report.

        >>> Stage.FINAL.ja
        '確報（個人情報保護委員会）'
        """
        return _STAGES[self]


_STAGES: Final = {
    Stage.PRELIMINARY: "速報（個人情報保護委員会）",
    Stage.FINAL: "確報（個人情報保護委員会）",
    Stage.NOTICE: "本人への通知",
    Stage.MAYOR: "首長への報告",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """事実: what is known of it by now. ``persons`` is none while nobody knows; ``estimated`` where it is a guess."""

    reportable: Reportable = "undecided"
    categories: tuple[Category, ...] = ()
    persons: int | None = None
    estimated: bool = False
    summary: str = field(default="", repr=False)  # 概要
    items: str = field(default="", repr=False)  # 漏えい等した情報の項目
    cause: str = field(default="", repr=False)  # 原因
    measures: str = field(default="", repr=False)  # 対応と再発防止

    def __post_init__(self) -> None:
        if self.persons is not None and not 0 <= self.persons <= MOST_PERSONS:
            raise BadRequest("本人の数は、0以上の整数で書いてください。分からないときは空にします。")
        if self.reportable == "yes" and not self.categories:
            raise BadRequest("「報告の対象」とするときは、当たる区分を1つ以上選んでください。")
        if self.reportable == "no" and self.categories:
            raise BadRequest("区分を選んだまま「報告の対象でない」とはできません。区分を外すか、要否を直してください。")

    def texts(self) -> tuple[str, ...]:
        """What somebody wrote."""
        return (self.summary, self.items, self.cause, self.measures)

    def data(self) -> dict[str, Json]:
        """As JSON."""
        out: dict[str, Json] = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**out, "categories": [item.value for item in self.categories]}

    @classmethod
    def of(cls, data: Mapping[str, Json]) -> Facts:
        """The facts of ``data``."""
        return cls(**{**data, "categories": tuple(map(Category, data["categories"]))})


@dataclass(frozen=True, slots=True)
class Report:
    """報告1回: ``on`` is the day it was made, ``reference`` what it is filed under (受付番号など)."""

    stage: Stage
    on: dt.date
    by: str
    at: dt.datetime
    reference: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Note:
    """経過の記録: what somebody wrote down. ``by`` is the 職員番号."""

    at: dt.datetime
    by: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Incident:
    """事故1件. ``known_at`` is when somebody here came to know of it: the reports' deadlines count from there."""

    id: str
    organisation: str
    title: str = field(repr=False)
    known_at: dt.datetime
    opened_at: dt.datetime
    opened_by: str
    updated_at: dt.datetime
    how: How = "hand"
    alert: str = ""  # id of the entry
    state: IncidentState = IncidentState.OPEN
    records: tuple[str, ...] = ()
    facts: Facts = Facts()
    reports: tuple[Report, ...] = ()
    notes: tuple[Note, ...] = ()
    closing: str = field(default="", repr=False)
    closed_at: dt.datetime | None = None
    version: int = 1

    def reported(self, stage: Stage) -> Report | None:
        """The latest report of a stage."""
        return next((item for item in reversed(self.reports) if item.stage is stage), None)

    def missing(self) -> tuple[str, ...]:
        """閉じる前にすること: what is still to be done, as sentences; empty where it may be closed."""
        if self.facts.reportable == "undecided":
            return ("個人情報保護委員会への報告が要るかどうかを、事実の欄で決めてください。",)
        if self.facts.reportable == "no":
            return ()
        due = (Stage.PRELIMINARY, Stage.FINAL, Stage.NOTICE)
        return tuple(f"{stage.ja}を記録してください。" for stage in due if self.reported(stage) is None)

    def check_open(self) -> None:
        """Raises Conflict where it is closed."""
        if self.state is IncidentState.CLOSED:
            raise Conflict("この事故は終結しています。続けるときは、理由を書いて再開してください。")

    def linked(self, record: str) -> Incident:
        """With one more record. Raises Conflict, BadRequest."""
        self.check_open()
        if record in self.records:
            raise Conflict("その記録は、もう結び付けてあります。")
        if len(self.records) >= MOST_RECORDS:
            raise BadRequest(
                f"1件の事故に結び付けられる記録は{MOST_RECORDS}件までです。ほかは経過に検索条件を書いてください。"
            )
        return replace(self, records=(*self.records, record))

    def noted(self, note: Note) -> Incident:
        """With one more note, closed or not. Raises BadRequest."""
        if len(self.notes) >= MOST_NOTES:
            raise BadRequest(f"1件の事故に書ける経過は{MOST_NOTES}件までです。")
        return replace(self, notes=(*self.notes, note))

    def closed(self, text: str, at: dt.datetime) -> Incident:
        """終結. Raises Conflict where something is still to be done."""
        self.check_open()
        if missing := self.missing():
            raise Conflict("まだ終結できません。" + "".join(missing))
        return replace(self, state=IncidentState.CLOSED, closing=text, closed_at=at)

    def reopened(self) -> Incident:
        """再開. Raises Conflict."""
        if self.state is not IncidentState.CLOSED:
            raise Conflict("この事故は終結していません。")
        return replace(self, state=IncidentState.OPEN, closing="", closed_at=None)
