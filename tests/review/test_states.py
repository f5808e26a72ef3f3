"""The table of states is whole, and says what people are told."""

import pytest

from ai_gov.errors import Conflict, Forbidden
from ai_gov.review import checks, states
from ai_gov.review.checks import Standing
from ai_gov.review.record import Who
from ai_gov.review.states import Act, Party, ReviewState
from tests.review.samples import AUTHOR, DEPUTY, REVIEWER, review

EVERY = [(state, act) for state in ReviewState for act in Act]


def test_every_state_can_be_reached_from_the_first():
    reached = {states.START}
    while True:
        more = {to for row in states.TRANSITIONS if row.state in reached for to in row.to} - reached
        if not more:
            break
        reached |= more
    assert reached == set(ReviewState)


def test_every_state_but_an_end_leads_to_an_end():
    safe = set(states.ENDS)
    for _ in ReviewState:
        safe |= {row.state for row in states.TRANSITIONS if set(row.to) & safe}
    assert safe == set(ReviewState)
    assert {ReviewState.REJECTED, ReviewState.WITHDRAWN, ReviewState.EXPIRED} == states.ENDS


def test_no_row_stands_there_twice():
    assert len(states.TABLE) == len(states.TRANSITIONS)


def test_every_state_and_act_has_its_words():
    assert all(state.ja and state.hint for state in ReviewState)
    assert all(act.ja for act in Act)


def test_only_a_reviewer_approves_returns_or_rejects_and_only_an_approved_text_is_released():
    for row in states.TRANSITIONS:
        if row.act in (Act.APPROVE, Act.RETURN, Act.REJECT):
            assert row.by == {Party.REVIEWER}
        if row.act is Act.RELEASE:
            assert row.state is ReviewState.APPROVED
        if ReviewState.APPROVED in row.to and row.act is not Act.COMMENT:
            assert row.act is Act.APPROVE


def test_a_text_that_rests_can_expire_and_no_other():
    assert {ReviewState.DRAFT, ReviewState.REQUESTED, ReviewState.RETURNED, ReviewState.APPROVED} == states.HOLDS_TEXT


@pytest.mark.parametrize(("state", "act"), EVERY)
@pytest.mark.parametrize("who", [AUTHOR, REVIEWER, Who("town", "outsider")], ids=["author", "reviewer", "outsider"])
def test_what_may_be_done_is_what_the_table_says_and_the_rest_is_refused_in_japanese(state, act, who):
    asked = review(state)
    standing = Standing(who, reviewer=who == REVIEWER)
    row = states.transition(state, act)
    part = {AUTHOR: Party.AUTHOR, REVIEWER: Party.REVIEWER}.get(who)
    seen = part is Party.AUTHOR or (part is Party.REVIEWER and asked.requested_at is not None)
    if row is not None and part in row.by and seen:
        checks.check_can_act(asked, act, standing)
        return
    with pytest.raises((Conflict, Forbidden)) as refused:
        checks.check_can_act(asked, act, standing)
    assert refused.value.message.endswith("。")
    assert not checks.can_act(asked, act, standing)


def test_an_author_who_is_a_reviewer_too_never_approves_the_own_text():
    asked = review(ReviewState.REQUESTED)
    standing = Standing(AUTHOR, reviewer=True)
    with pytest.raises(Forbidden, match="自分が作成したもの"):
        checks.check_can_approve(asked, standing, revision=1, checks=asked.checklist)
    assert Act.APPROVE not in checks.allowed(asked, standing)


def test_a_reviewer_sees_nothing_before_it_is_requested():
    assert not checks.can_see(review(ReviewState.DRAFT), Standing(REVIEWER, reviewer=True))
    assert checks.can_see(review(ReviewState.REQUESTED), Standing(DEPUTY, reviewer=True))


def test_the_diagram_has_every_row():
    drawn = states.mermaid()
    assert drawn.startswith("stateDiagram-v2\n")
    arrows = [line for line in drawn.splitlines() if " --> " in line and "[*]" not in line]
    assert len(arrows) == sum(len(row.to) for row in states.TRANSITIONS)
