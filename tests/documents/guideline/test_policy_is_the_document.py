"""Every value that the policy enforces stands in the document, and a change of it is seen there and by the check."""

import copy
import dataclasses

import pytest
import yaml

from ai_gov.documents import markdown
from ai_gov.documents.guideline.facts import facts
from tests.documents.guideline import town

ALTERNATIVES = {
    "service": "internal",
    "max_level": "3C",
    "level": "3A",
    "approved_until": "2030-01-31",
    "updated": "2026-12-01",
    "unlisted_models": "terms_only",
    "default_use": "minutes",
    "stop_entities": ["JP_MY_NUMBER", "CREDIT_CARD"],
    "stop_levels": ["3A", "3B"],
    "entities": ["PERSON"],
    "levels": ["2"],
    "all_of": ["PERSON", "PHONE_NUMBER"],
    "any_of": ["HEALTH_INFO"],
    "cut": ["HEALTH_INFO"],
    "within": 50,
    "requests_per_minute": 30,
    "destinations": ["demo"],
    "prices": {"input": 100.0, "output": 400.0},
    "id": "other-one",
    "name": "other",
    "approval": town.APPROVAL,
    "users": "few",
    "work": "summary",
    "learning": "public_only",
    "judged": "not_always",
    "approved_on": "2026-05-01",
    "review_on": "2027-01-15",
    "text_years": 2,
    "review": {"reviewers": 2, "due_days": 5},
    "checklist": ["facts"],
    "triggers": ["any_external"],
    "keep_days": 20,
    "conditions": "公表する前に担当課へ知らせる",
    **dict.fromkeys(("L1", "L2", "L3", "L4"), "生成AIを利用しています。"),
}
FIXED = {"schema", "answers"}  # one value only in this version


def leaves(value, path=()):
    """Every place of a policy that holds a value of its own."""
    if isinstance(value, dict):
        for key, part in value.items():
            several = isinstance(part, dict) or (isinstance(part, list) and part and isinstance(part[0], dict))
            if key in ALTERNATIVES and not several:
                yield (*path, key)
            else:
                yield from leaves(part, (*path, key))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, part in enumerate(value):
            yield from leaves(part, (*path, number))
    else:
        yield path


def other(path, value):
    key = path[-1]
    if key == "service" and value == ALTERNATIVES[key]:
        return "contracted"
    if path[-2:] == ("labels", "notice"):
        return "生成AIの出力を参考にしています。"
    if key in ALTERNATIVES:
        return ALTERNATIVES[key]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1 if isinstance(value, int) else value / 2
    if value is None:
        return 7
    return f"{value}（改）"


def whole_policy():
    """The municipality's policy with every optional key written out."""
    dumped = town.in_force(town.written().policy).policy.model_dump(mode="json", by_alias=True)
    return {key: value for key, value in dumped.items() if key not in FIXED} | {"schema": 1}


PLACES = [path for path in leaves(whole_policy()) if path[0] not in FIXED]


def changed(path):
    data = copy.deepcopy(whole_policy())
    at = data
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = other(path, at[path[-1]])
    if path[-1] == "trains_on_input" or (path[-1] == "service" and data["destinations"][path[1]]["max_level"] != "1"):
        data["destinations"][path[1]]["max_level"] = "1"
    if path[-1] == "id" and path[0] == "uses" and path[1] == 0:
        data["default_use"] = "other-one"
    if path == ("stop_levels",):
        data["hold"]["levels"] = []
    if path[-1] == "approved_until" and path[0] == "uses":
        data["uses"][path[1]]["approval"]["review_on"] = None
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_a_changed_value_of_the_policy_changes_the_document_and_is_found_by_the_check(path):
    before = town.composed()
    after = town.composed(policy=changed(path))
    assert markdown.write(after.document) != markdown.write(before.document)
    found = town.differences(town.built("md"), after)
    assert found, "the check says nothing"
    assert any(str(path[-1]) in item.setting or "行" in item.title for item in found), [item.setting for item in found]


def test_every_place_of_the_policy_was_tried():
    assert len(PLACES) > 60


@pytest.mark.parametrize("field", ["title", "level", "removable", "basis"])
def test_a_changed_rule_changes_the_document_and_is_found_by_the_check(field):
    rule = town.rules()["person-name"]
    value = {"title": "人の名前", "level": "3B", "removable": False, "basis": ("別の根拠",)}[field]
    after = town.composed(rule_set=town.rules() | {"person-name": rule.model_copy(update={field: value})})
    assert markdown.write(after.document) != markdown.write(town.composed().document)
    (found,) = town.differences(town.built("md"), after)
    assert found.article == 7
    assert found.setting == f"検知規則 person-name の {field}"


def test_every_fact_in_force_stands_in_a_table():
    now = town.composed()
    in_tables = {fact.key for table in now.tables.values() for fact in table.cells.values()}
    missing = {key for key, fact in now.facts.items() if fact.value != fact.item} - in_tables
    assert not missing
    used = {name for chapter in now.chapters for name in chapter.tables}
    assert used == set(now.tables)


def test_a_setting_that_nobody_named_stands_in_the_document_all_the_same():
    words = town.template().settings
    fewer = words.model_copy(
        update={"settings": tuple(item for item in words.settings if item.key != "register_min_records")}
    )
    known = facts(town.in_force(town.written().policy).policy, town.rules(), fewer)
    assert known["register_min_records"].value == "5"
    assert known["register_min_records"].article == 0


def test_what_is_no_difference_is_not_reported():
    for kind in ("md", "html", "docx", "pdf"):
        for instrument in ("guide", "kitei"):
            now = town.composed(town.written(instrument=instrument))
            found = town.differences(town.built(kind, instrument), now, f"guideline.{kind}", wording=True)
            assert not found, (kind, instrument, found[:3])


def test_a_difference_names_article_setting_place_and_remedy():
    after = town.composed(policy=town.policy_with(lambda data: data["destinations"][1].update(max_level="1")))
    for kind in ("md", "html", "docx", "pdf"):
        (found,) = town.differences(town.built(kind), after, f"guideline.{kind}")
        assert (found.article, found.published, found.current) == (5, "自治体機密性2", "自治体機密性1")
        assert found.setting == "policy.yaml の destinations.default.max_level"
        assert found.where
        assert found.remedy
        assert dataclasses.asdict(found)["kind"] == "setting"
