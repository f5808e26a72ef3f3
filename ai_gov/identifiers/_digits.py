"""数字の扱い: what most modules here share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from ai_gov.identifiers._errors import InvalidFormat, InvalidLength, InvalidNumber

_SEPARATORS: Final = re.compile(r"[\s.・\-‐‑‒–—―−ー─]+")


def bare(number: str) -> str:
    """Half width and upper case, without blanks, dots and dashes.

    >>> bare("６９０１ー４８６５ ８３１１"), bare("tk48201937ea")
    ('690148658311', 'TK48201937EA')
    """
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", number)).upper()


def require_digits(number: str, *lengths: int) -> str:
    """The number itself if it is made of ASCII digits and has one of the lengths."""
    if not (number.isascii() and number.isdecimal()):
        raise InvalidFormat
    if len(number) not in lengths:
        raise InvalidLength
    return number


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of digit times weight, from the left."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def passes(validate: Callable[[str], str], number: str) -> bool:
    """Whether ``validate`` lets the number through."""
    try:
        validate(number)
    except InvalidNumber:
        return False
    return True


def modulus_10_2_1(digits: str) -> str:
    """検証番号 of the insurance numbers: weights 2, 1, 2 … from the right, digits of each product added, mod 10.

    >>> modulus_10_2_1("3312001")
    '5'
    """
    total = 0
    for position, digit in enumerate(reversed(digits)):
        product = int(digit) * (1 if position % 2 else 2)
        total += product // 10 + product % 10
    return str(-total % 10)
