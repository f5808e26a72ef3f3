"""What policy.yaml may say of release, and what holds where it says nothing."""

import datetime as dt

import pytest
from pydantic import ValidationError

from ai_gov import datafile
from ai_gov.errors import ConfigError
from ai_gov.policy.approval import Approval, Risk
from ai_gov.policy.release import STRICTEST, Labels, ReleasePolicy, ReviewRule
from ai_gov.policy.schema import Policy
from ai_gov.review import checks, labels
from ai_gov.rules.library import shipped

POLICY = "redaction_rules/policy.yaml"
SHIPPED = datafile.parse(shipped("redaction_rules")[POLICY], Policy, POLICY)


def policy(**changes):
    data = SHIPPED.model_dump(by_alias=True)
    return Policy.model_validate({**data, **changes})


def with_use(**more):
    return policy(
        uses=[{"id": "general", "title": "一般", **more}, {"id": "other", "title": "別"}], default_use="general"
    )


def approval(*, evaluates=False, work="internal"):
    risk = Risk(users="few", work=work, learning="none", judged="always")
    day = dt.date(2026, 4, 1)
    return Approval(
        owner="市民課",
        purpose="案内",
        personal=False,
        evaluates=evaluates,
        risk=risk,
        approved_by="CAIO",
        caio_judged=True,
        approved_on=day,
        approved_until=dt.date(2027, 3, 31),
    )


def test_a_use_that_is_not_listed_gets_the_strictest():
    rule = SHIPPED.review_rule("no-such-use")
    assert rule == STRICTEST
    assert (rule.needed, rule.notice) == (2, True)


def test_a_policy_that_says_nothing_wants_two_reviewers():
    assert ReleasePolicy().default.needed == 2
    assert set(ReleasePolicy().default.checks) == {"facts", "rights", "fairness", "privacy", "label"}


def test_the_shipped_policy_wants_one_for_ordinary_uses():
    assert SHIPPED.review_rule("general").needed == 1


def test_a_use_may_say_its_own():
    made = with_use(review={"reviewers": 2, "due_days": 1})
    assert made.review_rule("general").needed == 2
    assert made.review_rule("other").needed == 1
    assert made.review_rule("").needed == 2  # the default use


def test_high_risk_and_judging_people_take_two_whatever_the_policy_says():
    assert with_use(approval=approval(work="benefit").model_dump()).review_rule("general").needed == 2
    judged = with_use(approval=approval(evaluates=True).model_dump()).review_rule("general")
    assert (judged.needed, judged.notice, "notice" in judged.checks) == (2, True, True)
    assert with_use(approval=approval().model_dump()).review_rule("general").needed == 1


def test_a_use_with_notice_takes_two_even_where_one_is_written():
    rule = ReviewRule(reviewers=1, notice=True, checklist=("facts",))
    assert (rule.needed, rule.checks) == (2, ("facts", "notice"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("keep_days: 31", "30 以下"),
        ("keep_days: 30\n  default: {checklist: []}", "1つ以上"),
        ("keep_days: 30\n  default: {reviewers: 3}", "1, 2|1 or 2|いずれか"),
        ('keep_days: 30\n  labels: {L2: "$sectionが確認"}', r"使えるのは \$department"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(changed, words):
    head = shipped("redaction_rules")[POLICY].split("\nrelease:\n")[0]
    with pytest.raises(ConfigError, match=words):
        datafile.parse(f"{head}\nrelease:\n  {changed}\n", Policy, POLICY)


def test_the_words_of_the_policy_are_those_of_the_review():
    fields = set(Labels.model_fields) - {"notice"}
    assert fields == {degree.value for degree in labels.WORDING}
    assert set(STRICTEST.checks) == set(checks.CHECKS)
    assert set(STRICTEST.triggers) <= set(labels.TRIGGERS)
    for trigger in labels.TRIGGERS:
        ReviewRule(triggers=(trigger,))
    with pytest.raises(ValidationError):
        ReviewRule(triggers=("never",))
