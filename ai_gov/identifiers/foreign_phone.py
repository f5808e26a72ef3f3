"""国外の電話番号: a number that begins with + (or with 010, from Japan) and the code of another country.

Country codes from the ITU (List of Recommendation ITU-T E.164 assigned country codes); a whole number has at most 15
digits there. The numbering plans within the countries are left alone: they change, and a new number is one too.

>>> validate("+353 87 115 9042"), validate("010-1-808-555-0142"), validate("＋３４（０）６１１　２０４　８７３")
('+353871159042', '+18085550142', '+34611204873')
>>> is_valid("+81 90 1234 5678"), is_valid("090-1234-5678"), is_valid("+353 87")
(False, False, False)
"""

from __future__ import annotations

import re
from typing import Final

from ai_gov.identifiers._digits import bare, passes
from ai_gov.identifiers._errors import InvalidFormat, InvalidLength

_COUNTRY: Final = (
    r"(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[246]|9[0-58]"
    r"|2[1-69][0-9]|3[578][0-9]|42[0-9]|5[09][0-9]|6[789][0-9]|8[0578][0-9]|9[679][0-9])"
)
SHAPE: Final = re.compile(rf"\+{_COUNTRY}[0-9]+")
_FEWEST: Final = 9
_MOST: Final = 15
_BRACKETS: Final = re.compile(r"\(0\)|[()]")


def compact(number: str) -> str:
    """+ and digits, without blanks, dashes, brackets and the (0) that is not dialled from abroad."""
    found = _BRACKETS.sub("", bare(number))
    return "+" + found.removeprefix("010") if found.startswith("010") else found


def validate(number: str) -> str:
    """The compact form, or InvalidFormat (Japan's, or of no country), InvalidLength."""
    found = compact(number)
    if not SHAPE.fullmatch(found):
        raise InvalidFormat
    if not _FEWEST <= len(found) - 1 <= _MOST:
        raise InvalidLength
    return found


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
