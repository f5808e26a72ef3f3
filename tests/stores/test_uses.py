"""The register of uses in a database of either kind: who may do what, one decision of two, one approval in force."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from ai_gov.errors import BadRequest, Conflict, Forbidden, StoreFailed, UnknownRoute
from ai_gov.people.model import Role
from ai_gov.register.states import Act, UseState
from ai_gov.service.governance import LiveConfig
from ai_gov.stores.registertables import use_applications
from tests.register.samples import ANSWERED, UNTIL, asked
from tests.service import registering
from tests.service.registering import (
    APPLICANT,
    ASSISTANT,
    AUDITOR,
    CAIO,
    COLLEAGUE,
    OTHER_CAIO,
    PARTNER,
    TOWN,
    Clock,
    desk,
    kinds,
)
from tests.service.test_governance import SHIPPED, Source
from tests.stores.test_reviews import at_once


@pytest.fixture
def town(store):
    registering.settle(store)
    return store


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def uses(town, clock):
    return desk(town, clock)


def approved(uses, **changes):
    made = uses.apply(APPLICANT, asked(**changes))
    return uses.approve(CAIO, made.id, version=1, until=UNTIL, review_on=dt.date(2027, 2, 1), conditions="公表前に確認")


def test_an_application_comes_back_as_it_was_written(uses, town):
    made = approved(uses, risk={"work": "rights"}, **ANSWERED)
    assert town.uses.application(made.id) == made
    assert (made.state, made.version, made.judged.role) == (UseState.APPROVED, 2, "CAIO")
    entry = made.approval()
    assert (entry.approved_by, entry.caio_judged, entry.conditions) == ("CAIO", True, "公表前に確認")
    assert uses.mine(APPLICANT) == [made]
    assert uses.all(CAIO) == [made]
    assert uses.all(AUDITOR) == [made]
    assert kinds(town) == ["applied", "approved"]


def test_each_step_is_an_entry_that_says_what_was_decided_and_names_nobody_by_name(uses, town):
    made = uses.apply(APPLICANT, asked())
    uses.return_(ASSISTANT, made.id, version=1, comment="目的をもう少し詳しく")
    again = uses.reapply(APPLICANT, made.id, version=2, wanted=asked(purpose="公開分だけを要約する"))
    assert (again.state, again.wanted.purpose) == (UseState.REQUESTED, "公開分だけを要約する")
    uses.approve(ASSISTANT, made.id, version=3, until=UNTIL)
    uses.end(CAIO, made.id, version=4, comment="事業の終了")
    assert kinds(town) == ["applied", "returned", "applied", "approved", "ended"]
    events = [entry.event for entry in town.audit.entries(limit=5)][::-1]
    assert [event.actor for event in events] == ["1001", "9002", "1001", "9002", "9001"]
    assert events[3].data["until"] == "2027-03-31"
    assert events[1].data["comment"] == "目的をもう少し詳しく"
    assert "架空" not in str([event.data for event in events])


@pytest.mark.parametrize("who", [APPLICANT, COLLEAGUE, AUDITOR, OTHER_CAIO])
def test_nobody_else_decides_and_nobody_the_own(uses, who):
    made = uses.apply(APPLICANT, asked())
    acts = (
        lambda: uses.approve(who, made.id, version=1, until=UNTIL),
        lambda: uses.return_(who, made.id, version=1, comment="x"),
        lambda: uses.reject(who, made.id, version=1, comment="x"),
    )
    for act in acts:
        with pytest.raises(Forbidden if who in (APPLICANT, AUDITOR) else UnknownRoute):
            act()
    assert uses.open(CAIO, made.id).application == made


def test_a_caio_who_applied_waits_for_another(uses, town):
    registering.give(town, APPLICANT, Role.CAIO)
    made = uses.apply(APPLICANT, asked())
    opened = uses.open(APPLICANT, made.id)
    assert opened.allowed == (Act.WITHDRAW,)
    with pytest.raises(Forbidden, match="自分の申請を自分で"):
        uses.approve(APPLICANT, made.id, version=1, until=UNTIL)
    assert uses.approve(CAIO, made.id, version=1, until=UNTIL).state is UseState.APPROVED


def test_of_two_who_decide_at_once_one_counts(uses, town):
    made = uses.apply(APPLICANT, asked())
    results = at_once(
        lambda: uses.approve(CAIO, made.id, version=1, until=UNTIL),
        lambda: uses.reject(ASSISTANT, made.id, version=1, comment="目的が合わない"),
    )
    assert sum(isinstance(item, Conflict) for item in results) == 1
    now = town.uses.application(made.id)
    assert kinds(town) == ["applied", now.state.value]


def test_of_two_approvals_of_one_use_at_once_one_is_in_force(uses, town):
    first, second = uses.apply(APPLICANT, asked()), uses.apply(COLLEAGUE, asked())
    at_once(
        lambda: uses.approve(CAIO, first.id, version=1, until=UNTIL),
        lambda: uses.approve(ASSISTANT, second.id, version=1, until=UNTIL),
    )
    states = sorted(town.uses.application(item.id).state for item in (first, second))
    assert states == ["approved", "replaced"]
    assert sorted(kinds(town)) == ["applied", "applied", "approved", "approved", "replaced"]


def test_the_database_itself_holds_at_most_one_in_force(uses, town):
    made = approved(uses)
    other = uses.apply(COLLEAGUE, asked())
    query = sa.update(use_applications).where(use_applications.c.id == other.id).values(state="approved")
    with pytest.raises((IntegrityError, StoreFailed)), town.database.write() as connection:
        connection.execute(query)
    assert town.uses.application(made.id).state is UseState.APPROVED


def test_a_change_of_what_is_gone_on_writes_nothing(uses, town):
    made = uses.apply(APPLICANT, asked())
    uses.withdraw(APPLICANT, made.id, version=1)
    from ai_gov.service.uses import _event

    stale = replace(made, state=UseState.APPROVED, version=2)
    assert not town.uses.change(made, stale, _event("use_x", stale, CAIO, made.updated_at), lambda item: (item, None))
    assert kinds(town) == ["applied", "withdrawn"]
    with pytest.raises(Conflict, match="変わっています"):
        uses.approve(CAIO, uses.apply(APPLICANT, asked()).id, version=7, until=UNTIL)


def test_a_person_named_in_it_is_refused_and_nothing_is_kept(uses, town):
    for given in ({"purpose": "霧沢 さくらさんの相談"}, {"risk": {"work": "rights"}, **ANSWERED, "stop": "霧沢さん"}):
        with pytest.raises(BadRequest, match="個人を表すもの"):
            uses.apply(APPLICANT, asked(**given))
    made = uses.apply(APPLICANT, asked())
    with pytest.raises(BadRequest, match="コメントに"):
        uses.return_(CAIO, made.id, version=1, comment="霧沢さんに聞く")
    assert kinds(town) == ["applied"]


@pytest.mark.parametrize(
    ("until", "review_on", "told"),
    [
        (dt.date(2026, 11, 24), None, "承認の期限は、今日から"),
        (dt.date(2036, 11, 24), None, "5年以内"),
        (UNTIL, dt.date(2027, 4, 1), "見直す日は"),
    ],
)
def test_a_term_that_makes_no_sense_is_refused(uses, until, review_on, told):
    made = uses.apply(APPLICANT, asked())
    with pytest.raises(BadRequest, match=told):
        uses.approve(CAIO, made.id, version=1, until=until, review_on=review_on)


def test_a_service_that_learns_is_not_said_not_to(town, clock):
    made = desk(
        town,
        clock,
        (
            "    upstream: default\n    service: terms_only\n    trains_on_input: false",
            "    upstream: default\n    service: terms_only\n    trains_on_input: true",
        ),
    )
    with pytest.raises(BadRequest, match="選び直してください"):
        made.apply(APPLICANT, asked())
    with pytest.raises(BadRequest, match="方針にありません"):
        made.apply(APPLICANT, asked(destinations=("nowhere",)))


def test_what_is_decided_in_one_process_is_in_force_in_every_process_and_only_in_that_town(
    opener, data, uses, town, clock
):
    made = approved(uses)
    elsewhere = opener(data)
    live = LiveConfig(Source(SHIPPED), clock, register=elsewhere.uses.held, pages="https://gw.example/")
    first = live.current(TOWN)
    assert first.policy.use("use-minutes2").approval.approved_until == UNTIL
    assert first.pages == "https://gw.example"
    assert live.current(TOWN) is first
    assert live.current(PARTNER).policy.use("use-minutes2") is None
    assert live.current().policy.use("use-minutes2") is None
    uses.end(CAIO, made.id, version=2)
    elsewhere.uses._known.clear()  # a second later
    assert live.current(TOWN).policy.use("use-minutes2") is None


def test_what_this_process_decided_is_in_force_at_once(uses, town, clock):
    live = LiveConfig(Source(SHIPPED), clock, register=town.uses.held)
    assert live.current(TOWN).policy.use("use-minutes2") is None
    made = approved(uses)
    assert live.current(TOWN).policy.use("use-minutes2") is not None
    uses.end(APPLICANT, made.id, version=2)
    assert live.current(TOWN).policy.use("use-minutes2") is None
