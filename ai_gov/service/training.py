"""研修の窓口: lessons, an attempt with its own questions, its grading, and who holds a valid pass.

An attempt is answered once: the answers close it by compare-and-set, and none of them is kept.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import uuid_utils

from ai_gov.documents.blocks import Block
from ai_gov.documents.guideline.training import Item, Result, grade
from ai_gov.errors import Conflict, Forbidden, TrainingNeeded
from ai_gov.model import Actor, Event, Json, japan_date
from ai_gov.people import permissions
from ai_gov.people.model import Member, Role
from ai_gov.policy.training import TrainingPolicy
from ai_gov.register import training
from ai_gov.register.training import Attempt, AttemptState, Row
from ai_gov.review.record import Who
from ai_gov.service.ports import Clock, Config, Governance

PAGE: Final = "/training"
READERS: Final = frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
MOST: Final = 50
"""Attempts of somebody that are looked at."""


@dataclass(frozen=True, slots=True)
class Material:
    """研修の中身: of the rules and the policy in force; ``digest`` names the whole set of questions."""

    lessons: tuple[Block, ...] = field(repr=False)
    items: tuple[Item, ...] = field(repr=False)
    digest: str = ""


def digest_of(items: Sequence[Item]) -> str:
    """問題の識別子: SHA-256 over every question with its choices and right answers."""
    told = [[item.id, item.ask, list(item.choices), sorted(item.right)] for item in items]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


class TrainingStore(Protocol):
    """保存: each write puts its event beside it in one transaction; all raise StoreFailed."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, as of now."""
        ...

    def start(self, attempt: Attempt, event: Event, void: Callable[[Attempt], tuple[Attempt, Event]]) -> Attempt:
        """A new one, unless one is open: then that one, or, where it can be answered no longer, in its place."""
        ...

    def close(self, before: Attempt, after: Attempt, event: Event) -> bool:
        """By compare-and-set on its being open."""
        ...

    def of_person(self, who: Who, limit: int) -> list[Attempt]:
        """The newest of somebody."""
        ...

    def passed(self, who: Who, on: dt.date) -> dt.date | None:
        """The last day of the pass that holds longest; none where none holds on a day."""
        ...

    def tallies(self, organisation: str, on: dt.date) -> list[tuple[str, str, int, int]]:
        """Of each department its id, its name, how many staff it has, and how many of them hold a pass."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """受講の状況."""

    passed: Attempt | None
    open: Attempt | None
    next_start: dt.datetime | None
    policy: TrainingPolicy


@dataclass(frozen=True, slots=True)
class Answered:
    """採点: with the questions and what was answered, for the explanations that are shown once."""

    attempt: Attempt
    result: Result
    items: tuple[Item, ...]
    answers: tuple[frozenset[int], ...] = field(repr=False)


class TrainingService:
    """研修の窓口. ``who`` is the person who takes it."""

    def __init__(
        self, store: TrainingStore, *, config: Config, clock: Clock, material: Callable[[str], Material]
    ) -> None:
        """``material`` gives lessons and questions of an organisation; it raises ConfigError."""
        self._store = store
        self._config = config
        self._clock = clock
        self._material = material
        self._random = random.SystemRandom()

    def material(self, who: Who) -> Material:
        """学ぶこと."""
        return self._material(who.organisation)

    def standing(self, who: Who) -> Standing:
        """受講の状況: the pass that holds, the attempt that is open, and when the next may begin."""
        now, policy = self._clock.now(), self._policy()
        attempts = self._store.of_person(who, MOST)
        running = next((item for item in attempts if item.runs(now)), None)
        wait = training.next_start(attempts, policy)
        return Standing(
            training.best(attempts, japan_date(now)), running, wait if wait and wait > now else None, policy
        )

    def start(self, who: Who) -> Attempt:
        """受講を始める, or go on with the attempt that is open. Raises Conflict, Forbidden."""
        now, policy = self._clock.now(), self._policy()
        member = self._member(who)
        permissions.check_can_ask(member, on=japan_date(now))
        attempts = self._store.of_person(who, MOST)
        running = next((item for item in attempts if item.runs(now)), None)
        if running is not None:
            return running
        training.check_can_start(attempts, policy, now)
        made = self._material(who.organisation)
        chosen = self._choose(made.items, policy.questions)
        attempt = Attempt(
            str(uuid_utils.uuid7()),
            who.organisation,
            member.person.department,
            who.person,
            AttemptState.OPEN,
            now,
            tuple(item.id for item in chosen),
            made.digest,
            policy.pass_percent,
        )
        return self._store.start(attempt, _event("training_started", attempt, now), lambda item: _void(item, now))

    def questions(self, who: Who) -> tuple[Attempt, tuple[Item, ...]]:
        """問題: those of the attempt that is open. Raises Conflict."""
        now = self._clock.now()
        attempt = next((item for item in self._store.of_person(who, MOST) if item.runs(now)), None)
        if attempt is None:
            raise Conflict("受講中の問題はありません。研修の画面から始めてください。")
        return attempt, self._items(attempt, now)

    def answer(self, who: Who, id_: str, answers: Mapping[str, frozenset[int]]) -> Answered:
        """答える: the whole attempt at once, and once. Raises Conflict."""
        now, policy = self._clock.now(), self._policy()
        attempt = next((item for item in self._store.of_person(who, MOST) if item.id == id_), None)
        if attempt is None or not attempt.runs(now):
            raise _over(attempt)
        items = self._items(attempt, now)
        given = tuple(answers.get(item.id, frozenset()) for item in items)
        result = grade(items, given, attempt.pass_percent)
        until = training.valid_until(japan_date(now), policy.valid_months) if result.passed else None
        state = AttemptState.PASSED if result.passed else AttemptState.FAILED
        after = replace(attempt, state=state, ended_at=now, right=result.right, until=until)
        if not self._store.close(attempt, after, _event("training_taken", after, now)):
            raise _over(attempt)
        return Answered(after, result, items, given)

    def results(self, who: Who) -> tuple[Row, ...]:
        """所属ごとの結果: how many staff hold a valid pass, small counts hidden. Raises Forbidden."""
        now = self._clock.now()
        member = self._member(who)
        if not any(member.has(role, who.organisation, on=japan_date(now)) for role in READERS):
            raise Forbidden("研修の結果を見られるのは、CAIO・CAIO補佐官・監査の役割の人だけです。")
        return tuple(training.row(*tally) for tally in self._store.tallies(who.organisation, japan_date(now)))

    def _choose(self, items: Sequence[Item], count: int) -> list[Item]:
        """Questions at random, no more than a third of them on the classes of single rules as long as others are left.

        There is one for each rule, which would crowd out what the lessons say.
        """
        rules = [item for item in items if item.of_rule]
        others = [item for item in items if not item.of_rule]
        of_rules = min(len(rules), max(count // 3, count - len(others)))
        chosen = self._random.sample(rules, of_rules)
        chosen += self._random.sample(others, min(len(others), count - of_rules))
        self._random.shuffle(chosen)
        return chosen

    def _items(self, attempt: Attempt, now: dt.datetime) -> tuple[Item, ...]:
        """The questions as they were when it began. Where they have changed since, the attempt is void."""
        made = self._material(attempt.organisation)
        if made.digest != attempt.digest:
            self._store.close(attempt, *_void(attempt, now))
            raise Conflict(
                "受講中に方針か検知規則が変わり、問題も変わったため、この受講は無効にしました（不合格にはなりません）。"
                "研修の画面から、もう一度始めてください。"
            )
        known = {item.id: item for item in made.items}
        return tuple(known[id_] for id_ in attempt.questions)

    def _policy(self) -> TrainingPolicy:
        return self._config.current().policy.training

    def _member(self, who: Who) -> Member:
        member = self._store.member(who.organisation, who.person)
        if member is None or not member.person.active(japan_date(self._clock.now())):
            raise Forbidden("利用期間が終わっているか、異動・退職済みです。所属の情報担当に確かめてください。")
        return member


class TrainingPassed:
    """研修の合格という利用の条件: service.ports.Condition."""

    def __init__(self, store: TrainingStore | None, *, clock: Clock) -> None:
        """Without a store nobody can show a pass, and where the policy wants one, nobody may ask."""
        self._store = store
        self._clock = clock

    async def check(self, actor: Actor, governance: Governance) -> None:
        """Raises TrainingNeeded for somebody without a valid pass, where the policy wants one."""
        if not governance.policy.training.required:
            return
        who, today = Who(actor.organisation, actor.person), japan_date(self._clock.now())
        if self._store is None or await asyncio.to_thread(self._store.passed, who, today) is None:
            raise TrainingNeeded(
                "生成AI利用研修の有効な合格がないため、何も送信していません。"
                f"研修を受けて合格してから、もう一度送ってください。受ける場所: {governance.pages}{PAGE}",
                page=PAGE,
            )


def _void(attempt: Attempt, now: dt.datetime) -> tuple[Attempt, Event]:
    after = replace(attempt, state=AttemptState.VOID, ended_at=now)
    return after, _event("training_voided", after, now)


def _over(attempt: Attempt | None) -> Conflict:
    state = f"「{attempt.state.ja}」で" if attempt is not None and attempt.state is not AttemptState.OPEN else ""
    return Conflict(
        f"この受講は{state}終わっています。同じ問題にもう一度答えることはできません。"
        "研修の画面で、結果と、次に受けられるときを確かめてください。"
    )


def _event(kind: str, attempt: Attempt, at: dt.datetime) -> Event:
    data: dict[str, Json] = {
        "attempt": attempt.id,
        "state": attempt.state.value,
        "total": len(attempt.questions),
        "pass_percent": attempt.pass_percent,
        "questions_digest": attempt.digest,
    }
    if attempt.state in (AttemptState.PASSED, AttemptState.FAILED):
        until = attempt.until.isoformat() if attempt.until else ""
        data |= {"right": attempt.right, "passed": attempt.state is AttemptState.PASSED, "until": until}
    return Event(kind, at, "", attempt.organisation, attempt.department, attempt.person, data)
