"""住民票コード: 11 digits, the last a check digit, on the 住民票 of every resident; nobody may be asked for it.

Issued by J-LIS, entered by the mayor (住民基本台帳法7条13号, 30条の3; the ban on asking: 30条の37, 30条の38).
Ten random digits and a check digit (住民基本台帳法施行規則1条). The ministry's text with the weights could not be
read when this was written: they are those of the 個人番号 less its first (5 4 3 2 7 6 5 4 3 2, modulus 11; 10 and 11
give 0), which labelled specimens from independent sources satisfy, the one below among them.

>>> validate("2472705960-8")
'24727059608'
>>> validate("24727059607")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidChecksum: 検査用数字（チェックディジット）が合いません。
>>> validate("2472705960")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes, require_digits, weighted
from ai_gov.identifiers._errors import InvalidChecksum

SHAPE: Final = re.compile(r"[0-9]{11}")
_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def compact(number: str) -> str:
    """11 digits without separators, if that is what it is."""
    return bare(number)


def calc_check_digit(number: str) -> str:
    """The check digit of the first ten.

    >>> calc_check_digit("2472705960")
    '8'
    """
    return str(-weighted(require_digits(bare(number), 10), _WEIGHTS) % 11 % 10)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength, InvalidChecksum."""
    digits = require_digits(compact(number), 11)
    if calc_check_digit(digits[:-1]) != digits[-1]:
        raise InvalidChecksum
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
