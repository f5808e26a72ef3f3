"""The guideline of 霧沢市, a municipality that does not exist, word for word, in both forms.

After a change of the template or of the policy's schema that is meant, write it anew and look at the difference:
``UPDATE_SAMPLE=1 .venv/bin/python -m pytest tests/documents/guideline/test_sample.py``.
"""

import datetime as dt
import os
from pathlib import Path

import pytest

from ai_gov.documents.guideline.compose import InForce
from ai_gov.rules.library import load_rules
from ai_gov.service import guideline as service
from tests.documents.guideline import town

SAMPLE = Path(__file__).parent / "sample"
ANSWERS = Path(__file__).parents[3] / "guidelines" / "answers.example.yaml"
TODAY = dt.date(2026, 11, 25)


def sample(instrument="guide"):
    text = ANSWERS.read_text(encoding="utf-8").replace("instrument: guide", f"instrument: {instrument}")
    text = text.replace("情報政策担当課", "情報政策課")
    policy = town.in_force((SAMPLE / "policy.yaml").read_text(encoding="utf-8"), {}).policy
    rules = load_rules([SAMPLE / "redaction_rules"]).rules
    return service.prepare(town.template(), text, InForce(policy, rules, "見本"), TODAY)


@pytest.mark.parametrize("instrument", ["guide", "kitei"])
def test_the_sample_is_what_it_was(instrument):
    path = SAMPLE / f"{instrument}.md"
    made = service.as_markdown(sample(instrument)).decode()
    if os.environ.get("UPDATE_SAMPLE"):
        path.write_text(made, encoding="utf-8")
    kept = path.read_text(encoding="utf-8")
    assert made.splitlines() == kept.splitlines(), "see the head of this module"


def test_the_example_answers_fit_the_questions_of_today():
    assert sample().answers.text("municipality") == "霧沢市"
    assert sample().answers.many("partners") == ("青葉谷町", "北霧村")


def test_the_sample_says_what_the_policy_says_in_sentences_too():
    guide = "\n".join(sentence.text for chapter in sample().chapters for sentence in chapter.sentences)
    assert "自治体機密性3Cのものは、所属長の許可があるときだけ入力できます。" in guide
    assert "青葉谷町、北霧村と共同でCAIO補佐官を置きます。" in guide
    assert "$" not in guide
    assert "\ue000" not in guide


def test_all_fifteen_articles_and_ten_annexes_are_there_in_both_forms():
    for instrument in ("guide", "kitei", "kunrei", "yoko"):
        chapters = sample(instrument).chapters
        assert [chapter.article for chapter in chapters] == [*range(1, 16), *[0] * 10]
        assert all(chapter.sentences or chapter.tables for chapter in chapters)


def test_every_article_has_a_source_and_no_source_claims_more_than_was_read():
    sources = town.template().sources.sources
    assert {source.article for source in sources} == set(range(1, 16))
    for source in sources:
        if "DS-920" in source.source or "ワーキンググループ報告書" in source.source or "注意喚起" in source.source:
            assert source.degree == "secondary", source.statement
