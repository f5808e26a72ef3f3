"""Equal values have equal codes within one organisation and type; a 個人番号 has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.audit import tokens
from ai_gov.model import Finding, Level, NameParts

KEY = bytes(range(32))
OTHER = bytes(32)


def finding(kind, value, **more):
    return Finding(kind, 0, len(value), Level.L3C, "rule", **more)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("PERSON", "髙橋　廣", "高橋広"),
        ("PERSON", "ﾔﾏﾀﾞ ﾀﾛｳ", "やまだたろう"),
        ("PHONE_NUMBER", "０９０ー1234ー5678", "+81 90-1234-5678"),
        ("JP_BANK_ACCOUNT", "１２３-4567", "1234567"),
        ("EMAIL_ADDRESS", "Taro@Example.JP", "taro@example.jp"),
        ("JP_ADDRESS", "桜町１−２", "桜町1-2"),
    ],
)
def test_two_writings_of_one_value_have_one_code(kind, one, other):
    assert tokens.token(kind, one, KEY, "town") == tokens.token(kind, other, KEY, "town")


@given(st.text(), st.text())
def test_codes_of_different_keys_organisations_types_and_purposes_have_nothing_in_common(value, organisation):
    made = [
        tokens.token("LOCAL_ID", value, KEY, organisation),
        tokens.token("LOCAL_ID", value, OTHER, organisation),
        tokens.token("LOCAL_ID", value, KEY, organisation + "x"),
        tokens.token("JP_ADDRESS", value, KEY, organisation),
        tokens.pseudonym(value, KEY, organisation),
    ]
    assert len(set(made)) == len(made)
    assert all(len(token) == 22 and token.isascii() for token in made)


def test_parts_can_not_be_shifted_from_one_field_to_the_next():
    assert tokens.pseudonym("b", KEY, "a") != tokens.pseudonym("", KEY, "ab")


def test_a_my_number_has_no_code_at_all():
    with pytest.raises(tokens.ForbiddenTokenError) as caught:
        tokens.token("JP_MY_NUMBER", "123456789018", KEY, "town")
    assert "123456789018" not in str(caught.value)
    assert tokens.finding_tokens(finding("JP_MY_NUMBER", "1"), "123456789018", KEY, "town") == ()
    assert tokens.finding_tokens(finding("LOCAL_ID", "1", irreversible=True), "123456789018", KEY, "town") == ()


def test_a_person_is_found_by_whole_name_surname_and_given_name():
    found = tokens.finding_tokens(
        finding("PERSON", "山田太郎", name=NameParts("山田", "太郎")), "山田 太郎", KEY, "town"
    )
    assert found == (
        tokens.token("PERSON", "山田太郎", KEY, "town"),
        tokens.token(tokens.SURNAME, "山田", KEY, "town"),
        tokens.token(tokens.GIVEN, "太郎", KEY, "town"),
    )


def test_a_key_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32"):
        tokens.token("PERSON", "山田", b"", "town")


def test_an_address_has_a_code_for_every_step_from_its_town_down():
    found = tokens.finding_tokens(finding("JP_ADDRESS", "x"), "桜市本町一丁目2番3号", KEY, "town")
    expected = [
        ("JP_ADDRESS", "本町1-2-3"),
        *((tokens.WITHIN, step) for step in ("本町", "本町1", "本町1-2", "本町1-2-3")),
    ]
    assert found == tuple(tokens.token(kind, value, KEY, "town") for kind, value in expected)


def test_numbers_that_differ_only_in_where_they_are_parted_have_different_codes():
    assert tokens.token("JP_ADDRESS", "本町1-23", KEY, "town") != tokens.token("JP_ADDRESS", "本町12-3", KEY, "town")


def test_what_was_let_through_has_codes_that_say_so():
    plain = tokens.finding_tokens(finding("PERSON", "山田"), "山田", KEY, "town")
    clear = tokens.finding_tokens(finding("PERSON", "山田"), "山田", KEY, "town", clear=True)
    assert clear[: len(plain)] == plain
    assert clear[len(plain) :] == (tokens.token("PERSON.clear", "山田", KEY, "town"),)
