"""Presidio: our detection inside the real AnalyzerEngine and AnonymizerEngine's view of it, table by table."""

import pytest
import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

import ai_gov
from ai_gov.errors import DetectorFailed
from ai_gov.integrations.presidio import AiGovRecognizer, add_to


def engine(nlp):
    made = SpacyNlpEngine(models=[{"lang_code": "ja", "model_name": "blank"}])
    made.nlp = {"ja": nlp}
    return made


def analyzer_with(nlp):
    registry = RecognizerRegistry(recognizers=[], supported_languages=["ja"])
    made = AnalyzerEngine(registry=registry, nlp_engine=engine(nlp), supported_languages=["ja"])
    for other in list(registry.recognizers):  # an empty registry has filled itself with the predefined ones
        registry.remove_recognizer(other.name)
    add_to(made)
    return made


@pytest.fixture(scope="module")
def analyzer():
    return analyzer_with(spacy.blank("ja"))


@pytest.fixture(scope="module")
def recognizer():
    return AiGovRecognizer()


# text, entity, places, least score; an empty tuple of places means: nothing is found
@pytest.mark.parametrize(
    ("text", "entity", "expected"),
    [
        ("申請者は鷹栖 環さんです。", "PERSON", ((4, 8),)),
        ("担当の山田太郎と佐藤花子です。", "PERSON", ((3, 7), (8, 12))),
        ("電話は080-1234-5678まで", "PHONE_NUMBER", ((3, 16),)),
        ("電話は０８０－１２３４－５６７８まで", "PHONE_NUMBER", ((3, 16),)),
        ("連絡はa.kita@akari-net.jpまで", "EMAIL_ADDRESS", ((3, 22),)),
        ("住所は霧沢市若草町三丁目4番5号です", "JP_ADDRESS", ((3, 16),)),
        ("生年月日は昭和61年7月4日です", "DATE_OF_BIRTH", ((5, 14),)),
        ("個人番号は1234 5678 9018です", "JP_MY_NUMBER", ((5, 19),)),
        ("個人番号は1234 5678 9019です", "JP_MY_NUMBER", ()),  # the check digit is wrong
        ("カードは4111-1111-1111-1111です", "CREDIT_CARD", ((4, 23),)),
        ("図書館の開館時間を教えて", "PERSON", ()),
        ("和田小学校の運動会", "PERSON", ()),
    ],
)
def test_each_entity_is_found_where_it_stands(analyzer, text, entity, expected):
    results = analyzer.analyze(text, language="ja", entities=[entity])
    assert [(result.start, result.end) for result in sorted(results, key=lambda r: r.start)] == list(expected)
    assert all(result.entity_type == entity and 0.3 <= result.score <= 1 for result in results)


def test_two_lines_suffice_with_a_full_pipeline_too():
    nlp = spacy.load("ja_ginza")
    results = analyzer_with(nlp).analyze("申請者は鷹栖 環さんです。", language="ja")
    assert ("PERSON", 4, 8) in {(result.entity_type, result.start, result.end) for result in results}


def test_a_result_tells_the_rule_the_evidence_and_the_level(analyzer):
    (result,) = analyzer.analyze(
        "電話は080-1234-5678まで", language="ja", entities=["PHONE_NUMBER"], return_decision_process=True
    )
    explained = result.analysis_explanation
    assert explained.pattern_name
    assert "電話番号" in explained.textual_explanation
    assert result.recognition_metadata["level"] == "3C"
    assert "080" not in str(explained)


def test_all_that_is_found_comes_without_naming_entities(recognizer):
    found = recognizer.analyze("鷹栖 環さん（080-1234-5678）", None)
    assert {result.entity_type for result in found} == {"PERSON", "PHONE_NUMBER"}


def test_only_the_entities_that_were_asked_for_are_offered():
    only = AiGovRecognizer(entities=["PHONE_NUMBER"])
    assert only.get_supported_entities() == ["PHONE_NUMBER"]
    assert [result.entity_type for result in only.analyze("鷹栖 環さん（080-1234-5678）", [])] == ["PHONE_NUMBER"]


def test_an_entity_that_no_rule_has_is_refused():
    with pytest.raises(ValueError, match="NO_SUCH"):
        AiGovRecognizer(entities=["NO_SUCH"])


def test_an_engine_without_japanese_is_told_so():
    english = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=[], supported_languages=["en"]),
        nlp_engine=engine(spacy.blank("ja")),
        supported_languages=["en"],
    )
    with pytest.raises(ValueError, match="supported_languages"):
        add_to(english)


def test_its_identifier_is_the_same_in_every_process(recognizer):
    assert recognizer.id == AiGovRecognizer().id
    assert recognizer.id.startswith("AiGovRecognizer_")


def test_a_failure_is_never_an_empty_result():
    class Broken:
        def read(self, text):
            if text != "準備":
                raise DetectorFailed("読み取れません。")
            return ai_gov.inspector()._reader.read(text)

    broken = ai_gov.inspector()
    broken._reader = Broken()
    with pytest.raises(DetectorFailed):
        AiGovRecognizer(broken).analyze("鷹栖 環さん", ["PERSON"])
