"""保留中の本文の封: AES-256-GCM under a key for each record, which is itself wrapped by a key outside the database.

Destroying the wrapped key of a row destroys its text. An older copy of the database can be read only together with the
key folder, which no copy of the database holds.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ai_gov.errors import StoreFailed

PURPOSE: Final = "held"
"""For which the wrapping key is derived (for each organisation)."""

_NONCE: Final = 12
_KEY: Final = 32


def new_key() -> bytes:
    """A key for one record."""
    return secrets.token_bytes(_KEY)


def seal(key: bytes, data: bytes, *, record: str, part: str) -> bytes:
    """封をする: bound to the record and the part, so that no row can take another's place.

    >>> key = new_key()
    >>> open_(key, seal(key, b"x", record="r", part="text"), record="r", part="text")
    b'x'
    """
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, _bound(record, part))


def open_(key: bytes, sealed: bytes, *, record: str, part: str) -> bytes:
    """封を開く. Raises StoreFailed for another key, record or part, and for bytes that were changed."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(record, part))
    except (InvalidTag, ValueError):
        raise StoreFailed(
            "確認中の本文を開けません。鍵フォルダー（keys）が違うか、データが変えられています。"
            "情報担当は、鍵フォルダーを控えから戻してください。"
        ) from None


def _bound(record: str, part: str) -> bytes:
    return f"ai-gov/held/1\n{record}\n{part}".encode()
