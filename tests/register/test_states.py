"""The table of an application's states: what is not in it can't be done, by nobody."""

import itertools

import pytest

from ai_gov.errors import Conflict, Forbidden
from ai_gov.people.model import Role
from ai_gov.register import checks, states
from ai_gov.register.checks import Standing
from ai_gov.register.states import Act, Party, UseState
from ai_gov.review.record import Who
from tests.register.samples import ANSWERED, CAIO, application

APPLICANT = Standing(Who("132012", "1001"), frozenset({Role.STAFF}))
JUDGE = Standing(CAIO, frozenset({Role.CAIO}))
ASSISTANT = Standing(Who("132012", "9002"), frozenset({Role.CAIO_ASSISTANT}))
AUDITOR = Standing(Who("132012", "9003"), frozenset({Role.AUDITOR}))
COLLEAGUE = Standing(Who("132012", "1002"), frozenset({Role.STAFF, Role.REVIEWER, Role.IT}))
OWN_CAIO = Standing(Who("132012", "1001"), frozenset({Role.STAFF, Role.CAIO}))


@pytest.mark.parametrize(("state", "act"), list(itertools.product(UseState, Act)))
def test_only_what_the_table_says_can_be_done_and_by_whom_it_says(state, act):
    row = states.transition(state, act)
    item = application(state)
    for standing, party in ((APPLICANT, Party.APPLICANT), (JUDGE, Party.JUDGE), (ASSISTANT, Party.JUDGE)):
        assert checks.can_act(item, act, standing) == (row is not None and party in row.by)
    assert not checks.can_act(item, act, COLLEAGUE)
    assert not checks.can_act(item, act, AUDITOR)


def test_every_state_is_reached_and_what_has_an_end_ends():
    reached = {states.START} | {row.to for row in states.TRANSITIONS}
    assert reached == set(UseState)
    assert {"rejected", "withdrawn", "replaced", "ended"} == states.ENDS
    for state in UseState:
        assert state.ja
        assert state.hint.endswith("。")


@pytest.mark.parametrize("act", [Act.APPROVE, Act.RETURN, Act.REJECT])
def test_nobody_decides_on_the_own_application_whatever_the_roles(act):
    with pytest.raises(Forbidden, match="自分の申請を自分で"):
        checks.check_can_act(application(), act, OWN_CAIO)


def test_what_a_caio_has_to_judge_an_assistant_does_not_approve_but_may_return():
    high = application(risk={"work": "benefit"}, **ANSWERED)
    assert not checks.can_act(high, Act.APPROVE, ASSISTANT)
    assert checks.can_act(high, Act.RETURN, ASSISTANT)
    assert checks.can_act(high, Act.APPROVE, JUDGE)
    with pytest.raises(Forbidden, match="承認できるのはCAIOだけ"):
        checks.check_can_act(high, Act.APPROVE, ASSISTANT)


def test_what_is_over_says_so_and_what_to_do():
    with pytest.raises(Conflict, match=r"「取下げ」なので、承認はできません。.*新しく申請してください"):
        checks.check_can_act(application(UseState.WITHDRAWN), Act.APPROVE, JUDGE)


@pytest.mark.parametrize(
    ("standing", "sees"), [(APPLICANT, True), (JUDGE, True), (ASSISTANT, True), (AUDITOR, True), (COLLEAGUE, False)]
)
def test_who_sees_an_application(standing, sees):
    assert checks.can_see(application(), standing) is sees
