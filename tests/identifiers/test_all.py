"""番号の部品: every module speaks the same language and says nothing of the number it refuses."""

from __future__ import annotations

import random
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov import identifiers
from ai_gov.identifiers import InvalidChecksum, InvalidFormat, InvalidLength, InvalidNumber, my_number

CASES = [
    ("my_number", "1234-5678-9018", "123456789018"),
    ("my_number", "６２１４ ９８３２ ０２５７", "621498320257"),
    ("my_number", "123456789019", InvalidChecksum),
    ("my_number", "12345678901", InvalidLength),
    ("my_number", "1234567890180", InvalidLength),
    ("my_number", "12345678901X", InvalidFormat),
    ("corporate_number", "5835678256246", "5835678256246"),
    ("corporate_number", "T5835678256246", "5835678256246"),
    ("corporate_number", "5835678256247", InvalidChecksum),
    ("corporate_number", "0835678256246", InvalidChecksum),
    ("corporate_number", "58356782562467", InvalidLength),
    ("resident_code", "24727059608", "24727059608"),
    ("resident_code", "24727059618", InvalidChecksum),
    ("resident_code", "2472705960", InvalidLength),
    ("resident_code", "247270596080", InvalidLength),
    ("driver_license", "第309012345620号", "309012345620"),
    ("driver_license", "309012345629", "309012345629"),
    ("driver_license", "309012345610", InvalidChecksum),
    ("driver_license", "319012345620", InvalidFormat),
    ("driver_license", "980012345620", InvalidFormat),
    ("driver_license", "30901234562", InvalidLength),
    ("driver_license", "3090123456200", InvalidLength),
    ("passport", "TR1234567", "TR1234567"),
    ("passport", "c1234567", "C1234567"),
    ("passport", "TR123456", InvalidLength),
    ("passport", "TR12345678", InvalidLength),
    ("passport", "1234567TR", InvalidFormat),
    ("residence_card", "AB12345678CD", "AB12345678CD"),
    ("residence_card", "AB1234567CD", InvalidLength),
    ("residence_card", "AB123456789CD", InvalidLength),
    ("residence_card", "A12345678CD", InvalidFormat),
    ("pension", "1234-567890", "1234567890"),
    ("pension", "1234-56789", InvalidLength),
    ("pension", "1234-5678901", InvalidLength),
    ("pension", "0000-000000", InvalidFormat),
    ("employment_insurance", "1234-567890-1", "12345678901"),
    ("employment_insurance", "1234-567890", InvalidLength),
    ("employment_insurance", "1234-567890-12", InvalidLength),
    ("health_insurance", "33120015", "33120015"),
    ("health_insurance", "138016", "138016"),
    ("health_insurance", "138017", InvalidChecksum),
    ("health_insurance", "33120014", InvalidChecksum),
    ("health_insurance", "0012345678", "0012345678"),
    ("health_insurance", "331200155", InvalidLength),
    ("health_insurance", "3312001", InvalidLength),
    ("bank_account", "7890123", "7890123"),
    ("bank_account", "0123-456-7890123", "01234567890123"),
    ("bank_account", "12340-12345671", "1234012345671"),
    ("bank_account", "12340-12345672", InvalidLength),
    ("bank_account", "789012", InvalidLength),
    ("bank_account", "78901234", InvalidLength),
    ("bank_account", "0000000", InvalidFormat),
    ("bank_account", "789012A", InvalidFormat),
    ("credit_card", "4111-1111-1111-1111", "4111111111111111"),
    ("credit_card", "5555 5555 5555 4444", "5555555555554444"),
    ("credit_card", "378282246310005", "378282246310005"),
    ("credit_card", "3530111333300000", "3530111333300000"),
    ("credit_card", "30569309025904", "30569309025904"),
    ("credit_card", "4111111111111112", InvalidChecksum),
    ("credit_card", "411111111111111", InvalidFormat),
    ("credit_card", "9111111111111111", InvalidFormat),
    ("credit_card", "411111111111", InvalidLength),
    ("foreign_phone", "+353 87 115 9042", "+353871159042"),
    ("foreign_phone", "010-44 (0)20 7946 0958", "+442079460958"),
    ("foreign_phone", "+81-90-1234-5678", InvalidFormat),
    ("foreign_phone", "090-1234-5678", InvalidFormat),
    ("foreign_phone", "+353 87", InvalidLength),
    ("foreign_phone", "+353 8711 5904 2123 4567", InvalidLength),
    ("phone", "090-1234-5678", "09012345678"),
    ("phone", "+81 90-1234-5678", "09012345678"),
    ("phone", "０２４７（２１）１２３４", "0247211234"),
    ("phone", "03.3581.4111", "0335814111"),
    ("phone", "0800-700-1234", "08007001234"),
    ("phone", "090-1234-567", InvalidLength),
    ("phone", "090-1234-56789", InvalidLength),
    ("phone", "03-3581-41111", InvalidLength),
    ("phone", "1190-12-3456", InvalidFormat),
    ("phone", "でんわ", InvalidFormat),
    ("postal_code", "〒100-0001", "1000001"),
    ("postal_code", "100-000", InvalidLength),
    ("postal_code", "100-00011", InvalidLength),
    ("postal_code", "000-0001", InvalidFormat),
    ("vehicle", "福島 583 む 6-15", "福島583む615"),
    ("vehicle", "品川５００さ１２－３４", "品川500さ1234"),
    ("vehicle", "なにわ 30A わ ・・・1", "なにわ30Aわ1"),
    ("vehicle", "福島 583 し 6-15", InvalidFormat),
    ("vehicle", "磐瀬 583 む 6-15", InvalidFormat),
    ("vehicle", "福島 583 む 0-15", InvalidFormat),
    ("vehicle", "福島 583 む 12-345", InvalidLength),
    ("email", "hanako＠example.jp", "hanako@example.jp"),
    ("email", "a.-b..c.@docomo.example.jp", "a.-b..c.@docomo.example.jp"),
    ("email", "hanako@example", InvalidFormat),
    ("email", "花子@example.jp", InvalidFormat),
    ("email", "a@" + "b" * 60 + ("." + "c" * 60) * 4 + ".jp", InvalidLength),
    ("ip_address", "192.168.140.23", "192.168.140.23"),
    ("ip_address", "fe80::1", "fe80::1"),
    ("ip_address", "192.168.140", InvalidFormat),
    ("ip_address", "192.168.140.256", InvalidFormat),
]


def module(name: str):
    return next(m for m in identifiers.modules() if m.__name__.endswith("." + name))


@pytest.mark.parametrize(("name", "written", "expected"), CASES)
def test_a_number_is_brought_to_its_bare_form_or_refused_with_the_right_error(name, written, expected) -> None:
    m = module(name)
    if isinstance(expected, str):
        assert m.validate(written) == expected
        assert m.is_valid(written)
        assert m.validate(expected) == expected
        assert m.SHAPE.fullmatch(expected)
    else:
        with pytest.raises(InvalidNumber) as refused:
            m.validate(written)
        assert type(refused.value) is expected
        assert not m.is_valid(written)


def test_every_module_has_the_common_functions_and_a_case() -> None:
    found = list(identifiers.modules())
    assert [m.__name__.rpartition(".")[2] for m in found] == list(identifiers.NAMES)
    assert {name for name, _, _ in CASES} == set(identifiers.NAMES)
    for m in found:
        assert callable(m.compact)
        assert callable(m.validate)
        assert callable(m.is_valid)
        assert isinstance(m.SHAPE, re.Pattern)
        assert ord(m.__doc__[0]) > 0x3000 or m.__doc__.startswith("IP"), "the Japanese term comes first"


@given(st.text(max_size=30) | st.text(alphabet="0123456789-０１２", max_size=20))
def test_no_text_makes_a_module_raise_anything_else_and_no_message_holds_it(text: str) -> None:
    reasons = {error.reason for error in (InvalidFormat, InvalidLength, InvalidChecksum)}
    for m in identifiers.modules():
        said = ""
        try:
            bare = m.validate(text)
        except InvalidNumber as refused:
            said = str(refused)
        else:
            assert m.validate(bare) == bare
        assert said in reasons | {""}


def test_about_one_in_ten_random_numbers_of_twelve_digits_passes_as_a_my_number() -> None:
    """Two of eleven remainders give 0, so a number is valid once in 10 to 11 times: never proof by itself."""
    chance = random.Random(5)
    passed = sum(my_number.is_valid(f"{chance.randrange(10**12):012}") for _ in range(20_000))
    assert 1 / 12 < passed / 20_000 < 1 / 9


@given(st.text(alphabet="0123456789", min_size=18, max_size=18))
def test_a_calculated_check_digit_is_accepted(digits: str) -> None:
    for name, length in (("my_number", 11), ("resident_code", 10)):
        m = module(name)
        assert m.is_valid(digits[:length] + m.calc_check_digit(digits[:length]))
    cn = module("corporate_number")
    assert cn.is_valid(cn.calc_check_digit(digits[:12]) + digits[:12])
    insurer = module("health_insurance")
    assert insurer.is_valid(digits[:7] + insurer.calc_check_digit(digits[:7]))
    licence = module("driver_license")
    first = "30" + digits[:8]
    assert licence.is_valid(first + licence.calc_check_digit(first) + digits[8])


def test_one_wrong_digit_is_always_noticed_in_a_resident_code_whose_check_digit_is_not_zero() -> None:
    good = "24727059608"
    for place in range(10):
        for digit in "0123456789":
            changed = good[:place] + digit + good[place + 1 :]
            assert module("resident_code").is_valid(changed) == (changed == good)


def test_importing_the_package_loads_neither_phonenumbers_nor_stdnum() -> None:
    code = "import sys, ai_gov.identifiers; print(sorted({'phonenumbers', 'stdnum'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
