"""研修: questions that speak of the policy in force, each with its explanation, graded as a whole."""

import pytest

from ai_gov import wiring
from ai_gov.documents.blocks import Heading, Listing, Table
from ai_gov.documents.guideline.training import QUESTIONS, grade, handout, training
from ai_gov.errors import ConfigError
from tests.documents.guideline import town


def made(policy=None):
    return training(wiring.guideline_files(), town.composed(policy=policy))


def test_there_are_forty_questions_and_one_for_each_rule():
    items = made().items
    own = [item for item in items if not item.id.startswith("rule-")]
    assert len(own) >= 40
    assert len(items) == len(own) + len(town.rules())
    assert {item.article for item in own} >= {2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15}
    for item in items:
        assert item.explain.endswith("。")
        assert item.right <= set(range(1, len(item.choices) + 1))
        assert "$" not in item.ask + item.explain + "".join(item.choices)
        assert "\ue000" not in item.ask + item.explain


def test_a_question_changes_with_the_policy():
    after = made(town.policy_with(lambda data: data["limits"].update(max_prompt_chars=1234)))
    length = next(item for item in after.items if item.id == "length")
    assert length.choices[0] == "1,234文字まで"


def test_the_class_of_a_rule_is_asked_as_the_rule_has_it():
    asked = next(item for item in made().items if item.id == "rule-marking-secret")
    assert [asked.choices[number - 1] for number in asked.right] == ["自治体機密性3A"]
    assert "止めます" in asked.explain


def test_only_exactly_the_right_choices_count():
    items = [item for item in made().items if item.id in {"check-points", "who-decides"}]
    right = [item.right for item in items]
    assert grade(items, right, 100).passed
    half = grade(items, [frozenset({1, 2}) if item.id == "check-points" else item.right for item in items], 80)
    assert (half.right, half.total, half.passed) == (1, 2, False)
    assert [item.id for item in half.wrong] == ["check-points"]
    assert not grade([], [], 80).passed


def test_the_handout_keeps_the_answers_apart_from_the_questions():
    document = handout(made(), town.composed())
    headings = [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert headings == ["学ぶこと", "問題", "答えと解説"]
    assert sum(isinstance(block, Listing) and block.marks == "paren" for block in document.blocks) == len(made().items)
    answers = document.blocks[-1]
    assert isinstance(answers, Table)
    assert len(answers.rows) == len(made().items)
    for name, write in wiring.document_writers().items():
        assert write(document), name


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("right: [1, 2, 3, 4]", "right: [1, 9]", "1 から 4 までの番号"),
        ("id: roster", "id: level-order", "二度書かれています"),
        ("schema: 1", "schema: 1\npass_percent: 80", "知らない項目「pass_percent」"),
        ("${list_min_records}", "${list_minimum}", "settings.yaml にありません"),
    ],
)
def test_a_wrong_question_is_refused(old, new, told):
    files = wiring.guideline_files()
    files[QUESTIONS] = files[QUESTIONS].replace(old, new, 1)
    with pytest.raises(ConfigError, match=told):
        training(files, town.composed())
