"""職員の管理のポート: what the service for people needs of the register and of passwords."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ai_gov.people.keys import Key
from ai_gov.people.model import ApiKey, Department, Grant, Member, Person
from ai_gov.people.plan import Change, Plan

KEY_DAYS = 365


class PeoplePort(Protocol):
    """台帳を引く."""

    def member(self, organisation: str, person: str) -> Member | None:
        """A person with every grant, also one who has left."""
        ...

    def members(self, organisation: str, *, also_left: bool = False) -> list[Member]:
        """The people of an organisation."""
        ...

    def departments(self, organisation: str) -> list[Department]:
        """Its departments."""
        ...

    def keys(self, organisation: str, person: str | None = None) -> Sequence[ApiKey]:
        """Its keys, or one person's."""
        ...

    def key(self, key_id: str) -> ApiKey | None:
        """What is known of a key."""
        ...


class RegisterPort(Protocol):
    """台帳の変更: each with its entry. Raise Conflict where nobody of IT staff would be left."""

    def set_department(self, department: Department, *, actor: str) -> None:
        """Register a department."""
        ...

    def change(self, change: Change, *, actor: str) -> None:
        """One person's change."""
        ...

    def apply(self, plan: Plan, organisation: str, *, actor: str, progress: Callable[[], None] = ...) -> None:
        """A whole plan."""
        ...

    def leave(self, member: Member, *, actor: str) -> None:
        """Somebody leaves."""
        ...

    def grant(self, grant: Grant, *, actor: str) -> Grant:
        """Give a role."""
        ...

    def revoke_grant(self, grant: Grant, *, actor: str) -> None:
        """Take it back."""
        ...

    def issue_key(
        self, person: Person, *, actor: str, label: str = "", default_use: str = "", days: int = KEY_DAYS
    ) -> tuple[Key, ApiKey]:
        """Make a key."""
        ...

    def revoke_key(self, key: ApiKey, *, actor: str, reason: str = "revoked") -> None:
        """End a key."""
        ...


class Passwords(Protocol):
    """初期パスワード."""

    def reset(self, person: Person, *, actor: str) -> str:
        """A new one, shown once."""
        ...
