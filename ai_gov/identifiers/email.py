"""メールアドレス: local part, @, domain, all in ASCII.

The forms people use out of RFC 5321/5322 (no quoted local parts, no bare IP), with what Japanese mobile carriers let
through against the RFC: dots in a row or before the @. ``PATTERN`` finds them in text that has Japanese right before
and after, where a word boundary would not be seen.

>>> validate("Taro.Yamada＠example.jp")
'Taro.Yamada@example.jp'
>>> validate("example.jp")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidFormat: 番号に使えない文字、またはあり得ない値が含まれています。
>>> PATTERN.search("連絡はtaro@example.jpまで")[0]
'taro@example.jp'
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from ai_gov.identifiers._digits import passes
from ai_gov.identifiers._errors import InvalidFormat, InvalidLength

_LOCAL: Final = r"[A-Za-z0-9_+][A-Za-z0-9_+.!#$%&'*/=?^`{|}~\-]{0,63}"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
SHAPE: Final = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}")
PATTERN: Final = re.compile(rf"(?<![A-Za-z0-9_+.!#$%&'*/=?^`{{|}}~\-]){SHAPE.pattern}(?![A-Za-z0-9])")
LONGEST: Final = 254


def compact(number: str) -> str:
    """Half width, without blanks around it."""
    return unicodedata.normalize("NFKC", number).strip()


def validate(number: str) -> str:
    """The compact form, or InvalidFormat, InvalidLength (more than 254 characters)."""
    found = compact(number)
    if len(found) > LONGEST:
        raise InvalidLength
    if not SHAPE.fullmatch(found):
        raise InvalidFormat
    return found


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)
