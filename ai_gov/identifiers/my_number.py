"""個人番号（マイナンバー）: 12 digits, the last a check digit, given to every resident.

Issued by the mayor from what 地方公共団体情報システム機構 (J-LIS) generates. Rule: 番号法2条5項・同法施行令8条;
the check digit stands in 総務省令（平成26年総務省令第85号）5条. python-stdnum (``stdnum.jp.in_``) does the arithmetic.

A random 12-digit number passes about once in ten (2 in 11 remainders give 0, each other digit 1 in 11), so the
check digit alone is weak evidence: context decides what to do with a bare number.

>>> validate("1234-5678-9018")
'123456789018'
>>> validate("123456789012")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidChecksum: 検査用数字（チェックディジット）が合いません。
>>> validate("12345678901")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from stdnum.jp import in_

from ai_gov.identifiers._digits import bare, passes, require_digits
from ai_gov.identifiers._errors import InvalidChecksum

SHAPE: Final = re.compile(r"[0-9]{12}")


def compact(number: str) -> str:
    """12 digits without separators, if that is what it is."""
    return bare(number)


def calc_check_digit(number: str) -> str:
    """The check digit of the first eleven.

    >>> calc_check_digit("12345678901")
    '8'
    """
    return str(in_.calc_check_digit(require_digits(bare(number), 11)))


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength, InvalidChecksum."""
    digits = require_digits(compact(number), 12)
    if calc_check_digit(digits[:-1]) != digits[-1]:
        raise InvalidChecksum
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
