"""照合用の符号: keyed HMACs by which equal values can be found in the log without being in it.

HMAC-SHA256, cut to 16 bytes, base64url. Purpose, organisation and type are part of what is hashed, so that codes of
one kind, or of one 団体, say nothing about another's. Of a 個人番号 no code exists at all (番号法2条8項 counts a
number that stands in for it as one).
"""

from __future__ import annotations

import base64
import hmac
import json
from typing import Final

from ai_gov.audit.addresses import steps
from ai_gov.identifiers import phone
from ai_gov.model import Finding
from ai_gov.text import name_key, normalize

FORBIDDEN: Final = frozenset({"JP_MY_NUMBER"})
"""符号を作らない種類."""

KEY_SIZE: Final = 32
SIZE: Final = 16
"""Bytes kept of an HMAC."""

SURNAME: Final = "PERSON.surname"
GIVEN: Final = "PERSON.given"
WITHIN: Final = "JP_ADDRESS.in"
"""An address lies in this one; ``JP_ADDRESS`` itself: it goes exactly as far."""

CLEAR: Final = ".clear"
"""Of a value that was let through as it stood."""

NUMBERS: Final = frozenset(
    {
        "JP_RESIDENT_CODE",
        "JP_DRIVER_LICENSE",
        "JP_PASSPORT",
        "JP_RESIDENCE_CARD",
        "JP_PENSION_NUMBER",
        "JP_HEALTH_INSURANCE",
        "JP_EMPLOYMENT_INSURANCE",
        "JP_BANK_ACCOUNT",
        "CREDIT_CARD",
        "LOCAL_ID",
    }
)
"""番号: compared by their digits and Latin letters alone, whatever word stands with them."""


class ForbiddenTokenError(ValueError):
    """符号を作ってはならない種類: a fault of ours."""


def token(type: str, value: str, key: bytes, organisation: str) -> str:  # noqa: A002 - the field's term
    """検索用の符号: of one value of a type of finding; equal for two writings of the same value.

    Raises ForbiddenTokenError for a 個人番号.

    >>> key = bytes(32)
    >>> token("PERSON", "髙橋　花子", key, "town") == token("PERSON", "高橋花子", key, "town")
    True
    >>> token("PHONE_NUMBER", "０９０-1111-2222", key, "a") == token("PHONE_NUMBER", "09011112222", key, "b")
    False
    >>> token("JP_MY_NUMBER", "", key, "town")
    Traceback (most recent call last):
    ai_gov.audit.tokens.ForbiddenTokenError: JP_MY_NUMBER の符号は作れません
    """
    if type in FORBIDDEN:
        raise ForbiddenTokenError(f"{type} の符号は作れません")
    return _hmac(key, "search", organisation, type, compact(type, value))


def pseudonym(value: str, key: bytes, organisation: str) -> str:
    """仮名: what a service outside is told instead of who somebody is.

    >>> len(pseudonym("p7", bytes(32), "town"))
    22
    """
    return _hmac(key, "pseudonym", organisation, value)


def finding_tokens(
    finding: Finding, value: str, key: bytes, organisation: str, *, clear: bool = False
) -> tuple[str, ...]:
    """検知の符号: all that a finding with this value can be searched by; none where it is irreversible.

    A person has codes for the whole name, and for surname and given name where the detector told them apart; an
    address one for each step from its 町 down. ``clear``: it was let through; its codes then say so too.
    """
    if finding.irreversible or finding.type in FORBIDDEN:
        return ()
    values = [(finding.type, value)]
    if finding.type == "PERSON" and finding.name is not None:
        values += [
            (kind, text) for kind, text in ((SURNAME, finding.name.surname), (GIVEN, finding.name.given)) if text
        ]
    elif finding.type == "JP_ADDRESS":
        values += [(WITHIN, step) for step in steps(value)]
    if clear:
        values += [(kind + CLEAR, text) for kind, text in values]
    return tuple(dict.fromkeys(token(kind, text, key, organisation) for kind, text in values))


def compact(type: str, value: str) -> str:  # noqa: A002
    """照合の形: the one writing of a value under which it is compared.

    >>> compact("JP_BANK_ACCOUNT", "普通 １２３−４５６７"), compact("EMAIL_ADDRESS", "Ａ.B@Example.JP")
    ('1234567', 'a.b@example.jp')
    >>> compact("JP_ADDRESS", "桜市本町一丁目2番3号")
    '本町1-2-3'
    """
    kind = type.removesuffix(CLEAR)
    if kind.partition(".")[0] == "PERSON":
        return name_key(value)
    if kind == WITHIN:
        return value
    if kind == "JP_ADDRESS" and (found := steps(value)):
        return found[-1]
    if kind == "PHONE_NUMBER":
        return phone.compact(value)
    text = normalize(value).text.casefold()
    if kind == "EMAIL_ADDRESS":
        return "".join(text.split())
    if kind in NUMBERS and sum(char.isdecimal() for char in text) > 3:
        text = "".join(char for char in text if char.isascii())
    return "".join(char for char in text if char.isalnum())


def _hmac(key: bytes, *parts: str) -> str:
    if len(key) != KEY_SIZE:
        raise ValueError(f"鍵は {KEY_SIZE} バイトで与えてください")
    message = json.dumps(["ai-gov", *parts]).encode()
    return base64.urlsafe_b64encode(hmac.digest(key, message, "sha256")[:SIZE]).rstrip(b"=").decode()
