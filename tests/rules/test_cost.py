"""照合の手間: a pattern that would take very long on some text is refused, and no shipped one does."""

import pytest
import re2

from ai_gov.rules.check import check_examples
from ai_gov.rules.cost import is_slow
from ai_gov.rules.library import parse_rules
from ai_gov.rules.lint import options, python_tree
from tests.detect.engine import rule


@pytest.mark.parametrize(
    "pattern",
    [
        "(a{1,30}){1,30}",
        ".{0,1000}x",
        r"(?:[^\n]{0,40}a){0,20}b",
        "(?:あ{0,30}い{0,30}){1,20}う",
    ],
)
def test_repetitions_in_repetitions_are_slow(pattern):
    assert is_slow(re2.compile(pattern, options()), python_tree(pattern))


@pytest.mark.parametrize("pattern", ["[0-9]{12}", r"[^\n]{0,60}円", r"(?:宛名|世帯)番号[^\n]{0,20}[0-9]{4,12}"])
def test_what_people_write_is_not(pattern):
    assert not is_slow(re2.compile(pattern, options()), python_tree(pattern))


def test_the_check_names_the_file_and_the_line():
    text = rule("  - kind: regex\n    patterns:\n      - '例'\n      - '(a{1,30}){1,30}'\n")
    problems = check_examples(parse_rules({"mine.yaml": text}), lambda _text: [])
    slow = [problem for problem in problems if "遅く" in problem.message]
    assert [(problem.path, text.splitlines()[problem.line - 1].strip()) for problem in slow] == [
        ("mine.yaml", "- '(a{1,30}){1,30}'")
    ]
