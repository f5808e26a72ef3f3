"""クレジットカード番号: 13 to 19 digits, the last a check digit (Luhn), the first ones of a known network.

Issued by card companies under ISO/IEC 7812-1; the ranges are those the networks publish. python-stdnum
(``stdnum.luhn``) does the arithmetic.

>>> validate("4111 1111 1111 1111"), network("4111111111111111")
('4111111111111111', 'Visa')
>>> validate("4111 1111 1111 1112")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidChecksum: 検査用数字（チェックディジット）が合いません。
>>> validate("411111111111")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from stdnum import luhn

from ai_gov.identifiers._digits import bare, passes, require_digits
from ai_gov.identifiers._errors import InvalidChecksum, InvalidFormat

SHAPE: Final = re.compile(r"[2-6][0-9]{12,18}")
_NETWORKS: Final = (  # name, lowest and highest first digits, lengths
    ("Visa", 4, 4, (13, 16, 19)),
    ("Mastercard", 51, 55, (16,)),
    ("Mastercard", 2221, 2720, (16,)),
    ("JCB", 3528, 3589, (16, 17, 18, 19)),
    ("American Express", 34, 34, (15,)),
    ("American Express", 37, 37, (15,)),
    ("Diners Club", 300, 305, (14, 16, 19)),
    ("Diners Club", 3095, 3095, (14, 16, 19)),
    ("Diners Club", 36, 36, (14, 16, 19)),
    ("Diners Club", 38, 39, (14, 16, 19)),
    ("Discover", 6011, 6011, (16, 19)),
    ("Discover", 644, 659, (16, 19)),
    ("UnionPay", 62, 62, (16, 17, 18, 19)),
)


def compact(number: str) -> str:
    """The digits without separators."""
    return bare(number)


def network(number: str) -> str:
    """The network the first digits and the length belong to, or an empty string."""
    digits = compact(number)
    if not SHAPE.fullmatch(digits):
        return ""
    for name, low, high, lengths in _NETWORKS:
        if len(digits) in lengths and low <= int(digits[: len(str(low))]) <= high:
            return name
    return ""


def calc_check_digit(number: str) -> str:
    """The check digit of the digits before it.

    >>> calc_check_digit("411111111111111")
    '1'
    """
    return str(luhn.calc_check_digit(require_digits(bare(number), *range(12, 19))))


def validate(number: str) -> str:
    """The compact form, or InvalidFormat (no such network too), InvalidLength, InvalidChecksum."""
    digits = require_digits(compact(number), *range(13, 20))
    if not network(digits):
        raise InvalidFormat
    if calc_check_digit(digits[:-1]) != digits[-1]:
        raise InvalidChecksum
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
