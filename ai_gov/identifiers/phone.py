"""電話番号: ten or eleven digits with the leading 0, or with 81 in its place.

Assigned by 総務省 (電気通信番号規則, 電気通信番号計画). ``phonenumbers`` knows the ranges in use, 市外局番 among
them.

A number written without 市外局番 (22-1234) counts only where a label stands by it: ``is_local_form``. One that has the
form but lies in no range in use (a misprint, an invented one) is told by ``has_form``.

>>> validate("０９０－１２３４－５６７８"), validate("+81 (0)3-3581-4111"), kind("0120-444-444")
('09012345678', '0335814111', 'freephone')
>>> validate("090-1234-567")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidLength: 番号の桁数が違います。
>>> validate("0000-12-3456")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidFormat: 番号に使えない文字、またはあり得ない値が含まれています。
"""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

from ai_gov.identifiers._digits import bare, passes, require_digits
from ai_gov.identifiers._errors import InvalidFormat

SHAPE: Final = re.compile(r"0[1-9][0-9]{8,9}")
_ELEVEN: Final = re.compile(r"0(?:[5-9]0|20|800)")  # the others have ten digits
_BRACKETS: Final = re.compile(r"[()/、,]")
_COUNTRY: Final = re.compile(r"\+?81(?:\(0\))?0?(?=[1-9])")
_LOCAL: Final = re.compile(r"[2-9][0-9]{0,3}-[0-9]{4}|[2-9][0-9]{5,7}")
_KINDS: Final = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
    PhoneNumberType.TOLL_FREE: "freephone",
    PhoneNumberType.VOIP: "ip",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.UAN: "navi",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.PERSONAL_NUMBER: "personal",
}


def compact(number: str) -> str:
    """The digits with a leading 0, whether written in the country's way or with +81.

    >>> compact("+81 70-1234-5678"), compact("(0248)75-1234"), compact("0248、21、1234")
    ('07012345678', '0248751234', '0248211234')
    """
    found = bare(number).replace("(0)", "0") if number.lstrip().startswith(("+", "＋")) else bare(number)
    found = _BRACKETS.sub("", found)
    if found.startswith("+") or (found.startswith("81") and len(found) in {11, 12}):
        found = _COUNTRY.sub("0", found, count=1)
    return found


def _parsed(digits: str) -> phonenumbers.PhoneNumber:
    return phonenumbers.PhoneNumber(country_code=81, national_number=int(digits[1:]))


def validate(number: str) -> str:
    """Ten or eleven digits with the leading 0, or InvalidFormat (in no range in use), InvalidLength."""
    digits = compact(number)
    require_digits(digits, 11 if _ELEVEN.match(digits) else 10)
    if not SHAPE.fullmatch(digits) or not phonenumbers.is_valid_number_for_region(_parsed(digits), "JP"):
        raise InvalidFormat
    return digits


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)


def kind(number: str) -> str:
    """mobile, fixed, freephone, ip, premium, navi (0570), pager, personal; empty for a number not in use.

    >>> kind("050-3456-7890"), kind("0246-21-1234"), kind("070-1234-5678"), kind("0570-000-911"), kind("12")
    ('ip', 'fixed', 'mobile', 'navi', '')
    """
    if not is_valid(number):
        return ""
    return _KINDS.get(phonenumbers.number_type(_parsed(compact(number))), "")


def has_form(number: str) -> bool:
    """Whether it has the digits of a telephone number, in use or not.

    >>> has_form("090-0000-0000"), has_form("0248-00-330"), has_form("2026-04-01")
    (True, False, False)
    """
    digits = compact(number)
    return bool(SHAPE.fullmatch(digits)) and len(digits) == (11 if _ELEVEN.match(digits) else 10)


def is_local_form(number: str) -> bool:
    """市外局番のない電話番号: two or three digits and four, and only with a label beside it.

    >>> is_local_form("22-1234"), is_local_form("5977-0266"), is_local_form("02-1234"), is_local_form("22-123")
    (True, True, False, False)
    """
    found = re.sub(r"[\s.(]+|[)‐‑–—−ーｰ]", lambda gap: "-" if gap[0].strip(" (") else "", number.strip())
    return bool(_LOCAL.fullmatch(_half_width(found)))


def _half_width(text: str) -> str:
    return "-".join(bare(part) for part in re.split("[-－]", text))
