"""方針の書式."""

import datetime as dt
from pathlib import Path

import pytest

from ai_gov.datafile import parse
from ai_gov.errors import ConfigError
from ai_gov.model import Level
from ai_gov.policy.schema import Policy

SHIPPED = (Path(__file__).parents[2] / "redaction_rules" / "policy.yaml").read_text(encoding="utf-8")


def problems(old: str, new: str) -> str:
    assert old in SHIPPED
    with pytest.raises(ConfigError) as caught:
        parse(SHIPPED.replace(old, new, 1), Policy, "policy.yaml")
    return str(caught.value)


def shipped() -> Policy:
    return parse(SHIPPED, Policy, "policy.yaml")


def test_the_shipped_policy_lets_nothing_above_level_1_out():
    policy = shipped()
    assert {item.max_level for item in policy.destinations} == {"1"}
    assert policy.stop_levels == ("3A",)
    assert policy.stop_entities == ("JP_MY_NUMBER",)
    assert policy.hold.levels == policy.hold.entities == ()
    assert policy.use("").id == "general"
    assert policy.use("nothing-like-it") is None


def test_a_uniform_terms_service_can_have_no_more_than_level_1():
    message = problems(
        'service: internal\n    trains_on_input: false\n    region: 庁内\n    max_level: "1"',
        'service: terms_only\n    trains_on_input: false\n    region: 庁内\n    max_level: "3C"',
    )
    assert message.startswith("policy.yaml:13: ")
    assert "「demo」は約款型" in message


def test_a_service_that_trains_on_input_can_have_no_more_than_level_1():
    message = problems(
        'trains_on_input: false\n    region: 庁内\n    max_level: "1"',
        'trains_on_input: true\n    region: 庁内\n    max_level: "2"',
    )
    assert "学習に使う" in message


def test_no_destination_takes_secret_documents():
    assert "秘密文書" in problems('region: 庁内\n    max_level: "1"', 'region: 庁内\n    max_level: "3A"')


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: default", "name: demo", "「demo」が二度"),
        ("default_use: general", "default_use: generall", "「generall」が uses にありません"),
        ("title: 一般の文書作成", "title: 一般\n    destinations: [dmeo]", "「dmeo」が destinations にありません"),
        ('stop_levels: ["3A"]', 'stop_levels: ["3B"]', '"3A" は外せません'),
        ('stop_levels: ["3A"]', 'stop_levels: ["3A", "1"]', "何も送れなくなります"),
        ("entities: []", "entities: [JP_MY_NUMBER]", "どちらか一方に"),
        ("levels: []", 'levels: ["3A"]', "どちらか一方に"),
        ("levels: []", 'levels: ["4"]', "1・2・3C・3B・3A のいずれか"),
        ("id: address-sensitive", "id: person-sensitive", "「person-sensitive」が二度"),
        ("all_of: [PERSON]", "all_of: [PERSON]\n    cut: [EMAIL_ADDRESS]", "all_of にも any_of にもありません"),
        ("list_min_records: 10", "list_min_records: 1", "2 以上にしてください"),
        ("answers: mark", "answers: marks", "いずれかです"),
        ("answers: mark", "answers: check_first", "この版では使えません。mark を書いてください"),
        ("answers: mark", "answers: hold", "この版では使えません。mark を書いてください"),
        ("unlisted_models: terms_only", "unlisted_model: terms_only", "知らない項目「unlisted_model」"),
    ],
)
def test_a_fault_is_told_in_japanese_with_its_line(old, new, said):
    message = problems(old, new)
    assert message.startswith("policy.yaml:")
    assert not message.startswith("policy.yaml:1:")
    assert said in message


def test_a_destination_without_its_upstream_is_none():
    policy = shipped()
    assert policy.destination("default", {"demo"}) is None
    assert policy.destination("default", {"demo", "default"}).upstream == "default"


def test_an_unlisted_model_goes_to_the_default_upstream_as_a_uniform_terms_service_with_level_1():
    found = shipped().destination("some-model-4o", {"default"})
    assert (found.upstream, found.model, found.service) == ("default", "some-model-4o", "terms_only")
    assert found.maximum is Level.L1
    assert found.approved_until > dt.date(2400, 1, 1)


def test_an_unlisted_model_is_refused_without_that_upstream_or_where_the_policy_says_so():
    assert shipped().destination("some-model-4o", {"demo"}) is None
    strict = parse(SHIPPED.replace("unlisted_models: terms_only", "unlisted_models: refuse"), Policy, "p")
    assert strict.destination("some-model-4o", {"default"}) is None


@pytest.mark.parametrize("name", ["", "a b", "氏名", "x" * 200, "\ud800", "-x"])
def test_what_no_model_can_be_called_is_no_destination(name):
    assert shipped().destination(name, {"default"}) is None


def test_the_strictest_destination_is_the_one_with_the_lowest_class():
    wider = parse(
        SHIPPED.replace('region: 庁内\n    max_level: "1"', 'region: 庁内\n    max_level: "3B"', 1),
        Policy,
        "policy.yaml",
    )
    assert wider.strictest().name == "default"
    assert wider.strictest({"demo"}).name == "demo"


def test_a_combination_needs_two_types():
    text = SHIPPED.replace(
        "any_of: [HEALTH_INFO, WELFARE_INFO, TAX_INFO, CRIME_INFO, FAMILY_INFO, BELIEF_INFO]", "any_of: []", 1
    )
    with pytest.raises(ConfigError, match="2種類以上"):
        parse(text, Policy, "policy.yaml")


def test_the_policy_names_the_types_it_speaks_of():
    assert {"PERSON", "HEALTH_INFO", "JP_MY_NUMBER"} <= shipped().entities()
