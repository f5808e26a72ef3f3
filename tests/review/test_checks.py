"""What a reviewer and an author are told when they can't."""

import pytest

from ai_gov.errors import BadRequest, Conflict
from ai_gov.review import checks
from ai_gov.review.checks import Standing
from ai_gov.review.record import Approval
from ai_gov.review.states import Act, ReviewState
from tests.review.samples import AUTHOR, CHECKS, DEPUTY, NOW, REVIEWER, review

STANDING = Standing(REVIEWER, reviewer=True)


def approve(asked, standing=STANDING, *, revision=1, ticked=CHECKS):
    checks.check_can_approve(asked, standing, revision=revision, checks=ticked)


def test_every_point_must_be_ticked_and_the_missing_one_is_named():
    with pytest.raises(BadRequest, match="個人情報や、公開できない情報"):
        approve(review(ReviewState.REQUESTED), ticked=("facts",))
    approve(review(ReviewState.REQUESTED))


def test_nobody_approves_twice():
    once = review(ReviewState.REQUESTED, reviewers=2, approved_by=(REVIEWER,))
    with pytest.raises(Conflict, match="すでに承認"):
        approve(once)
    approve(once, Standing(DEPUTY, reviewer=True))
    assert Act.APPROVE not in checks.allowed(once, STANDING)
    assert Act.RETURN in checks.allowed(once, STANDING)


def test_a_text_that_was_changed_meanwhile_is_not_approved():
    with pytest.raises(Conflict, match="第1版→第2版"):
        approve(review(ReviewState.REQUESTED, revision=2))


def test_release_wants_as_many_persons_as_the_policy_and_of_this_very_text():
    release = checks.check_can_release
    release(review(ReviewState.APPROVED), Standing(AUTHOR))
    with pytest.raises(Conflict, match="人数"):
        release(review(ReviewState.APPROVED, reviewers=2, approved_by=(REVIEWER,)), Standing(AUTHOR))
    with pytest.raises(Conflict, match="人数"):
        release(review(ReviewState.APPROVED, digest="another"), Standing(AUTHOR))
    twice = tuple(Approval(REVIEWER, NOW, 1, "d") for _ in range(2))
    with pytest.raises(Conflict, match="人数"):
        release(review(ReviewState.APPROVED, reviewers=2, approvals=twice), Standing(AUTHOR))
    own = (Approval(AUTHOR, NOW, 1, "d"),)
    with pytest.raises(Conflict, match="人数"):
        release(review(ReviewState.APPROVED, approvals=own), Standing(AUTHOR))


def test_the_last_approval_leads_on_and_one_before_stays():
    assert checks.after(review(ReviewState.REQUESTED, reviewers=2, approved_by=(REVIEWER,)), Act.APPROVE) == "requested"
    both = review(ReviewState.REQUESTED, reviewers=2, approved_by=(REVIEWER, DEPUTY))
    assert checks.after(both, Act.APPROVE) == "approved"
    assert checks.after(review(ReviewState.APPROVED), Act.COMMENT) == "approved"
    assert checks.after(review(ReviewState.APPROVED), Act.RETURN) == "returned"
