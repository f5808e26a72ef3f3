"""ログインの状態: a session of the pages. The cookie holds a random token, the database its digest only."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

IDLE: Final = dt.timedelta(minutes=60)
"""A session ends when nothing was asked for so long."""

OIDC: Final = "oidc"
"""How somebody signed in who did so at an identity provider."""

LONGEST: Final = dt.timedelta(hours=12)
"""And in any case after a working day."""


@dataclass(frozen=True, slots=True)
class Session:
    """ログイン中の人. ``client`` is a digest of what the browser says of itself: another one can't go on with it."""

    id: str = field(repr=False)
    organisation: str
    person: str
    client: str = field(repr=False)
    created_at: dt.datetime
    seen_at: dt.datetime
    provider: str = ""
    """The identity provider by which it was opened; empty for a password."""

    def valid(self, at: dt.datetime) -> bool:
        """Whether it is still open.

        >>> now = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
        >>> s = Session("", "town", "1001", "", now, now)
        >>> s.valid(now + dt.timedelta(minutes=59)), s.valid(now + dt.timedelta(minutes=61))
        (True, False)
        """
        return at < self.seen_at + IDLE and at < self.created_at + LONGEST

    def csrf(self) -> str:
        """What a form of this session carries, so that no other site can send one (CSRF)."""
        return hmac.digest(self.id.encode(), b"csrf", "sha256").hex()


def new_token() -> str:
    """What the cookie holds."""
    return secrets.token_urlsafe(32)


def session_id(token: str) -> str:
    """What the database holds of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def client_digest(user_agent: str) -> str:
    """What is kept of a browser's name."""
    return hashlib.sha256(user_agent.encode()).hexdigest()[:32]
