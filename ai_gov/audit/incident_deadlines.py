"""報告の期限: by when 速報 and 確報 are due, counted from the day on which an incident became known.

What was read: the 確報 is due within 30 days, 60 where 不正の目的 is feared (番号法29条の4, 規則2条). The 速報 is
due 「速やかに」; 「概ね3〜5日以内」 is a figure of 個人情報保護法ガイドライン（通則編）3-5-3-3, written for businesses
and no rule for municipalities. What was not read: how a day off moves a 期限, and whether the day of knowing counts. So
the earlier date is given: the day of knowing is the first, days off count, and nothing is moved.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from ai_gov.audit.incidents import ILL_INTENT, Incident, IncidentState, Stage
from ai_gov.model import japan_date

PRELIMINARY_DAYS: Final = (3, 5)
FINAL_DAYS: Final = 30
FINAL_DAYS_ILL_INTENT: Final = 60
SOON: Final = 3
"""Days left from which a deadline is shown as near."""

SOURCES: Final = (
    (
        "速報は「速やかに」とされています。3〜5日は、事業者向けの指針（個人情報保護法ガイドライン通則編3-5-3-3）の目安で、"
        "自治体にそのまま当てはまるかは確認していません。"
    ),
    (
        "確報は30日以内、不正の目的によるおそれがあるときは60日以内です（番号法29条の4に基づく規則2条で確認）。"
        "個人情報保護法68条による報告の日数と区分は、個人情報保護委員会の様式と条文で確かめてください。"
    ),
    (
        "日数は、知った日を1日目とし、土曜・日曜・祝日も数えた、早い方の日です。期限が閉庁日に当たるときの繰下げは"
        "計算していません（祝日と年末年始は判定していません）。"
        "閉庁日に当たるときは、その前に報告するか、委員会に確かめてください。"
    ),
)
"""期限の根拠: said wherever a deadline is shown."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """期限: ``begins`` is where a span of days is meant (3〜5日); ``done`` the day on which the report was made."""

    stage: Stage
    begins: dt.date
    due: dt.date
    days: int
    done: dt.date | None = None

    def left(self, today: dt.date) -> int:
        """残りの日数: 0 on the last day, less than that where it is over.

        >>> day = dt.date(2026, 11, 25)
        >>> Deadline(Stage.FINAL, day, day, 30).left(dt.date(2026, 11, 27))
        -2
        """
        return (self.due - today).days

    def state(self, today: dt.date) -> str:
        """done, late, soon or ahead."""
        left = self.left(today)
        if self.done is not None:
            return "done"
        return "late" if left < 0 else "soon" if left <= SOON else "ahead"

    @property
    def weekend(self) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return self.due.weekday() >= 5


def deadlines(incident: Incident) -> tuple[Deadline, ...]:
    """期限: of an incident; none once somebody decided that nothing is to be reported.

    While nobody decided, they are counted as if it were.
    """
    if incident.facts.reportable == "no":
        return ()
    known = japan_date(incident.known_at)
    ill = bool(ILL_INTENT & set(incident.facts.categories))
    final = FINAL_DAYS_ILL_INTENT if ill else FINAL_DAYS
    first, last = PRELIMINARY_DAYS
    return (
        Deadline(Stage.PRELIMINARY, _day(known, first), _day(known, last), last, _done(incident, Stage.PRELIMINARY)),
        Deadline(Stage.FINAL, _day(known, final), _day(known, final), final, _done(incident, Stage.FINAL)),
    )


def next_deadline(incident: Incident) -> Deadline | None:
    """次の期限: of an open incident, where one is not met yet."""
    if incident.state is IncidentState.CLOSED:
        return None
    return next((item for item in deadlines(incident) if item.done is None), None)


def _day(known: dt.date, number: int) -> dt.date:
    """The day of that number, the day of knowing being the first.

    >>> _day(dt.date(2026, 11, 25), 5).isoformat(), _day(dt.date(2026, 11, 25), 30).isoformat()
    ('2026-11-29', '2026-12-24')
    """
    return known + dt.timedelta(days=number - 1)


def _done(incident: Incident, stage: Stage) -> dt.date | None:
    report = incident.reported(stage)
    return None if report is None else report.on
