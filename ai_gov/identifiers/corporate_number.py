"""法人番号: 13 digits, the first a check digit, given to companies and public bodies, and published.

Issued by the 国税庁長官 (番号法39条). It points at no person: here it serves to tell that a 13-digit number is none
that must be hidden. The check digit stands in 法人番号の指定等に関する省令2条; python-stdnum
(``stdnum.jp.cn``) does the arithmetic.

>>> validate("5-8356-7825-6246")
'5835678256246'
>>> validate("2-8356-7825-6246")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidChecksum: 検査用数字（チェックディジット）が合いません。
>>> validate("835678256246")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from stdnum.jp import cn

from ai_gov.identifiers._digits import bare, passes, require_digits
from ai_gov.identifiers._errors import InvalidChecksum

SHAPE: Final = re.compile(r"[1-9][0-9]{12}")


def compact(number: str) -> str:
    """13 digits without separators, if that is what it is. A T before it (適格請求書発行事業者) goes too.

    >>> compact("T5835678256246")
    '5835678256246'
    """
    return bare(number).removeprefix("T")


def calc_check_digit(number: str) -> str:
    """The check digit that stands before these twelve.

    >>> calc_check_digit("835678256246")
    '5'
    """
    return str(cn.calc_check_digit(require_digits(bare(number), 12)))


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength, InvalidChecksum."""
    digits = require_digits(compact(number), 13)
    if calc_check_digit(digits[1:]) != digits[0]:
        raise InvalidChecksum
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
