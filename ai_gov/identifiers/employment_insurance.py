"""雇用保険被保険者番号: eleven digits, written 4-6-1.

Issued by the 公共職業安定所 (雇用保険法施行規則10条; 雇用保険に関する業務取扱要領20706: four and six digits
are a serial, the last a check digit).
How the check digit is worked out is not published, so only the form is looked at. The number
of an employer (事業所番号) has the same form.

>>> validate("1234-567890-1")
'12345678901'
>>> validate("1234-567890")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes, require_digits

SHAPE: Final = re.compile(r"[0-9]{11}")
GROUPS: Final = (4, 6, 1)


def compact(number: str) -> str:
    """Eleven digits without separators, if that is what it is."""
    return bare(number)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength."""
    return require_digits(compact(number), 11)


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
