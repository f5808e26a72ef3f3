"""判定."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.datafile import parse
from ai_gov.model import Action, Finding, Level
from ai_gov.policy.combine import present
from ai_gov.policy.decide import decide
from ai_gov.policy.records import count_records
from ai_gov.policy.schema import Combination, Destination, Policy
from ai_gov.rules.schema import Rule

TODAY = dt.date(2026, 11, 25)
SHIPPED = parse(
    (Path(__file__).parents[2] / "redaction_rules" / "policy.yaml").read_text(encoding="utf-8"), Policy, "policy.yaml"
)


def rule(entity: str, level: str = "3C", *, removable: bool = True) -> Rule:
    return Rule.model_validate(
        {
            "schema": 1,
            "id": entity.lower().replace("_", "-"),
            "title": f"題・{entity}",
            "entity": entity,
            "label": "秘匿",
            "level": level,
            "removable": removable,
            "basis": (f"根拠・{entity}",),
            "owner": "情報政策担当課",
            "updated": TODAY,
            "advice": f"次・{entity}。",
            "detect": ({"kind": "words", "words": ("x",)},),
            "examples": {"match": ({"text": "x", "found": ("x",)},), "no_match": ("y",)},
        }
    )


RULES = {
    item.id: item
    for item in (
        rule("PERSON"),
        rule("PHONE_NUMBER"),
        rule("HEALTH_INFO", "1"),
        rule("JP_MY_NUMBER", "3B", removable=False),
        rule("PROCUREMENT_INFO", removable=False),
        rule("CONFIDENTIAL_MARKING", "3A", removable=False),
        rule("LOCAL_ID"),
        rule("DATE_OF_BIRTH"),
    )
}


def found(entity: str, start: int = 0, end: int | None = None, **changes: object) -> Finding:
    of = RULES[entity.lower().replace("_", "-")]
    values = {"level": Level.parse(of.level), "rule": of.id, "removable": of.removable, **changes}
    return Finding(entity, start, start + 2 if end is None else end, **values)


def destination(maximum: str = "1", **changes: object) -> Destination:
    values = {
        "name": "d",
        "title": "送信先",
        "upstream": "u",
        "service": "contracted",
        "trains_on_input": False,
        "region": "国内",
        "max_level": maximum,
        "approved_until": dt.date(2027, 3, 31),
        **changes,
    }
    return Destination.model_validate(values)


def judged(*findings: Finding, text: str = "", maximum: str = "1", policy: Policy = SHIPPED, **changes: object):
    values = {"destination": destination(maximum), "rules": RULES, "today": TODAY, **changes}
    return decide(findings, text=text, policy=policy, **values)


def changed(**changes: object) -> Policy:
    return Policy.model_validate({**SHIPPED.model_dump(by_alias=True), **changes})


def test_what_holds_nothing_goes_as_it_is():
    decision = judged()
    assert (decision.action, decision.level, decision.remaining) == (Action.ALLOW, Level.L1, Level.L1)


def test_a_name_is_cut_where_the_destination_takes_level_1_only():
    decision = judged(found("PERSON"), found("PHONE_NUMBER", 5))
    assert decision.action is Action.REDACT
    assert (decision.level, decision.remaining) == (Level.L3C, Level.L1)
    assert [item.type for item in decision.redact] == ["PERSON", "PHONE_NUMBER"]
    assert "題・PERSON1件・題・PHONE_NUMBER1件" in decision.reasons[0].message


def test_a_name_stays_where_the_destination_takes_it():
    assert judged(found("PERSON"), maximum="3C").action is Action.ALLOW


def test_a_health_fact_with_no_person_left_has_level_1():
    decision = judged(found("PERSON"), found("HEALTH_INFO", 9))
    assert decision.action is Action.REDACT
    assert (decision.level, decision.remaining) == (Level.L3B, Level.L1)
    assert [item.type for item in decision.redact] == ["PERSON"]
    assert "要配慮個人情報" in decision.reasons[0].message


def test_a_combination_is_undone_by_cutting_what_would_be_let_through_alone():
    decision = judged(found("PERSON"), found("HEALTH_INFO", 9), maximum="3C")
    assert decision.action is Action.REDACT
    assert [item.type for item in decision.redact] == ["PERSON"]
    assert decision.remaining <= Level.L3C


def test_a_combination_that_cannot_be_undone_stops_the_prompt():
    decision = judged(found("PERSON", removable=False, level=Level.L1), found("HEALTH_INFO", 9))
    assert decision.action is Action.BLOCK
    assert [reason.code for reason in decision.reasons] == ["combination"]


def test_content_that_cannot_be_cut_out_is_stopped_with_what_why_and_what_next():
    decision = judged(found("PROCUREMENT_INFO"), found("PERSON", 9))
    assert decision.action is Action.BLOCK
    assert decision.reasons[0].code == "content"
    assert decision.reasons[0].message == (
        "題・PROCUREMENT_INFOが1件あるため、停止しました"
        "（自治体機密性3C、根拠：根拠・PROCUREMENT_INFO）。次・PROCUREMENT_INFO。"
    )


def test_content_passes_where_the_destination_takes_its_class():
    assert judged(found("PROCUREMENT_INFO"), maximum="3C").action is Action.ALLOW


@pytest.mark.parametrize("entity", ["JP_MY_NUMBER", "CONFIDENTIAL_MARKING"])
def test_a_my_number_and_a_secret_document_go_nowhere(entity):
    decision = judged(found(entity), maximum="3B", policy=changed(hold={"levels": ["3B"]}))
    assert decision.action is Action.BLOCK
    assert decision.reasons[0].code == "stopped"


def test_a_declared_level_is_not_lowered_by_cutting():
    decision = judged(found("PERSON"), declared=Level.L2)
    assert decision.action is Action.BLOCK
    assert decision.reasons[0].code == "declared"
    assert judged(found("PERSON"), declared=Level.L1).action is Action.REDACT
    assert judged(declared=Level.L3A, maximum="3B").reasons[0].code == "declared_stopped"


def test_a_superior_may_permit_a_level_or_a_type():
    assert judged(found("PROCUREMENT_INFO"), policy=changed(hold={"levels": ["3C"]})).action is Action.HOLD
    by_type = changed(hold={"entities": ["PROCUREMENT_INFO"]})
    assert judged(found("PROCUREMENT_INFO"), policy=by_type).action is Action.HOLD
    both = judged(found("PROCUREMENT_INFO"), declared=Level.L3B, policy=by_type)
    assert both.action is Action.BLOCK


def test_a_finding_below_the_threshold_is_none():
    assert judged(found("PROCUREMENT_INFO", score=0.4)).action is Action.ALLOW


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rules": {}}, "no_rules"),
        ({"destination": None}, "destination_unknown"),
        ({"destination": destination(approved_until=dt.date(2026, 11, 24))}, "approval_expired"),
        ({"detector_failed": True}, "detector"),
        ({"use": "nothing-like-it"}, "use_unknown"),
    ],
)
def test_what_is_not_known_to_be_allowed_is_stopped_with_a_reason(changes, code):
    decision = judged(**changes)
    assert decision.action is Action.BLOCK
    assert [reason.code for reason in decision.reasons] == [code]
    assert "停止しました" in decision.reasons[0].message


def test_the_last_day_of_an_approval_still_counts():
    assert judged(destination=destination(approved_until=TODAY)).action is Action.ALLOW


def test_a_finding_of_no_rule_in_force_is_stopped():
    decision = judged(Finding("ODD", 0, 2, Level.L1, "odd"))
    assert decision.action is Action.BLOCK
    assert decision.reasons[0].code == "unknown_type"


def test_a_use_may_go_only_to_its_destinations():
    policy = changed(uses=[{"id": "general", "title": "一般", "destinations": ["demo"]}])
    assert judged(policy=policy).reasons[0].code == "use_destination"
    assert judged(policy=policy, destination=SHIPPED.destination("demo", {"demo"})).action is Action.ALLOW


def rows(count: int) -> tuple[str, list[Finding]]:
    text = "氏名,電話\n" + "甲乙,0000\n" * count
    first = len("氏名,電話\n")
    spans = []
    for row in range(count):
        at = first + row * len("甲乙,0000\n")
        spans += [found("PERSON", at, at + 2), found("PHONE_NUMBER", at + 3, at + 7)]
    return text, spans


def test_ten_records_are_a_list_of_residents_and_nine_are_not():
    text, spans = rows(10)
    decision = judged(*spans, text=text)
    assert (decision.action, decision.level) == (Action.BLOCK, Level.L3B)
    assert decision.reasons[0].code == "list"
    assert "10件" in decision.reasons[0].message
    text, spans = rows(9)
    assert judged(*spans, text=text).action is Action.REDACT


def test_records_may_take_several_lines():
    text = "甲乙\n桜町1\n\n" * 10
    spans = []
    for record in range(10):
        at = record * len("甲乙\n桜町1\n\n")
        spans += [found("PERSON", at, at + 2), found("LOCAL_ID", at + 3, at + 6)]
    assert count_records(text, spans).all == 10


def test_a_table_row_with_name_and_reading_is_one_record():
    text = "甲乙 コウオツ 0000"
    spans = [found("PERSON", 0, 2), found("PERSON", 3, 7), found("PHONE_NUMBER", 8, 12)]
    assert count_records(text, spans).all == 1


def test_names_without_attributes_are_no_records():
    text = "甲乙\n丙丁\n"
    assert count_records(text, [found("PERSON", 0), found("PERSON", 3)]).all == 0


def test_five_records_with_birthday_or_address_and_a_health_fact_are_an_extract_of_a_register():
    row = "甲乙,昭和,要介護\n"
    spans = []
    for at in range(0, 5 * len(row), len(row)):
        spans += [found("PERSON", at), found("DATE_OF_BIRTH", at + 3), found("HEALTH_INFO", at + 6)]
    decision = judged(*spans, text=row * 5)
    assert (decision.action, decision.reasons[0].code) == (Action.BLOCK, "list")
    assert judged(*spans[:-1], text=row * 5).action is Action.REDACT


def combination(**changes: object) -> Combination:
    values = {"id": "c", "title": "組", "all_of": ("PERSON", "LOCAL_ID"), "level": "3B", "basis": "根拠", **changes}
    return Combination.model_validate(values)


def test_a_combination_with_a_window_needs_its_types_that_near():
    near, far = (found("PERSON", 0), found("LOCAL_ID", 10)), (found("PERSON", 0), found("LOCAL_ID", 300))
    item = combination(within=50)
    assert present([item], near) == (item,)
    assert present([item], far) == ()
    assert present([combination()], far)


def test_a_window_slides_over_all_findings():
    spans = [found("PERSON", at) for at in (0, 1000, 2000)] + [found("LOCAL_ID", 2030)]
    assert present([combination(within=50)], spans)


TYPES = sorted(item.entity for item in RULES.values())
findings_of = st.lists(
    st.builds(
        found,
        st.sampled_from(TYPES),
        st.integers(0, 400),
        removable=st.booleans(),
        level=st.sampled_from(Level),
        score=st.sampled_from([0.3, 0.5, 0.9]),
    ),
    max_size=30,
)
levels = st.none() | st.sampled_from(Level)
policies = st.sampled_from(
    [
        SHIPPED,
        changed(list_min_records=2, register_min_records=2),
        changed(hold={"levels": ["3C"], "entities": ["PROCUREMENT_INFO"]}),
        changed(combinations=[combination().model_dump(), combination(id="d", within=9, level="2").model_dump()]),
        changed(combinations=[], stop_levels=["3A", "3B"]),
    ]
)
maxima = st.sampled_from(["1", "2", "3C", "3B"])


@given(findings_of, levels, policies, maxima, st.text("\n甲", max_size=420))
def test_nothing_above_the_destinations_class_is_ever_let_through(findings, declared, policy, maximum, text):
    decision = judged(*findings, text=text, maximum=maximum, policy=policy, declared=declared)
    if decision.action in {Action.ALLOW, Action.REDACT}:
        assert decision.remaining <= Level.parse(maximum)
        assert decision.level is not Level.L3A
    else:
        assert decision.reasons
        assert not decision.redact or decision.action is Action.HOLD  # what stays hidden where it is let pass
    assert decision.remaining <= decision.level
    assert decision.action is not Action.REDACT or decision.redact
    assert all(item.removable and item.score >= policy.min_score for item in decision.redact)
    for reason in decision.reasons:
        assert re.search(r"。$", reason.message)


@given(findings_of, levels, levels, policies, maxima)
def test_declaring_a_higher_level_never_loosens(findings, one, other, policy, maximum):
    low, high = sorted([one or Level.L1, other or Level.L1])
    severity = [Action.ALLOW, Action.REDACT, Action.HOLD, Action.BLOCK]
    first = judged(*findings, maximum=maximum, policy=policy, declared=low)
    second = judged(*findings, maximum=maximum, policy=policy, declared=high)
    assert second.level >= first.level
    assert second.remaining >= first.remaining
    sent = {Action.ALLOW, Action.REDACT}
    assert first.action in sent or second.action not in sent
    if not policy.hold.levels:
        assert severity.index(second.action) >= severity.index(first.action)


@given(findings_of, st.data(), maxima)
def test_one_more_finding_never_loosens(findings, data, maximum):
    fewer = findings[: data.draw(st.integers(0, len(findings)))]
    sent = {Action.ALLOW, Action.REDACT}
    more = judged(*findings, maximum=maximum)
    assert more.level >= judged(*fewer, maximum=maximum).level
    assert more.action not in sent or judged(*fewer, maximum=maximum).action in sent


def test_a_held_prompt_says_that_nothing_was_sent_and_that_waiting_does_not_help():
    policy = SHIPPED.model_copy(update={"hold": SHIPPED.hold.model_copy(update={"levels": ("3C",)})})
    finding = Finding("PROCUREMENT_INFO", 0, 4, Level.L3C, "procurement-info", removable=False)
    rules = {"procurement-info": rule("PROCUREMENT_INFO", removable=False)}
    decision = decide([finding], text="予定価格", destination=destination("1"), policy=policy, rules=rules, today=TODAY)
    assert decision.action is Action.HOLD
    said = [reason.message for reason in decision.reasons]
    assert "許可を待ち" not in "".join(said)
    assert "所属長の許可が必要です" in said[0]
    assert decision.reasons[-1].code == "held"
    assert "何も送っていません" in said[-1]
    assert "記録番号" in said[-1]
