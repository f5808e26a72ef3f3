"""docs/accuracy.md: made by a command, of the corpora as they are now."""

import re
from pathlib import Path

import pytest

from ai_gov.corpus import TYPES

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def page():
    return (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["heldout", "tuning", "evasion"])
def test_it_was_made_with_the_prompts_that_are_there(page, name):
    lines = (ROOT / "tests" / "corpus" / f"{name}.marked.jsonl").read_text(encoding="utf-8").splitlines()
    assert f"`tests/corpus/{name}.marked.jsonl` の{len(lines)}件" in page, "make accuracy で作り直してください。"


def test_it_names_every_type_and_says_who_wrote_the_prompts(page):
    assert all(f"`{kind}`" in page for kind in TYPES)
    assert "この道具の作り手が自分で書いた" in page


def test_it_says_what_it_was_measured_with(page):
    assert re.search(r"規則の識別子 `[0-9a-f]{12}`", page)
    assert "/work" not in page
