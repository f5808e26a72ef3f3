"""利用台帳: a use of AI without an approval in force is stopped where the policy says so."""

import copy
import datetime as dt

import pytest
import yaml

from ai_gov.datafile import parse
from ai_gov.errors import ConfigError
from ai_gov.model import Action
from ai_gov.policy.decide import decide
from ai_gov.policy.schema import Policy
from tests.policy.test_decide import RULES, SHIPPED, TODAY

APPROVAL = {
    "owner": "総務課",
    "purpose": "会議の録音を起こした文章を要約する",
    "personal": False,
    "risk": {"users": "staff", "work": "internal", "learning": "none", "judged": "always"},
    "approved_by": "CAIO（副市長）",
    "approved_on": dt.date(2026, 4, 1),
    "approved_until": dt.date(2027, 3, 31),
    "review_on": dt.date(2027, 2, 1),
}


def policy(approval, *, needed=True):
    data = yaml.safe_load(yaml.safe_dump(SHIPPED.model_dump(mode="json", by_alias=True)))
    data["uses_need_approval"] = needed
    data["uses"][1]["approval"] = approval
    return parse(yaml.safe_dump(data, allow_unicode=True), Policy, "policy.yaml")


def decided(made, use, today=TODAY):
    return decide(
        (),
        policy=made,
        rules=RULES,
        destination=made.destination("demo", {"demo"}),
        today=today,
        use=use,
        text="x",
    )


def test_an_approved_use_goes_until_the_last_day_and_not_a_day_longer():
    made = policy(APPROVAL)
    assert decided(made, "minutes").action is Action.ALLOW
    assert decided(made, "minutes", dt.date(2027, 3, 31)).action is Action.ALLOW
    late = decided(made, "minutes", dt.date(2027, 4, 1))
    assert late.action is Action.BLOCK
    assert late.reasons[0].code == "use_expired"
    assert "総務課が承認の更新" in late.reasons[0].message


def test_a_use_that_stands_in_no_register_is_stopped_with_what_to_do_next():
    stopped = decided(policy(APPROVAL), "general")
    assert stopped.action is Action.BLOCK
    assert stopped.reasons[0].code == "use_unapproved"
    assert "利用の申請" in stopped.reasons[0].message


def test_without_that_line_of_the_policy_nothing_changes():
    made = policy(None, needed=False)
    assert decided(made, "minutes").action is Action.ALLOW
    assert decided(made, "general").action is Action.ALLOW


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("approved_until",), "2026-01-01", "より前です"),
        (("review_on",), "2030-01-01", "見直す日"),
        (("risk", "users"), "public", "使う人の範囲"),
        (("risk", "work"), "benefit", "業務の性格"),
        (("risk", "learning"), "unknown", "情報の学習等"),
        (("risk", "judged"), "never", "職員の判断"),
        (("evaluates",), True, "評価の参考"),
        (("owner",), "", "空"),
        (("extra",), 1, "知らない項目"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(place, value, told):
    entry = copy.deepcopy(APPROVAL)
    at = entry
    for part in place[:-1]:
        at = at[part]
    at[place[-1]] = value
    with pytest.raises(ConfigError, match=told):
        policy(entry)


def test_a_high_risk_is_taken_where_the_caio_has_judged_it():
    entry = copy.deepcopy(APPROVAL) | {"caio_judged": True}
    entry["risk"]["work"] = "benefit"
    assert policy(entry).uses[1].approval.risk.reasons == ("業務の性格",)
