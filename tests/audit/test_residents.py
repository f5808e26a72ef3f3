"""What a resident's name, address or number is looked for by, and what a find says."""

import pytest

from ai_gov.audit import tokens
from ai_gov.audit.residents import Grade, Resident, best, signs
from ai_gov.errors import BadRequest
from ai_gov.model import Finding, Level, NameParts

KEY = bytes(range(32))


def held(kind, value, *, name=None, clear=False):
    """The codes of an entry that held this."""
    found = Finding(kind, 0, len(value), Level.L3C, "r", name=name)
    return tokens.finding_tokens(found, value, KEY, "town", clear=clear)


def result(resident, *codes):
    wanted = signs(resident, KEY, "town")
    there = {code: wanted[code] for code in codes if code in wanted}
    return best(there) if there else None


YAMADA = NameParts("山田", "太郎")


@pytest.mark.parametrize(
    ("name", "written", "parts", "grade"),
    [
        ("山田 太郎", "山田　太郎", YAMADA, Grade.MATCH),
        ("山田太郎", "山田太郎", YAMADA, Grade.MATCH),
        ("髙橋 廣", "高橋広", NameParts("高橋", "広"), Grade.MATCH),
        ("山田 太郎", "山田", NameParts("山田"), Grade.POSSIBLE),
        ("山田太郎", "山田", NameParts("山田"), Grade.POSSIBLE),
        ("山田 太郎", "太郎", NameParts("", "太郎"), Grade.POSSIBLE),
        ("山田", "山田花子", NameParts("山田", "花子"), Grade.POSSIBLE),
        ("山田 太郎", "山田花子", NameParts("山田", "花子"), None),
        ("山田 太郎", "鈴木太郎", NameParts("鈴木", "太郎"), None),
    ],
)
def test_a_name_is_found_whole_or_in_part_but_not_as_another_persons(name, written, parts, grade):
    found = result(Resident(name=name), *held("PERSON", written, name=parts))
    assert (found[0] if found else None) == grade


def test_a_reading_is_only_a_possibility():
    found = result(Resident(reading="やまだ たろう"), *held("PERSON", "ﾔﾏﾀﾞﾀﾛｳ"))
    assert found == (Grade.POSSIBLE, ("読み",), False)


@pytest.mark.parametrize(
    ("asked", "written", "grade"),
    [
        ("桜市本町1丁目2番3号", "本町1-2-3", Grade.MATCH),
        ("本町1-2-3", "見本県桜市本町一丁目２−３ ハイツ見本101", Grade.MATCH),
        ("本町1-2-3", "本町1丁目", Grade.POSSIBLE),
        ("本町1-2-3", "桜市本町", Grade.POSSIBLE),
        ("本町", "本町1-2-3", Grade.MATCH),
        ("本町1-2-3", "本町1-9", None),
        ("本町1-2-3", "本町1-23", None),
        ("本町1-2", "栄町1-2", None),
    ],
)
def test_an_address_is_found_as_far_as_it_was_written(asked, written, grade):
    found = result(Resident(address=asked), *held("JP_ADDRESS", written))
    assert (found[0] if found else None) == grade


def test_a_number_is_found_whatever_its_kind():
    assert result(Resident(number="０９０-1111-2222"), *held("PHONE_NUMBER", "09011112222"))[0] is Grade.MATCH
    assert result(Resident(number="1234567"), *held("JP_BANK_ACCOUNT", "普通口座 1234567"))[0] is Grade.MATCH
    only = Resident(number="1234567", number_type="LOCAL_ID")
    assert result(only, *held("JP_BANK_ACCOUNT", "1234567")) is None


def test_what_was_let_through_is_told():
    codes = held("PERSON", "山田太郎", name=YAMADA, clear=True)
    assert result(Resident(name="山田 太郎"), *codes) == (Grade.MATCH, ("氏名",), True)


def test_a_my_number_is_refused_with_another_way_and_is_in_no_message():
    with pytest.raises(BadRequest) as caught:
        Resident(number="1234-5678-9018")
    assert "1234" not in str(caught.value)
    assert "検知の種類（個人番号）と職員番号で" in str(caught.value)
    with pytest.raises(BadRequest):
        Resident(number="1", number_type="JP_MY_NUMBER")
    assert Resident(number="123456789018", number_type="JP_DRIVER_LICENSE").kinds() == ["number"]


def test_nothing_asked_or_nothing_readable_is_refused():
    with pytest.raises(BadRequest):
        Resident(name=" ")
    with pytest.raises(BadRequest, match="住所"):
        signs(Resident(address="、"), KEY, "town")


def test_no_value_reaches_a_repr_and_a_purpose_that_names_the_resident_is_seen():
    resident = Resident(name="山田 太郎", address="本町1-2-3")
    assert "山田" not in repr(resident)
    assert "本町" not in repr(resident)
    assert resident.appears_in("山田さんの件")
    assert not resident.appears_in("開示請求 第12号")
