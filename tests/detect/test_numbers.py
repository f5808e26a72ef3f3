"""Numbers are found by their check digit, their label and their column, and look-alikes are left alone."""

from __future__ import annotations

import pytest

from ai_gov.detect.numbers import FORMS
from ai_gov.rules.lint import OF_DIGITS
from tests.detect.engine import found, numbers, read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("マイナンバーは 1234 5678 9018", [("JP_MY_NUMBER", "1234 5678 9018")]),
        ("個人番号 １２３４−５６７８−９０１８", [("JP_MY_NUMBER", "１２３４−５６７８−９０１８")]),
        ("個人番号：1234-5678-\n9018", [("JP_MY_NUMBER", "1234-5678-\n9018")]),
        ("個人番号 1234\u200b5678\u200b9018", [("JP_MY_NUMBER", "1234\u200b5678\u200b9018")]),
        ("個人番号①②③④⑤⑥⑦⑧⑨⓪①⑧", [("JP_MY_NUMBER", "①②③④⑤⑥⑦⑧⑨⓪①⑧")]),
        ("これは123456789018です", [("JP_MY_NUMBER", "123456789018")]),
        ("これは1234-5678-9018です", [("JP_MY_NUMBER", "1234-5678-9018")]),
        # a digit wrong: no My Number, but still somebody's where its label says so
        ("個人番号 123456789012", [("LOCAL_ID", "123456789012")]),
        ("これは123456789012です", []),
        ("個人番号 12345678901", [("LOCAL_ID", "12345678901")]),
        # named as something else
        ("伝票番号123456789018", []),
        ("伝票No.123456789018", []),
        ("受付番号 1234-5678-9018", []),
        ("管理番号（123456789018）", []),
        ("JAN：4901234567894", []),
        ("法人番号 1234567890123", []),
        ("追跡番号「1234-5678-9018」", []),
        ("番号,品名\n123456789018,用紙", [("JP_MY_NUMBER", "123456789018")]),
        ("伝票番号,品名\n123456789018,用紙", []),
        # parts of something longer
        ("1234-5678-9018-3456", []),
        ("A123456789018", []),
        ("1234567890180", []),
        ("0.123456789018", []),
        ("123,456,789,018円", []),
        ("123456789018円", []),
        ("¥123456789018", []),
        # a moment of time
        ("202604130812に実行", []),
        # examples of a form
        ("0000-0000-0000", []),
    ],
)
def test_a_my_number_is_found_unless_it_is_called_something_else(text, expected):
    assert found(numbers(), text) == expected


def test_a_my_number_is_never_restored_and_stops_the_prompt():
    (finding,) = numbers().detect(read("個人番号 123456789018"))
    assert finding.irreversible
    assert not finding.removable
    assert finding.level.code == "3B"


def test_context_far_above_in_a_header_is_as_good_as_a_label():
    rows = "".join(f"{number:06d},見本 太郎{number},備考なし\n" for number in range(400000, 400200))
    text = "宛名番号,氏名,備考\n" + rows
    assert len([surface for _, surface in found(numbers(), text) if surface.isdecimal()]) == 200


def test_a_bare_my_number_has_a_lower_score_than_one_with_its_name():
    (bare,) = numbers().detect(read("これは123456789018です"))
    (named,) = numbers().detect(read("個人番号は123456789018です"))
    assert bare.score < named.score
    assert named.evidence == ("個人番号",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("住民票コード 12345678903", [("JP_RESIDENT_CODE", "12345678903")]),
        ("住民票コード 12345678901", [("JP_RESIDENT_CODE", "12345678901")]),
        ("番号は12345678903", []),
        ("免許証 301234567890", [("JP_DRIVER_LICENSE", "301234567890")]),
        ("旅券 TK1234567", [("JP_PASSPORT", "TK1234567")]),
        ("型番 TK1234567", []),
        ("AB12345678CD", [("JP_RESIDENCE_CARD", "AB12345678CD")]),
        ("XAB12345678CD", []),
        ("国民年金 1234-567890", [("JP_PENSION_NUMBER", "1234-567890")]),
        ("品番 1234-567890", []),
        ("介護 0012345678", [("JP_HEALTH_INSURANCE", "0012345678")]),
        ("介護の件数は0012345678件", []),
        ("普通 1234567", [("JP_BANK_ACCOUNT", "普通 1234567")]),
        ("4111 1111 1111 1111", [("CREDIT_CARD", "4111 1111 1111 1111")]),
        ("4111 1111 1111 1112", []),
        ("福島 583 む 6-15", [("JP_VEHICLE_NUMBER", "福島 583 む 6-15")]),
        ("福島583人、む6-15", []),
        ("090-1234-5678", [("PHONE_NUMBER", "090-1234-5678")]),
        ("税務課 0248-12-3456", []),
        ("見本さん 0248-12-3456", [("PHONE_NUMBER", "0248-12-3456")]),
        ("2026-04-01から2026-05-31まで", []),
        ("予算 1,234,567千円（前年度比 0.5-1.2%）", []),
        ("条例第12条第3項、告示第1234-5号", []),
        ("7総第123号、図書番号 12345678", []),
    ],
)
def test_each_number_by_its_own_form(text, expected):
    assert found(numbers(), text) == expected


@pytest.mark.parametrize(
    "text", ["個人番号 1 2 3 4 5 6 7 8 9 0 1 8", "個人番号\n12 34 56 78 90 18", "個人番号 12345 678\n9018"]
)
def test_a_number_in_unusual_groups_counts_where_it_is_named(text):
    ((kind, surface),) = found(numbers(), text)
    assert kind == "JP_MY_NUMBER"
    assert "".join(surface.split()) == "123456789018"


def test_a_column_of_figures_is_no_number():
    figures = "\n".join(f"{number} {number * 3} {number * 7}" for number in range(100, 180))
    assert found(numbers(), "決算額の内訳\n" + figures) == []


def test_every_number_a_rule_may_name_has_its_form():
    assert set(FORMS) == set(OF_DIGITS)
