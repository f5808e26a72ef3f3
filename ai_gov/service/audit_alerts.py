"""警報の見張り: looks whether somebody must hear of something, records it, and sends it to every channel.

An alert is an entry before it is sent; a channel that does not take it leaves an entry too. Run by a server every
minute and by ``ai-gov audit alerts``; any number of them at once raise each alert once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ai_gov.audit.alerts import Alert, undelivered
from ai_gov.model import JST, Step
from ai_gov.policy.alerts import AlertRule, Alerts, Blocks, Disk, FindingAlert, GuidelineReview, Night, Verification
from ai_gov.service.ports import Clock

STUCK: Final = dt.timedelta(seconds=60)
"""An entry that is not in the tree after this long fails verification."""


class Who(Protocol):
    """だれ: a person, with 団体 and 所属."""

    @property
    def organisation(self) -> str: ...  # noqa: D102
    @property
    def department(self) -> str: ...  # noqa: D102
    @property
    def person(self) -> str: ...  # noqa: D102


class Tallied(Who, Protocol):
    """件数: of one person's uses."""

    @property
    def count(self) -> int: ...  # noqa: D102


class Sighted(Who, Protocol):
    """検知のあった依頼."""

    @property
    def record(self) -> str: ...  # noqa: D102
    @property
    def at(self) -> str: ...  # noqa: D102


class AlertPort(Protocol):
    """警報の材料と台帳: what a store does for it."""

    def tallies(
        self, since: dt.datetime, until: dt.datetime, actions: Collection[str], least: int
    ) -> Sequence[Tallied]:
        """Who made at least so many uses with one of these actions."""
        ...

    def sightings(self, entity: str, since: dt.datetime) -> Sequence[Sighted]:
        """The newest prompts in which a type was found."""
        ...

    def oldest_waiting(self) -> dt.datetime | None:
        """Since when the oldest entry that is not in the tree has waited."""
        ...

    def claim(self, raised: Sequence[Alert], now: dt.datetime) -> Sequence[Alert]:
        """Record those that are new; nobody else gets them."""
        ...


class Channel(Protocol):
    """知らせる先."""

    @property
    def name(self) -> str: ...  # noqa: D102

    def send(self, alert: Alert) -> None:
        """Send it. Raises NotDelivered."""
        ...


class NotDelivered(Exception):
    """知らせが届かない: why, without an address or a secret."""


@dataclass(frozen=True, slots=True)
class Health:
    """機器の状態: what the log itself can't tell. ``problems`` are those of the last verification, if there was one."""

    free_percent: float | None = None
    problems: int = 0
    verified: bool = False


class AlertService:
    """警報の窓口."""

    def __init__(
        self,
        *,
        log: AlertPort,
        rules: Callable[[], Alerts],
        clock: Clock,
        record: Callable[[Step], object],
        channels: Sequence[Channel] = (),
        catch_up: Callable[[], object] = lambda: None,
        reviews: Callable[[], Sequence[tuple[str, dt.date]]] = tuple,
    ) -> None:
        """``reviews``: the organisations whose guideline is due for review, and since when."""
        self._log = log
        self._rules = rules
        self._clock = clock
        self._record = record
        self.channels = tuple(channels)
        self._catch_up = catch_up
        self._reviews = reviews

    def look(self, health: Health | None = None) -> tuple[Alert, ...]:
        """Raise what is new, and send it. Raises StoreFailed where the log can't be read or written."""
        now = self._clock.now()
        self._catch_up()
        raised = [alert for rule in self._rules().alerts for alert in self._of(rule, now, health or Health())]
        new = tuple(self._log.claim(raised, now))
        for alert in new:
            for channel in self.channels:
                self._send(channel, alert)
        return new

    def _send(self, channel: Channel, alert: Alert) -> None:
        try:
            channel.send(alert)
        except NotDelivered as error:
            self._record(Step(None, undelivered(alert, channel.name, str(error), self._clock.now())))

    def _of(self, rule: AlertRule, now: dt.datetime, health: Health) -> Iterator[Alert]:
        match rule:
            case Blocks():
                span = dt.timedelta(minutes=rule.within_minutes)
                since = now - span
                for tally in self._log.tallies(since, now + span, ("block", "hold"), rule.at_least):
                    what = f"{rule.within_minutes}分のうちに、停止・保留が{tally.count:,}件ありました。"
                    yield _of_person(rule, tally, tally.count, what, now, window=_bucket(now, span))
            case FindingAlert():
                yield from self._findings(rule, now)
            case Night():
                begin, end = rule.last_night(now.astimezone(JST))
                for tally in self._log.tallies(begin, end, (), rule.at_least):
                    what = f"{rule.begins}〜{rule.until}の間に、{tally.count:,}件の利用がありました。"
                    yield _of_person(rule, tally, tally.count, what, now, window=f"{begin:%Y%m%d}")
            case Verification():
                waiting = self._log.oldest_waiting()
                if waiting is not None and now - waiting > STUCK:
                    what = "記録の順序の確定が1分以上滞っています。"
                    yield Alert(rule.id, f"{rule.id}|stuck|{_hour(now)}", rule.title, what, now, rule.advice)
                if health.problems:
                    what = f"記録の検証で、異常が{health.problems:,}件見つかりました。"
                    yield Alert(
                        rule.id, f"{rule.id}|{now:%Y%m%d}", rule.title, what, now, rule.advice, count=health.problems
                    )
            case Disk():
                free = health.free_percent
                if free is not None and free < rule.free_percent:
                    what = f"空きは{free:.1f}％です（{rule.free_percent:g}％を下回りました）。"
                    yield Alert(rule.id, f"{rule.id}|{now:%Y%m%d}", rule.title, what, now, rule.advice)

            case GuidelineReview():
                for organisation, due in self._reviews():
                    what = f"見直しの時期（{due} から）になりましたが、まだ見直されていません。"
                    key = f"{rule.id}|{organisation}|{due:%Y%m}"
                    yield Alert(rule.id, key, rule.title, what, now, rule.advice, organisation)

    def _findings(self, rule: FindingAlert, now: dt.datetime) -> Iterator[Alert]:
        span = dt.timedelta(minutes=rule.within_minutes)
        by_person: dict[tuple[str, str, str], list[Sighted]] = {}
        for seen in self._log.sightings(rule.entity, now - span):
            by_person.setdefault((seen.organisation, seen.department, seen.person), []).append(seen)
        for seen_by_one in by_person.values():
            if len(seen_by_one) < rule.at_least:
                continue
            if rule.at_least > 1:
                records = tuple(seen.record for seen in seen_by_one)
                what = f"{rule.within_minutes}分のうちに、{len(records):,}件の依頼で検知されました。"
                yield _of_person(
                    rule, seen_by_one[0], len(records), what, now, window=_bucket(now, span), records=records
                )
                continue
            for seen in seen_by_one:
                at = dt.datetime.fromisoformat(seen.at).astimezone(JST)
                what = f"{at:%m月%d日 %H:%M} の依頼（記録番号 {seen.record}）で検知されました。"
                yield _of_person(rule, seen, 1, what, now, window=seen.record, records=(seen.record,))


def _of_person(
    rule: Blocks | FindingAlert | Night,
    who: Who,
    count: int,
    what: str,
    now: dt.datetime,
    *,
    window: str,
    records: tuple[str, ...] = (),
) -> Alert:
    key = f"{rule.id}|{who.organisation}|{who.person}|{window}"
    return Alert(
        rule.id, key, rule.title, what, now, rule.advice, who.organisation, who.department, who.person, count, records
    )


def _bucket(now: dt.datetime, span: dt.timedelta) -> str:
    return str(int(now.timestamp() // span.total_seconds()))


def _hour(now: dt.datetime) -> str:
    return f"{now:%Y%m%d%H}"


def trial(now: dt.datetime) -> Alert:
    """試しの知らせ: to see whether channels work."""
    return Alert("test", f"test|{now.isoformat()}", "通知の試験です", "この通知は試験のために送りました。", now)
