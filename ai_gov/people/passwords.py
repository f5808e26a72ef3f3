"""パスワード: which are accepted, how they are kept (argon2id), and when a wrong one locks the account.

Length is what counts (NIST SP 800-63B-4 asks for 15 characters where a password stands alone, and for no mixture of
kinds); an account locks for a while, never for good, so that nobody can be shut out by guessing at their number.
"""

from __future__ import annotations

import datetime as dt
import functools
import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ai_gov.errors import BadRequest

SHORTEST: Final = 15
LONGEST: Final = 128
TRIES: Final = 5
"""Wrong passwords in a row before the account rests."""

REST: Final = dt.timedelta(minutes=15)
_INITIAL_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like another
_HASHER: Final = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Password:
    """パスワードの状態: what is kept of a password."""

    hash: str = field(repr=False)
    must_change: bool = False
    failures: int = 0
    locked_until: dt.datetime | None = None

    def locked(self, at: dt.datetime) -> bool:
        """Whether no password is looked at now."""
        return self.locked_until is not None and at < self.locked_until

    def failed(self, at: dt.datetime) -> Password:
        """After a wrong one.

        >>> now = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
        >>> state = Password("x")
        >>> for _ in range(TRIES):
        ...     state = state.failed(now)
        >>> state.locked(now), state.locked(now + REST)
        (True, False)
        """
        failures = self.failures + 1
        if failures < TRIES:
            return replace(self, failures=failures)
        return replace(self, failures=0, locked_until=at + REST)

    def passed(self) -> Password:
        """After the right one."""
        return replace(self, failures=0, locked_until=None)


def check_acceptable(password: str, *, person: str) -> None:
    """Raises BadRequest with what is wrong with a new password.

    >>> check_acceptable("みどりの窓辺に置いた三つの湯のみ", person="1001")
    >>> check_acceptable("aaaaaaaaaaaaaaaaaaa", person="1001")
    Traceback (most recent call last):
    ai_gov.errors.BadRequest: パスワードに同じ文字が多すぎます。別の言葉を組み合わせてください。
    """
    password = normal(password)
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadRequest(
            f"パスワードは{SHORTEST}文字以上{LONGEST}文字以下にしてください。思い出しやすい言葉を"
            "いくつか並べると、長くても覚えられます。",
            param="password",
        )
    if len(set(password)) < 6:
        raise BadRequest("パスワードに同じ文字が多すぎます。別の言葉を組み合わせてください。", param="password")
    if person and len(password.replace(person, "")) < SHORTEST // 2:
        raise BadRequest("パスワードを職員番号の繰り返しにすることはできません。", param="password")


def make(password: str, *, must_change: bool = False) -> Password:
    """A new password's state; slow on purpose."""
    return Password(_HASHER.hash(normal(password)), must_change=must_change)


def matches(kept: Password | None, password: str) -> bool:
    """Whether it is the one; as slow for an account that does not exist."""
    try:
        _HASHER.verify(kept.hash if kept else _nobody(), normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def initial() -> str:
    """初期パスワード: for one sign-in, read aloud or printed.

    >>> len(initial()), initial() != initial()
    (19, True)
    """
    return "-".join("".join(secrets.choice(_INITIAL_ALPHABET) for _ in range(4)) for _ in range(4))


def normal(password: str) -> str:
    """One form for what two keyboards write differently (NFKC), cut at a length that keeps hashing quick."""
    return unicodedata.normalize("NFKC", password)[: LONGEST * 4]


@functools.cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex(16))
