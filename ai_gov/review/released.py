"""公開の記録: what anybody may know of a text that went out: by whom, when, how far by AI, and its digests."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ai_gov.review.labels import Degree
from ai_gov.review.record import Audience

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without the letters and digits that are taken for each other on paper."""
INTERNAL: Final = "release"
"""The purpose for which the key of internal digests is derived (for no organisation)."""

_LENGTH: Final = 10


@dataclass(frozen=True, slots=True)
class Release:
    """公開1件. No personal data. ``digests``: of each file by its kind (txt, html, docx, pdf), see ``digest_of``."""

    id: str
    review: str
    organisation: str
    department: str
    organisation_name: str
    department_name: str
    audience: Audience
    degree: Degree
    sentence: str
    reviewers: int
    released_at: dt.datetime
    digests: Mapping[str, str]
    withdrawn_at: dt.datetime | None = None


def digest_of(file: bytes, key: bytes | None = None) -> str:
    """照合値: SHA-256 (hex) of a file; with a key its HMAC, for what never left the house and may not be guessed.

    >>> digest_of(b"")[:8], digest_of(b"", bytes(32))[:8] != digest_of(b"")[:8]
    ('e3b0c442', True)
    """
    return hashlib.sha256(file).hexdigest() if key is None else hmac.digest(key, file, "sha256").hex()


def new_release_id() -> str:
    """公開番号: ten letters and digits, to be typed from paper.

    >>> len(new_release_id()), set(new_release_id()) <= set(ALPHABET)
    (10, True)
    """
    return "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))


def read_release_id(typed: str) -> str:
    """公開番号を読む: as somebody types it; empty for what can't be one.

    >>> read_release_id("ab2c-de3f gh"), read_release_id("０１")
    ('AB2CDE3FGH', '')
    """
    bare = typed.upper().replace("-", "").replace(" ", "").replace("　", "")
    return bare if len(bare) == _LENGTH and set(bare) <= set(ALPHABET) else ""
