"""基礎年金番号: ten digits, written 4-6, one for life.

Issued by the 厚生労働大臣 through 日本年金機構 (国民年金法14条, 同法施行規則1条). No check digit is published,
so a number counts only where a label or its 4-6 form stands by it.

>>> validate("1234-567890")
'1234567890'
>>> validate("1234-56789")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
>>> validate("0000-000000")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidFormat: 番号に使えない文字、またはあり得ない値が含まれています。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes, require_digits
from ai_gov.identifiers._errors import InvalidFormat

SHAPE: Final = re.compile(r"[0-9]{10}")
GROUPS: Final = (4, 6)


def compact(number: str) -> str:
    """Ten digits without separators, if that is what it is."""
    return bare(number)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat (all zeros too), InvalidLength."""
    digits = require_digits(compact(number), 10)
    if not digits.strip("0"):
        raise InvalidFormat
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
