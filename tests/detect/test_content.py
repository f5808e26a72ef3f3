"""話題の照合: signs are added up around a term."""

import datetime as dt

import pytest

from ai_gov.detect.detector import Detector
from ai_gov.detect.reading import Reading
from ai_gov.errors import ConfigError
from ai_gov.rules.library import parse_rules
from ai_gov.text import digit_view, normalize

RULE = """
schema: 1
id: opening-price
title: 開札前の価格
entity: PROCUREMENT_INFO
label: 入札情報
level: "3C"
removable: false
basis: [入札の規則]
owner: 情報政策担当課
updated: 2026-11-25
advice: 入れられません。
detect:
  - kind: topic
    terms: ['予定価格(?P<value>[0-9,]{1,12}円)']
    signs:
      - {name: 口止め, weight: 2}
      - {name: 金額, weight: 1, patterns: ['[0-9]円'], at_least: 2}
      - {name: 人, weight: 1, entities: [PHONE_NUMBER]}
      - {name: 公表済み, weight: -3, words: [公表済み]}
    needs: 2
    around: 20
examples:
  match: [{text: 予定価格100円は他言無用, found: [100円]}]
  no_match: [予定価格とは]
"""
PHONE = """
schema: 1
id: tel
title: 電話
entity: PHONE_NUMBER
label: 電話
level: "3C"
removable: true
basis: [法]
owner: 情報政策担当課
updated: 2026-11-25
advice: 消してください。
detect: [{kind: regex, score: 0.9, patterns: ['090-[0-9]{4}-[0-9]{4}']}]
examples:
  match: [{text: 090-1111-2222, found: [090-1111-2222]}]
  no_match: [なし]
"""
SIGNS = "schema: 1\nsigns: [{name: 口止め, words: [他言, 内密]}]\n"
FILES = {"r/price.yaml": RULE, "r/tel.yaml": PHONE, "r/signs.yaml": SIGNS}


def found(text: str) -> list[tuple[str, tuple[str, ...]]]:
    source = normalize(text)
    reading = Reading(source, (), digit_view(source.text))
    detector = Detector(parse_rules(FILES), today=dt.date(2026, 11, 25))
    return [
        (text[item.start : item.end], item.evidence)
        for item in detector.detect(reading)
        if item.type == "PROCUREMENT_INFO"
    ]


def test_a_term_counts_where_its_signs_reach_what_is_needed():
    assert found("予定価格100円は他言無用") == [("100円", ("口止め",))]
    assert found("予定価格100円です") == []


def test_a_sign_counts_once_however_often_it_stands_there():
    assert found("公表済み、予定価格100円は他言無用、内密") == []


def test_a_sign_may_need_several_hits():
    assert found("予定価格100円、最低90円、090-1111-2222") == [("100円", ("金額", "人"))]
    assert found("予定価格100円、090-1111-2222") == []


def test_signs_outside_the_window_do_not_count():
    assert found("予定価格100円です。" + "あ" * 30 + "他言無用") == []


def test_the_original_text_is_reported_whatever_its_width():
    assert found("予定価格１００円は他言無用") == [("１００円", ("口止め",))]


def test_a_sign_that_signs_yaml_does_not_have_is_a_fault():
    with pytest.raises(ConfigError, match=r"手がかり「口止め」が signs\.yaml にありません"):
        parse_rules({"r/price.yaml": RULE})


def test_an_empty_shared_sign_and_a_bad_pattern_are_faults():
    signs = "schema: 1\nsigns:\n  - {name: 口止め}\n  - {name: 他, patterns: ['a+']}\n"
    with pytest.raises(ConfigError) as caught:
        parse_rules({"r/signs.yaml": signs})
    assert [problem.line for problem in caught.value.problems] == [3, 4]


def test_the_digest_changes_with_the_shared_signs():
    other = parse_rules({**FILES, "r/signs.yaml": SIGNS.replace("内密", "内緒")})
    assert parse_rules(FILES).digest != other.digest
