"""在留カード番号・特別永住者証明書番号: two letters, eight digits, two letters.

Issued by the 出入国在留管理庁長官 (入管法19条の4第1項7号; 入管特例法8条). No check digit is published.

>>> validate("ａｂ１２３４５６７８ｃｄ")
'AB12345678CD'
>>> validate("AB1234567CD")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
>>> validate("123456789012")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidFormat: 番号に使えない文字、またはあり得ない値が含まれています。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes
from ai_gov.identifiers._errors import InvalidFormat, InvalidLength

SHAPE: Final = re.compile(r"[A-Z]{2}[0-9]{8}[A-Z]{2}")


def compact(number: str) -> str:
    """Letters and digits without separators."""
    return bare(number)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength."""
    found = compact(number)
    if not SHAPE.fullmatch(found):
        raise InvalidLength if re.fullmatch(r"[A-Z]{2}[0-9]+[A-Z]{2}", found) else InvalidFormat
    return found


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
