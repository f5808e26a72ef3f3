r"""APIキー: ``aigov_<id>_<secret>``, shown once; the register holds only its HMAC under a key outside the database.

A key is found by its id (an indexed read of one row), never by a part of its secret, and compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

PREFIX = "aigov"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 12
_SECRET_BYTES = 32
_SECRET_LENGTH = 43  # 62**43 > 2**256
_FORM = re.compile(rf"{PREFIX}_([0-9A-Za-z]{{{_ID_LENGTH}}})_([0-9A-Za-z]{{{_SECRET_LENGTH}}})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """鍵の組: the public id and the whole key, which is kept out of every repr."""

    id: str
    text: str = field(repr=False)


def new_key() -> Key:
    """A new key: 32 random bytes.

    >>> key = new_key()
    >>> parse_key(key.text) == key, "aigov_" in repr(key)
    (True, False)
    """
    key_id = "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
    return Key(key_id, f"{PREFIX}_{key_id}_{_base62(secrets.token_bytes(_SECRET_BYTES))}")


def parse_key(text: str) -> Key | None:
    """The key that a text is, or none. No text of any form raises."""
    match = _FORM.fullmatch(text)
    return Key(match[1], text) if match else None


def key_digest(key: Key, server_key: bytes) -> bytes:
    """What the register holds of a key: HMAC-SHA256 under the server's key (32 bytes)."""
    return hmac.digest(server_key, key.text.encode(), hashlib.sha256)


def key_matches(key: Key, server_key: bytes, digest: bytes | None) -> bool:
    """Whether the register's digest is this key's, in constant time; false for an id that the register lacks."""
    expected = key_digest(key, server_key)
    return hmac.compare_digest(expected, digest if digest is not None else bytes(len(expected))) and digest is not None


def _base62(data: bytes) -> str:
    number = int.from_bytes(data, "big")
    out = []
    for _ in range(_SECRET_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        out.append(_ALPHABET[rest])
    return "".join(reversed(out))
