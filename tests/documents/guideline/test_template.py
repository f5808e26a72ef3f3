"""The folder guidelines/: what staff may write there, and what is refused with file and line."""

import pytest

from ai_gov import wiring
from ai_gov.documents.guideline import answers as answering
from ai_gov.documents.guideline.questions import MAX_QUESTIONS
from ai_gov.errors import ConfigError
from ai_gov.service import guideline as service
from tests.documents.guideline import town


def broken(path, change):
    files = wiring.guideline_files()
    files[path] = change(files[path])
    with pytest.raises(ConfigError) as refused:
        service.template(files)
    return refused.value.problems


def test_there_are_at_most_twenty_five_questions_each_explained_with_a_default_that_fits():
    questions = town.template().questions.questions
    assert len(questions) <= MAX_QUESTIONS == 25
    values = service.defaults(town.template(), {}, town.TODAY)
    for question in questions:
        assert question.explain.endswith("。")
        if question.id in values:
            assert not answering.fault(question, values[question.id]), question.id
    assert not service.contradictions(town.template(), values)


def test_every_choice_makes_a_document_and_a_policy():
    for question in town.template().questions.questions:
        for choice in question.choices:
            value = (choice.value,) if question.type == "choices" else choice.value
            known = {"service": "none", question.id: value}
            if question.id.startswith("service"):
                known = {"service": "contracted", "service_training": "no", "service_region": "domestic"} | {
                    question.id: value
                }
            values = service.defaults(town.template(), known, town.TODAY)
            if not service.contradictions(town.template(), values):
                files = service.start(
                    town.template(), values, town.shipped()["redaction_rules/policy.yaml"], town.TODAY
                )
                assert "$" not in service.as_markdown(town.composed(files)).decode()


@pytest.mark.parametrize(
    ("clash", "given"),
    [
        ("約款型", {"service": "terms_only", "service_level": "2", "service_training": "no"}),
        ("学習", {"service": "contracted", "service_level": "2", "service_training": "yes"}),
        ("庁内のサービスなのに", {"service": "internal", "service_region": "abroad"}),
        ("外部のサービスなのに", {"service": "contracted", "service_region": "inside"}),
        (
            "処理する場所を確認していません",
            {"service": "contracted", "service_level": "3B", "service_region": "unknown", "service_training": "no"},
        ),
        ("長の職名", {"municipality": "霧沢町", "head": "市長"}),
    ],
)
def test_answers_that_cannot_stand_together_are_told_with_reason_and_remedy(clash, given):
    values = service.defaults(town.template(), given, town.TODAY)
    (told,) = [message for _, message in service.contradictions(town.template(), values)]
    assert clash in told
    assert "ください" in told


@pytest.mark.parametrize(
    ("path", "old", "new", "line", "told"),
    [
        ("guidelines/kitei/07-input.md", "${list_min_records}", "${list_min}", 11, "settings.yaml にありません"),
        (
            "guidelines/guide/01-purpose.md",
            "$this は、$municipality",
            "$this は、$town",
            1,
            "$town という変数はありません",
        ),
        ("guidelines/annex/faq.md", "いいえ。", "1$ です。", 11, "変数の名前になっていません"),
        ("guidelines/questions.yaml", "schema: 1", "schema: 1\nextra: 2", 6, "知らない項目「extra」"),
        ("guidelines/questions.yaml", "default: guide", "default: guides", 22, "default が choices にありません"),
        (
            "guidelines/phrases.yaml",
            "own:\n        kitei",
            "mine:\n        kitei",
            1,
            "選択肢「own」のときの文がありません",
        ),
        ("guidelines/template.yaml", "number: 15", "number: 16", 11, "以下"),
        ("guidelines/sources.yaml", "degree: own", "degree: sure", 20, "いずれか"),
        ("guidelines/settings.yaml", "rest: true", "rest: true\n    rows: uses", None, "どれか1つだけ"),
    ],
)
def test_what_is_wrong_in_the_template_is_told_with_file_and_line(path, old, new, line, told):
    problems = broken(path, lambda text: text.replace(old, new, 1))
    assert any(told in item.message for item in problems), problems
    assert all(item.path == path for item in problems)
    if line is not None and path.endswith(".md"):
        assert line in {item.line for item in problems}


def test_a_missing_chapter_is_told_by_its_name():
    files = wiring.guideline_files()
    del files["guidelines/kitei/13-incidents.md"]
    with pytest.raises(ConfigError, match=r"guidelines/kitei/13-incidents\.md:1: 章のファイルがありません"):
        service.template(files)


def test_an_answer_with_markup_is_refused_so_that_it_reads_as_typed():
    question = town.template().questions.find("office")
    for text in ("a|b", "$x", "<b>", "a\nb"):
        assert "使えません" in answering.fault(question, text)


def test_twenty_six_questions_are_too_many():
    one = "  - {id: another, ask: 何ですか, explain: 説明です。, type: text, default: a, article: 1}\n"
    problems = broken("guidelines/questions.yaml", lambda text: text.replace("clashes:\n", f"{one}clashes:\n", 1))
    assert problems
    assert problems[0].path == "guidelines/questions.yaml"
