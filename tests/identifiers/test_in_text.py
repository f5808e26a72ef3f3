"""文中の番号: patterns that stand between Japanese characters, and the forms a label makes a number."""

from __future__ import annotations

import time

import pytest

from ai_gov.identifiers import (
    bank_account,
    credit_card,
    email,
    health_insurance,
    ip_address,
    passport,
    postal_code,
    vehicle,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("担当taro.y+x@city.example.lg.jpまで", "taro.y+x@city.example.lg.jp"),
        ("（a@example.jp）", "a@example.jp"),
        ("メール：a@example.jp。", "a@example.jp"),
        ("アカウント@exampleさん", None),
        ("宛先 花子@example.jp", None),
    ],
)
def test_an_address_is_found_between_japanese_characters(text: str, found: str | None) -> None:
    match = email.PATTERN.search(text)
    assert (match[0] if match else None) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("サーバは10.41.10.1から", "10.41.10.1"),
        ("10.41.10.1.", "10.41.10.1"),
        ("版 1.10.41.10.1", None),
        ("10.41.10", None),
        ("10.41.10.300", None),
    ],
)
def test_an_ip_address_is_found_and_a_version_is_not(text: str, found: str | None) -> None:
    match = ip_address.PATTERN.search(text)
    assert (match[0] if match else None) == found


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("10.0.0.1", True),
        ("172.16.0.1", True),
        ("172.32.0.1", False),
        ("192.168.0.1/24", True),
        ("100.64.0.1", True),
        ("127.0.0.1", True),
        ("8.8.8.8", False),
        ("fd00::1", True),
        ("x", False),
    ],
)
def test_a_private_address_is_told(address: str, private: bool) -> None:
    assert ip_address.is_private(address) == private


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("軽トラは福島480 け 9-10です", "福島480 け 9-10"),
        ("いわき580ね・72-04（黒）", "いわき580ね・72-04"),
        ("車は品川 300 あ ・・・1", "品川 300 あ ・・・1"),
        ("習志野500さ12-34", "習志野500さ12-34"),
        ("福島は3位、む", None),
        ("水戸 2026 年 4-1", None),
    ],
)
def test_a_number_plate_is_found(text: str, found: str | None) -> None:
    match = vehicle.PATTERN.search(text)
    assert (match[0] if match else None) == found


def test_the_forms_that_need_a_label() -> None:
    assert health_insurance.SYMBOL_AND_NUMBER.fullmatch("磐03-0019926")
    assert health_insurance.SYMBOL_AND_NUMBER.fullmatch("21700023・1184")
    assert not health_insurance.SYMBOL_AND_NUMBER.fullmatch("国民健康保険の番号12")
    assert passport.is_foreign_form("E12345678")
    assert not passport.is_foreign_form("EF1234567890")
    assert bank_account.is_yucho("12340-12345671")
    assert not bank_account.is_yucho("12340-12345670")
    assert credit_card.network("6212345678901232") == "UnionPay"
    assert credit_card.network("1234567890123456") == ""


def test_the_first_digits_of_a_postal_code_tell_the_prefecture() -> None:
    assert [postal_code.prefecture(n) for n in ("0600001", "321-0627", "963-8041", "9000001")] == [
        "北海道",
        "栃木県",
        "福島県",
        "沖縄県",
    ]


@pytest.mark.parametrize("unit", ["a", "a.", "@a.", "1.", "福島", "福島1あ", "・"])
def test_the_patterns_take_linear_time(unit: str) -> None:
    text = unit * 50_000
    begin = time.perf_counter()
    for pattern in (email.PATTERN, ip_address.PATTERN, vehicle.PATTERN):
        pattern.search(text)
    assert time.perf_counter() - begin < 2
