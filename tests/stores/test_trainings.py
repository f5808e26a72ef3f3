"""Attempts at the quiz in a database of either kind: one open at a time, answered once, a pass that ends."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ai_gov.errors import Conflict, Forbidden, StoreFailed, TrainingNeeded
from ai_gov.model import Actor
from ai_gov.people.model import Person, Role
from ai_gov.people.plan import added
from ai_gov.register.training import AttemptState, Count
from ai_gov.service.training import TrainingPassed
from ai_gov.stores.registertables import training_attempts
from tests.service import registering
from tests.service.registering import APPLICANT, CAIO, COLLEAGUE, SECTION, TOWN, Clock
from tests.service.training_world import FEW, REQUIRED, Given, desk, entries, items, right, wrong
from tests.service.world import governance
from tests.stores.test_reviews import at_once


@pytest.fixture
def town(store):
    registering.settle(store)
    return store


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def training(town, clock):
    return desk(town, clock)


def taken(training, who=APPLICANT, how=right):
    training.start(who)
    attempt, chosen = training.questions(who)
    return training.answer(who, attempt.id, how(chosen))


def test_a_pass_is_kept_with_score_term_and_questions_and_is_an_entry(training, town):
    made = taken(training)
    attempt = town.trainings.of_person(APPLICANT, 5)[0]
    assert attempt == made.attempt
    assert (attempt.state, attempt.right, attempt.until) == (AttemptState.PASSED, 4, dt.date(2027, 11, 24))
    assert town.trainings.passed(APPLICANT, dt.date(2027, 11, 24)) == dt.date(2027, 11, 24)
    assert town.trainings.passed(APPLICANT, dt.date(2027, 11, 25)) is None
    assert town.trainings.passed(COLLEAGUE, dt.date(2026, 11, 25)) is None
    started, ended = entries(town)
    assert (started.kind, ended.kind, ended.actor) == ("training_started", "training_taken", "1001")
    assert (ended.data["right"], ended.data["total"], ended.data["passed"]) == (4, 4, True)
    assert ended.data["questions_digest"] == attempt.digest
    assert "answers" not in ended.data


def test_each_attempt_has_questions_of_its_own(town, clock):
    training = desk(town, clock, Given(items(50)))
    seen = set()
    for _ in range(6):
        made = taken(training)
        seen.add(made.attempt.questions)
    assert len(seen) > 1


def test_no_more_than_a_third_is_about_single_rules_as_long_as_there_are_others(training):
    mixed = [*items(12), *(replace(item, id=f"rule-{item.id}") for item in items(50))]
    for count in (3, 4, 10, 15):
        chosen = training._choose(mixed, count)
        assert len(chosen) == len({item.id for item in chosen}) == count
        assert sum(item.of_rule for item in chosen) == max(count // 3, count - 12)
    assert len(training._choose(mixed[:2], 10)) == 2


def test_one_attempt_is_open_however_often_it_is_begun(training, town):
    results = at_once(*(lambda: training.start(APPLICANT) for _ in range(4)))
    assert len({attempt.id for attempt in results}) == 1
    assert [event.kind for event in entries(town)] == ["training_started"]


def test_the_database_itself_holds_at_most_one_open(training, town):
    made = taken(training)
    training.start(APPLICANT)
    query = sa.update(training_attempts).where(training_attempts.c.id == made.attempt.id).values(state="open")
    with pytest.raises((IntegrityError, StoreFailed)), town.database.write() as connection:
        connection.execute(query)


def test_answers_count_once_whoever_sends_them_again(training, town):
    training.start(APPLICANT)
    attempt, chosen = training.questions(APPLICANT)
    results = at_once(
        lambda: training.answer(APPLICANT, attempt.id, wrong(chosen)),
        lambda: training.answer(APPLICANT, attempt.id, right(chosen)),
    )
    assert sum(isinstance(item, Conflict) for item in results) == 1
    with pytest.raises(Conflict, match="もう一度答えることはできません"):
        training.answer(APPLICANT, attempt.id, right(chosen))
    with pytest.raises(Conflict):
        training.answer(COLLEAGUE, attempt.id, right(chosen))
    assert [event.kind for event in entries(town)] == ["training_started", "training_taken"]


def test_who_failed_waits_as_long_as_the_policy_says(training, clock):
    assert taken(training, how=wrong).attempt.state is AttemptState.FAILED
    with pytest.raises(Conflict, match=r"30分たってから受けられます。2026-11-25 10:30 以降"):
        training.start(APPLICANT)
    assert training.standing(APPLICANT).next_start == clock.now() + dt.timedelta(minutes=30)
    clock.later(minutes=30)
    assert taken(training).attempt.state is AttemptState.PASSED
    assert training.standing(APPLICANT).next_start is None


def test_an_open_attempt_is_void_after_a_day_and_another_can_be_begun(training, town, clock):
    first = training.start(APPLICANT)
    clock.later(hours=24)
    with pytest.raises(Conflict, match="受講中の問題はありません"):
        training.questions(APPLICANT)
    with pytest.raises(Conflict):
        training.answer(APPLICANT, first.id, {})
    assert training.start(APPLICANT).id != first.id
    assert [event.kind for event in entries(town)] == ["training_started", "training_voided", "training_started"]


def test_where_the_questions_change_meanwhile_the_attempt_is_void_and_no_failure(town, clock):
    given = Given(items())
    training = desk(town, clock, given)
    attempt = training.start(APPLICANT)
    given.items = items(right=3)
    with pytest.raises(Conflict, match="この受講は無効にしました"):
        training.answer(APPLICANT, attempt.id, {})
    assert town.trainings.of_person(APPLICANT, 1)[0].state is AttemptState.VOID
    assert training.start(APPLICANT).id != attempt.id


def test_a_set_smaller_than_the_policy_wants_is_asked_as_a_whole(town, clock):
    training = desk(town, clock, Given(items(2)), FEW)
    assert len(training.start(APPLICANT).questions) == 2


async def test_without_a_pass_the_condition_names_the_page_and_with_one_it_is_silent(training, town, clock):
    condition = TrainingPassed(town.trainings, clock=clock)
    actor = Actor(APPLICANT.person, TOWN, SECTION)
    await condition.check(actor, governance())
    with pytest.raises(TrainingNeeded, match=r"受ける場所: /training$") as told:
        await condition.check(actor, governance(REQUIRED))
    assert (told.value.code, told.value.status, told.value.page) == ("training_required", 403, "/training")
    taken(training)
    await condition.check(actor, governance(REQUIRED))
    with pytest.raises(TrainingNeeded):
        await condition.check(Actor(COLLEAGUE.person, TOWN, SECTION), governance(REQUIRED))
    clock.later(days=366)
    with pytest.raises(TrainingNeeded):
        await condition.check(actor, governance(REQUIRED))
    with pytest.raises(TrainingNeeded):
        await TrainingPassed(None, clock=clock).check(actor, governance(REQUIRED))


def test_results_are_counts_by_department_and_small_ones_are_ranges(training, town):
    for number in range(12):
        person = Person(TOWN, f"50{number:02}", SECTION, f"架空 {number}")
        town.register.change(added(person, frozenset({Role.STAFF})), actor="test")
    taken(training)
    rows = {row.department: row for row in training.results(CAIO)}
    big, small = rows[SECTION], rows["120"]
    assert big.staff == 18  # the twelve, the applicant, two reviewers, the CAIO, the assistant, the auditor
    assert (big.passed, big.missing) == (Count(1, 4), Count(14, 17))
    assert (small.staff, small.passed, small.missing) == (1, Count(0, 1), Count(0, 1))
    assert (big.passed + small.passed).ja == "1〜5人"
    assert "架空" not in str(rows)


@pytest.mark.parametrize("who", [APPLICANT, COLLEAGUE])
def test_results_are_for_the_caio_and_who_reads_the_log(training, who):
    with pytest.raises(Forbidden, match="研修の結果を見られるのは"):
        training.results(who)
