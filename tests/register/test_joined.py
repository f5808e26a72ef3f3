"""The register and policy.yaml as one: the register has the last word on approval, the policy on where things may go."""

import datetime as dt

import pytest

from ai_gov.policy.decide import decide
from ai_gov.register.joined import joined
from ai_gov.register.states import UseState
from tests.register.samples import AT, UNTIL, application
from tests.service.world import governance

TODAY = dt.date(2026, 11, 25)
NEEDED = ("uses_need_approval: false", "uses_need_approval: true")
BOUND = (
    "  - id: minutes\n    title: 議事録・会議録の要約\n",
    "  - id: minutes\n    title: 議事録・会議録の要約\n    destinations: [demo]\n",
)


def stopped(policy, use, destination="default", on=TODAY):
    made = decide(
        [],
        text="",
        destination=policy.destination(destination, {"default", "demo"}),
        policy=policy,
        rules=governance().rules,
        today=on,
        use=use,
        apply_at="https://gw.example/uses/new",
    )
    return [reason.code for reason in made.reasons]


def test_without_a_register_the_policy_stays_the_very_same():
    policy = governance().policy
    assert joined(policy, ()) is policy
    assert joined(policy, [application(UseState.REQUESTED), application(UseState.REJECTED)]) is policy


def test_an_approved_use_is_one_of_the_policy_until_its_last_day():
    policy = joined(governance().policy, [application(UseState.APPROVED)])
    assert policy.use("use-minutes2").title == "審議会の議事録の要約"
    assert stopped(policy, "use-minutes2") == []
    assert stopped(policy, "use-minutes2", on=UNTIL) == []
    assert stopped(policy, "use-minutes2", on=UNTIL + dt.timedelta(days=1)) == ["use_expired"]
    assert stopped(policy, "use-minutes2", "demo") == ["use_destination"]


@pytest.mark.parametrize("state", [UseState.ENDED, UseState.REPLACED, UseState.WITHDRAWN, UseState.RETURNED])
def test_a_use_that_is_not_approved_now_is_none(state):
    policy = joined(governance().policy, [application(state)])
    assert stopped(policy, "use-minutes2") == ["use_unknown"]


def test_where_the_policy_says_so_a_listed_use_is_stopped_until_the_register_approves_it():
    policy = governance(NEEDED).policy
    assert stopped(policy, "minutes") == ["use_unapproved"]
    approved = joined(policy, [application(UseState.APPROVED, use="minutes")])
    assert stopped(approved, "minutes") == []
    assert stopped(approved, "minutes", on=UNTIL + dt.timedelta(days=1)) == ["use_expired"]
    assert stopped(approved, "general") == ["use_unapproved"]


def test_the_end_in_the_register_ends_what_policy_yaml_approved():
    policy = governance(NEEDED).policy
    item = application(UseState.APPROVED, use="minutes")
    with_own = policy.model_copy(
        update={
            "uses": tuple(
                use.model_copy(update={"approval": item.approval()}) if use.id == "minutes" else use
                for use in policy.uses
            )
        }
    )
    assert stopped(with_own, "minutes") == []
    assert stopped(joined(with_own, [application(UseState.ENDED, use="minutes")]), "minutes") == ["use_unapproved"]


def test_what_is_approved_anew_is_in_force_however_often_it_was_ended():
    later = AT + dt.timedelta(days=1)
    held = [
        application(UseState.APPROVED, id="019d4657-0000-7000-8000-000000000002"),
        application(UseState.ENDED, updated_at=later),
    ]
    assert stopped(joined(governance().policy, held), "use-minutes2") == []


def test_the_register_narrows_destinations_and_never_widens_them():
    policy = joined(
        governance(BOUND).policy, [application(UseState.APPROVED, use="minutes", destinations=("demo", "default"))]
    )
    assert policy.use("minutes").destinations == ("demo",)
    apart = joined(governance(BOUND).policy, [application(UseState.APPROVED, use="minutes")])
    assert apart.use("minutes").destinations == ("demo",)
    assert apart.use("minutes").approval is None


def test_a_use_whose_destinations_are_gone_from_the_policy_is_none():
    policy = joined(governance().policy, [application(UseState.APPROVED, destinations=("gone",))])
    assert stopped(policy, "use-minutes2") == ["use_unknown"]


def test_the_message_says_where_to_apply():
    made = decide(
        [],
        text="",
        destination=governance().policy.destination("default", {"default"}),
        policy=governance(NEEDED).policy,
        rules=governance().rules,
        today=TODAY,
        apply_at="https://gw.example/uses/new",
    )
    assert "（申請の画面: https://gw.example/uses/new）" in made.reasons[0].message


def test_a_use_of_high_risk_is_reviewed_by_two():
    from tests.register.samples import ANSWERED

    policy = joined(governance().policy, [application(UseState.APPROVED, risk={"work": "benefit"}, **ANSWERED)])
    assert policy.review_rule("use-minutes2").reviewers == 2
    assert joined(governance().policy, [application(UseState.APPROVED)]).review_rule("use-minutes2").reviewers == 1
