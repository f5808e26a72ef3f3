"""Every shipped rule does what its examples say, both ways."""

from __future__ import annotations

import datetime as dt
import functools
import re

import pytest

from ai_gov.detect.detector import Detector
from ai_gov.detect.reading import Reading
from ai_gov.nlp.reader import SudachiReader
from ai_gov.rules.check import check_examples, sample
from ai_gov.rules.library import RuleSet, parse_rules, shipped

RULES = parse_rules(shipped("redaction_rules"))
WORDY = re.compile(r"(?<!\\)(?:\\\\)*\\[bBwW]")


@functools.cache
def tools() -> tuple[Detector, SudachiReader]:
    return Detector(RULES), SudachiReader()


def detect(text: str):
    detector, reader = tools()
    return detector.detect(reader.read(text))


@pytest.mark.parametrize("rule_id", sorted(RULES.rules))
def test_each_rule_passes_its_own_examples(rule_id):
    only = RuleSet({rule_id: RULES.rules[rule_id]}, RULES.paths, RULES.texts, RULES.allow, RULES.digest)
    assert [str(problem) for problem in check_examples(only, detect)] == []


@pytest.mark.parametrize("path", sorted(shipped("redaction_rules")))
def test_no_pattern_uses_ascii_word_boundaries(path):
    lines = shipped("redaction_rules")[path].splitlines()
    assert [line for line in lines if WORDY.search(line)] == []


def test_every_rule_says_why_and_what_next():
    for rule in RULES.rules.values():
        assert rule.advice.endswith("。"), rule.id
        assert all(len(basis) > 4 for basis in rule.basis), rule.id


def test_every_published_fact_has_its_reason_and_its_end():
    assert RULES.allow.published
    for fact in RULES.allow.published:
        assert fact.reason
        assert fact.expires > dt.date(2026, 1, 1)


BASE = parse_rules({"r/a.yaml": shipped("redaction_rules")["redaction_rules/numbers/residence_card.yaml"]})


def problems(*replacements: tuple[str, str]) -> list[str]:
    text = shipped("redaction_rules")["redaction_rules/numbers/residence_card.yaml"]
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    rules = parse_rules({"r/a.yaml": text})
    detector = Detector(rules)

    def without_tokens(text: str):
        from ai_gov.text import digit_view, normalize

        normalized = normalize(text)
        return detector.detect(Reading(normalized, (), digit_view(normalized.text)))

    return [str(problem) for problem in check_examples(rules, without_tokens)]


def test_a_match_example_that_is_not_found_is_told_with_its_line():
    (problem,) = problems(("found: [AB1234567CD]", "found: [AB1234567C]"))[:1]
    assert re.match(
        r"r/a\.yaml:\d+: 「AB1234567C」が見つかるはずですが、見つかったのは 「AB1234567CD」 です。", problem
    )


def test_an_extra_finding_is_told():
    assert any(
        "found にない「AB1234567CD」" in one for one in problems(("found: [AB1234567CD]", "found: [AB1234567C]"))
    )


def test_a_no_match_example_that_is_found_is_told():
    (problem,) = problems(("    - 在留カードの更新は", "    - 在留カード AB12345678CD の更新は"))
    assert "当てはまらない例なのに「AB12345678CD」が見つかりました。" in problem


def test_a_pattern_without_an_example_is_told_with_one_to_start_from():
    (problem,) = problems(("labels: [", "labels: ['査証(?:の)?番号', "))
    assert "たとえば「査証番号」のような例を足してください。" in problem


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("[0-9]{4}-[0-9]{2}", "0000-00"),
        ("(?:あ|い)う{2}", "あうう"),
        (r"\d\s.", "0 あ"),
        ("[^0-9]a?", "あ"),
        (r"\p{Han}", "〇"),
    ],
)
def test_samples_are_made_from_the_pattern(pattern, expected):
    assert sample(pattern) == expected
