"""利用の集計値: what a report says of a period, added up from the hourly figures."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ai_gov.audit.period import Period
from ai_gov.audit.usage import PERSON, Place

Row = tuple[Place, int]


@dataclass(slots=True)
class Figures:
    """集計値: counts of uses unless a name says otherwise. ``rows`` were counted by ``add``."""

    period: Period
    uses: int = 0
    people: int = 0
    departments: Counter[tuple[str, str]] = field(default_factory=Counter)
    department_hours: dict[tuple[str, str], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    hours: Counter[int] = field(default_factory=Counter)
    actions_by_time: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    levels: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)
    level_actions: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    finding_uses: Counter[str] = field(default_factory=Counter)
    answer_findings: Counter[str] = field(default_factory=Counter)
    destinations: Counter[str] = field(default_factory=Counter)
    purposes: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    tokens_in: Counter[str] = field(default_factory=Counter)
    tokens_out: Counter[str] = field(default_factory=Counter)
    reviews: Counter[str] = field(default_factory=Counter)
    review_waited: int = 0
    review_wait_s: int = 0
    took_ms: int = 0

    @property
    def blocked(self) -> int:
        """停止 and 保留: uses of which nothing left."""
        return self.actions["block"] + self.actions["hold"]

    @property
    def average_s(self) -> float | None:
        """Seconds to the end of an answer, on average."""
        answered = self.outcomes["answered"]
        return self.took_ms / answered / 1000 if answered else None

    @property
    def review_hours(self) -> float | None:
        """確認の所要時間: hours from a request to its answer (承認・差戻し・却下), on average."""
        return self.review_wait_s / self.review_waited / 3600 if self.review_waited else None

    def times(self) -> list[str]:
        """What the figures over time stand under: days of a month, months of a longer period."""
        if self.period.months > 1:
            return list(self.period.month_names)
        days = (self.period.end - self.period.first).days
        return [f"{self.period.first + dt.timedelta(days=count):%Y-%m-%d}" for count in range(days)]

    def yen(self, prices: Mapping[str, tuple[float, float]]) -> dict[str, float]:
        """料金の概算: by destination, for those whose prices (yen for a million tokens, in and out) are known."""
        return {
            name: (self.tokens_in[name] * price[0] + self.tokens_out[name] * price[1]) / 1_000_000
            for name, price in prices.items()
            if self.tokens_in[name] or self.tokens_out[name]
        }


def add_up(period: Period, rows: Iterable[Row]) -> Figures:
    """集計する: the figures of a period, from rows of that period."""
    made = Figures(period)
    people: set[tuple[str, str]] = set()
    size = 10 if period.months == 1 else 7
    named = {
        "level": made.levels,
        "level_action": made.level_actions,
        "finding": made.findings,
        "finding_use": made.finding_uses,
        "answer_finding": made.answer_findings,
        "destination": made.destinations,
        "use": made.purposes,
        "outcome": made.outcomes,
        "refused": made.refused,
        "review": made.reviews,
        "tokens_in": made.tokens_in,
        "tokens_out": made.tokens_out,
    }
    for place, amount in rows:
        match place.dimension:
            case "uses":
                who, hour = (place.organisation, place.department), int(place.hour[11:13])
                made.uses += amount
                made.departments[who] += amount
                made.hours[hour] += amount
                made.department_hours[who][hour] += amount
            case "action":
                made.actions[place.value] += amount
                made.actions_by_time[place.hour[:size]][place.value] += amount
            case "review_waited":
                made.review_waited += amount
            case "review_wait_s":
                made.review_wait_s += amount
            case "took_ms":
                made.took_ms += amount
            case name if name == PERSON:
                people.add((place.organisation, place.value))
            case name if name in named:
                named[name][place.value] += amount
            case _:
                pass
    made.people = len(people)
    return made
