"""旅券番号: two letters and seven digits on a Japanese passport; other states have forms of their own.

Issued by the 外務大臣 (旅券法6条1項1号). There is no check digit in the number as people write it (it stands in the
machine-readable zone only, ICAO Doc 9303). Passports of other states with one letter and seven digits are accepted
too, as residents from there bring them; everything else of theirs only by ``is_foreign_form``, which needs a label.

>>> validate("ＴＲ １２３４５６７")
'TR1234567'
>>> validate("TR123456")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes
from ai_gov.identifiers._errors import InvalidFormat, InvalidLength

SHAPE: Final = re.compile(r"[A-Z]{1,2}[0-9]{7}")
_FOREIGN: Final = re.compile(r"[A-Z]{0,3}[0-9]{6,9}[A-Z]{0,2}")


def compact(number: str) -> str:
    """Letters and digits without separators."""
    return bare(number)


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength."""
    found = compact(number)
    if not SHAPE.fullmatch(found):
        raise InvalidLength if re.fullmatch(r"[A-Z]{1,2}[0-9]*", found) else InvalidFormat
    return found


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)


def is_foreign_form(number: str) -> bool:
    """Whether a number labelled as a passport's may be one of another state (ICAO allows nine characters).

    >>> is_foreign_form("561284907"), is_foreign_form("12345")
    (True, False)
    """
    found = compact(number)
    return len(found) <= 9 and bool(_FOREIGN.fullmatch(found))
