"""医療保険・介護保険の番号: 保険者番号 and the numbers of the insured.

===================== ======== ================================================================
保険者番号             6 or 8   国保 6, others 8; last digit 検証番号 (保険者番号等設定要領, 厚生労働省)
後期高齢者 被保険者番号 8        last digit 検証番号, worked out the same way
介護保険 被保険者番号   10       given by the municipality; most follow the same 検証番号, none must
国保・被用者 記号・番号 varies   letters, kanji and digits as the insurer likes: only by its label
===================== ======== ================================================================

``validate`` takes what has a check digit (6 or 8 digits) and, by form alone, ten digits.

>>> validate("33120015"), validate("0012345678")
('33120015', '0012345678')
>>> validate("33120016")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidChecksum: 検査用数字（チェックディジット）が合いません。
>>> validate("3312001")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, modulus_10_2_1, passes, require_digits
from ai_gov.identifiers._errors import InvalidChecksum

SHAPE: Final = re.compile(r"[0-9]{6}|[0-9]{8}|[0-9]{10}")
# 記号・番号, in half width: 磐15 0042318, 21700023・1184, 磐03-0019926 枝番01
SYMBOL_AND_NUMBER: Final = re.compile(r"[^\s0-9:：、。,()（）「」]{0,4}[0-9]{0,8}[ ・\-ー]{0,2}[0-9]{1,8}")


def compact(number: str) -> str:
    """The digits without separators, if that is what it is."""
    return bare(number)


def calc_check_digit(number: str) -> str:
    """検証番号 of the digits before it: weights 2 and 1 in turn from the right, modulus 10.

    >>> calc_check_digit("3312001")
    '5'
    """
    return modulus_10_2_1(require_digits(bare(number), 5, 7, 9))


def has_check_digit(number: str) -> bool:
    """Whether the last digit is the 検証番号 of those before; of random numbers one in ten.

    >>> has_check_digit("0012345678"), has_check_digit("0012345674")
    (False, True)
    """
    digits = compact(number)
    return bool(SHAPE.fullmatch(digits)) and calc_check_digit(digits[:-1]) == digits[-1]


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength, InvalidChecksum (not for ten digits)."""
    digits = require_digits(compact(number), 6, 8, 10)
    if len(digits) != 10 and not has_check_digit(digits):
        raise InvalidChecksum
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
