"""IPアドレス: of a machine; a private one shows how a municipal network is built.

Version 4 or 6 as the standard library's ``ipaddress`` reads them (RFC 791, 4291; private ranges: IANA's registries,
RFC 1918 and 6598 among them).

>>> validate("１０．４１．１０．１"), is_private("10.41.10.1"), is_private("8.8.8.8")
('10.41.10.1', True, False)
>>> validate("10.41.10.256")
Traceback (most recent call last):
ai_gov.identifiers._errors.InvalidFormat: 番号に使えない文字、またはあり得ない値が含まれています。
>>> PATTERN.search("住基サーバは10.41.10.200です")[0]
'10.41.10.200'
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final

from ai_gov.identifiers._digits import passes
from ai_gov.identifiers._errors import InvalidFormat

_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
SHAPE: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+")
PATTERN: Final = re.compile(rf"(?<![0-9A-Za-z.]){_OCTET}(?:\.{_OCTET}){{3}}(?![0-9A-Za-z]|\.[0-9])")
_SHARED: Final = ipaddress.ip_network("100.64.0.0/10")


def compact(number: str) -> str:
    """Half width, without blanks around it and without a prefix length.

    >>> compact("192.168.1.0/24")
    '192.168.1.0'
    """
    return unicodedata.normalize("NFKC", number).strip().partition("/")[0]


def _parse(number: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(compact(number))
    except ValueError:
        raise InvalidFormat from None


def validate(number: str) -> str:
    """The address as ``ipaddress`` writes it, or InvalidFormat."""
    return str(_parse(number))


def is_valid(number: str) -> bool:
    """Whether ``validate`` lets it through."""
    return passes(validate, number)


def is_private(number: str) -> bool:
    """Whether it can't be reached from the Internet: private, shared, link-local, loopback, reserved for examples."""
    if not is_valid(number):
        return False
    address = _parse(number)
    return address.is_private or address in _SHARED
