"""Words near a match raise its score, are required, or discard it."""

from __future__ import annotations

import pytest

from tests.detect.engine import detector, found, read, rule

RAISE = """
  - kind: regex
    patterns: ['[0-9]{6}']
    boundary: digits
    score: 0.4
    score_with_context: 0.9
    context: {words: [受給者], before: 10, after: 5}
    unless: [{words: [伝票], before: 6, after: 0, same_line: true}]
"""
REQUIRE = RAISE.replace("before: 10, after: 5}", "before: 10, after: 5, required: true}")


@pytest.mark.parametrize(
    ("text", "score"),
    [("受給者 123456", 0.9), ("123456 受給者", 0.9), ("受給者" + "　" * 20 + "123456", 0.4), ("123456", 0.4)],
)
def test_a_word_in_the_window_raises_the_score(text, score):
    (finding,) = detector(rule(RAISE)).detect(read(text))
    assert finding.score == score


@pytest.mark.parametrize(
    ("text", "count"),
    [("伝票 123456", 0), ("伝票\n123456", 1), ("伝票" + "　" * 10 + "123456", 1), ("123456 伝票", 1)],
)
def test_unless_discards_within_its_window_and_line(text, count):
    assert len(found(detector(rule(RAISE)), text)) == count


@pytest.mark.parametrize(("text", "count"), [("123456", 0), ("受給者 123456", 1)])
def test_required_context_must_be_there(text, count):
    assert len(found(detector(rule(REQUIRE)), text)) == count


def test_a_discarded_candidate_says_why():
    explanation = detector(rule(RAISE)).explain(read("伝票 123456"))
    assert explanation.findings == ()
    assert [one.reason for one in explanation.discarded] == ["近くに「伝票」がある"]


@pytest.mark.parametrize(
    ("text", "count"), [("123456円です", 0), ("123456 円です", 1), ("見本123456です", 0), ("見本 123456です", 1)]
)
def test_anchored_patterns_look_right_beside_the_match(text, count):
    anchored = """
  - kind: regex
    patterns: ['[0-9]{6}']
    unless: [{patterns: ['^円', '見本$'], before: 2, after: 2}]
"""
    assert len(found(detector(rule(anchored)), text)) == count


def test_a_finding_of_another_type_is_context_too():
    person = rule("  - {kind: words, words: [見本太郎]}", id="person", entity="PERSON", label="氏名")
    near = rule(
        "  - {kind: near, terms: ['通院中'], near: {entities: [PERSON], before: 20, after: 20}}",
        id="health",
        entity="HEALTH_INFO",
        label="健康",
    )
    made = detector(person, near)
    assert found(made, "見本太郎は通院中") == [("PERSON", "見本太郎"), ("HEALTH_INFO", "通院中")]
    assert found(made, "通院中の方へ") == []
    assert found(made, "見本太郎" + "。" * 30 + "通院中") == [("PERSON", "見本太郎")]


def test_context_patterns_give_the_same_answer_for_few_and_for_many_matches():
    pattern = RAISE.replace("words: [受給者]", "patterns: ['受給[者人]']")
    many = "受給人 123456。" + "　" * 20
    findings = detector(rule(pattern)).detect(read(many * 50))
    assert {finding.score for finding in findings} == {0.9}
    assert len(findings) == 50


def test_the_header_of_a_table_can_be_asked():
    asked = """
  - kind: labelled
    labels: ['番号']
    value: '[0-9]{4}'
    where: [column]
    context: {words: [氏名], where: table_header, required: true}
"""
    made = detector(rule(asked))
    rows = "".join(f"{number},あ\n" for number in range(1000, 1300))
    assert len(found(made, "番号,氏名\n" + rows)) == 300
    assert found(made, "番号,品名\n" + rows) == []


def test_excluded_values_are_no_match():
    made = detector(rule("  - {kind: regex, patterns: ['[A-Z]{2}[0-9]{2}'], exclude: ['AB.{2}']}"))
    assert found(made, "AB12 AC12") == [("LOCAL_ID", "AC12")]
