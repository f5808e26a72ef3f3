"""口座番号: seven digits, with 店番 (3) and 銀行コード (4) before it; ゆうちょ銀行 has 記号 (5) and 番号 (up to 8).

Issued by the banks; the lengths are those of the 全銀協規定フォーマット. ゆうちょ銀行's 記号 of a savings
account begins with 1 and ends with 0, the 番号 ends with 1.
No check digit is published: a number counts only where a bank, branch or
口座 stands by it.

>>> validate("0123 456 7890123"), validate("7890123"), validate("12340-12345671")
('01234567890123', '7890123', '1234012345671')
>>> validate("789012")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes, require_digits
from ai_gov.identifiers._errors import InvalidFormat, InvalidLength

_YUCHO: Final = re.compile(r"1[0-9]{3}0[0-9]{1,7}1")
SHAPE: Final = re.compile(r"[0-9]{7}|[0-9]{10}|[0-9]{14}|1[0-9]{3}0[0-9]{1,7}1")


def compact(number: str) -> str:
    """The digits without separators."""
    return bare(number)


def is_yucho(number: str) -> bool:
    """Whether it has the form of 記号 and 番号 of ゆうちょ銀行.

    >>> is_yucho("12340-12345671"), is_yucho("22340-12345671")
    (True, False)
    """
    return bool(_YUCHO.fullmatch(compact(number)))


def validate(number: str) -> str:
    """The compact form, or InvalidFormat (all zeros too), InvalidLength."""
    digits = compact(number)
    require_digits(digits, len(digits))
    if not SHAPE.fullmatch(digits):
        raise InvalidLength
    if not digits.strip("0"):
        raise InvalidFormat
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
