"""A label says how far AI made a text, and is put where the policy's trigger holds."""

import string

import pytest

from ai_gov.review import labels
from ai_gov.review.labels import Degree


@pytest.mark.parametrize("degree", [d for d in Degree if d is not Degree.L0])
def test_every_degree_has_a_sentence_and_an_identifier_that_begins_with_http(degree):
    template = labels.WORDING[degree]
    assert not labels.unknown_variables(template)
    assert "生成AI" in labels.sentence(template, department="市民課", contact="0120-000-000")
    assert degree.source.startswith("http://cv.iptc.org/newscodes/digitalsourcetype/")
    assert degree.schema_org.startswith("https://schema.org/")


def test_an_unchanged_draft_is_never_called_less_than_as_is():
    for declared in (None, Degree.L0, Degree.L1, Degree.L2):
        assert labels.degree_of("一\n二 ", "一\n 二\n", declared) is Degree.L3


def test_a_changed_draft_is_called_at_least_what_the_author_says():
    assert labels.degree_of("案", "直した") is Degree.L2
    assert labels.degree_of("案", "直した", Degree.L1) is Degree.L1
    assert labels.degree_of("案", "直した", Degree.L3) is Degree.L3
    assert labels.degree_of("案", "直した", Degree.L0) is Degree.L2
    assert labels.degree_of("", "自分で書いた", Degree.L1) is Degree.L1


@pytest.mark.parametrize(
    ("degree", "audience", "rights", "holds"),
    [
        (Degree.L0, "external", True, set()),
        (Degree.L2, "external", False, {"any_external"}),
        (Degree.L3, "external", False, {"as_is_external", "any_external"}),
        (Degree.L3, "internal", False, {"internal_decision"}),
        (Degree.L1, "internal", True, {"internal_decision", "rights_affecting"}),
    ],
)
def test_each_trigger_alone(degree, audience, rights, holds):
    for trigger in labels.TRIGGERS:
        assert labels.demanded(degree, audience, {trigger}, rights=rights) is (trigger in holds)


def test_a_sentence_names_the_contact_and_else_the_department():
    assert "市民課へ" in labels.sentence(labels.NOTICE, department="市民課", contact="")
    assert "電話へ" in labels.sentence(labels.NOTICE, department="市民課", contact="電話")


def test_unknown_words_behind_a_dollar_are_told():
    assert labels.unknown_variables("$$ $departmentの$who 100$") == ["$who", "$"]
    assert string.Template.pattern.search("$$")["escaped"]
