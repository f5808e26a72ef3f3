"""運転免許証番号（免許情報記録番号も同じ）: 12 digits.

Issued by the 公安委員会 of a prefecture: two digits say which, two the year, six are a serial, the eleventh is a check
digit, the twelfth counts how often the card was issued again. The form is that of the prefectural polices' handling
rules (運転免許事務取扱要領); the check digit is not in a law but widely published: weights
5 4 3 2 7 6 5 4 3 2, modulus 11, last digit of 11 minus the remainder.
For a remainder of 0 sources give 1 or 0: both are accepted.

>>> validate("3090 1234 5620")
'309012345620'
>>> validate("309012345630")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidChecksum: 検査用数字（チェックディジット）が合いません。
>>> validate("30901234562")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes, require_digits, weighted
from ai_gov.identifiers._errors import InvalidChecksum, InvalidFormat

SHAPE: Final = re.compile(r"[0-9]{12}")
_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
# 北海道 has five, 東京 one; 00 was once used for licences brought from abroad.
COMMISSIONS: Final = frozenset(
    f"{code:02}"
    for code in (
        0,
        *range(10, 15),
        *range(20, 26),
        30,
        *range(40, 56),
        *range(60, 66),
        *range(70, 75),
        *range(80, 84),
        *range(90, 98),
    )
)


def compact(number: str) -> str:
    """12 digits without separators (第 and 号 go too), if that is what it is.

    >>> compact("第３０９０１２３４５６２０号")
    '309012345620'
    """
    return bare(number).removeprefix("第").removesuffix("号")


def calc_check_digit(number: str) -> str:
    """The check digit of the first ten.

    >>> calc_check_digit("3090123456")
    '2'
    """
    return str((11 - weighted(require_digits(bare(number), 10), _WEIGHTS) % 11) % 10)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat (no such commission too), InvalidLength, InvalidChecksum."""
    digits = require_digits(compact(number), 12)
    if digits[:2] not in COMMISSIONS:
        raise InvalidFormat
    remainder_0 = weighted(digits[:10], _WEIGHTS) % 11 == 0
    if digits[10] not in ({"0", "1"} if remainder_0 else {calc_check_digit(digits[:10])}):
        raise InvalidChecksum
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
