"""人と組織の語: organisations, departments, people, roles with dates, and API keys. Names never reach a repr."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass, field


class Role(enum.StrEnum):
    """役割: what a person may do. One person can have several, each for an organisation or a department."""

    STAFF = "staff"
    REVIEWER = "reviewer"
    CAIO = "caio"
    CAIO_ASSISTANT = "caio_assistant"
    AUDITOR = "auditor"
    IT = "it"

    @property
    def ja(self) -> str:
        """The word staff read and write.

        >>> Role.REVIEWER.ja
        '確認者'
        """
        return _JAPANESE[self]

    @classmethod
    def parse(cls, word: str) -> Role:
        """The role of a Japanese word (or of our own code); 所属長 is a 確認者.

        >>> Role.parse("所属長"), Role.parse("CAIO補佐官")
        (<Role.REVIEWER: 'reviewer'>, <Role.CAIO_ASSISTANT: 'caio_assistant'>)
        """
        role = _WORDS.get(word.strip().lower())
        if role is None:
            raise ValueError(f"役割は {'・'.join(_JAPANESE.values())} のいずれかで書いてください: {word}")
        return role


_JAPANESE = {
    Role.STAFF: "職員",
    Role.REVIEWER: "確認者",
    Role.CAIO: "CAIO",
    Role.CAIO_ASSISTANT: "CAIO補佐官",
    Role.AUDITOR: "監査",
    Role.IT: "情報担当",
}
_WORDS = {
    **{role.value: role for role in Role},
    **{word.lower(): role for role, word in _JAPANESE.items()},
    "所属長": Role.REVIEWER,
    "監査担当": Role.AUDITOR,
    "監査委員": Role.AUDITOR,
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """団体: a municipality that uses this installation."""

    id: str  # 団体コード or a short name; stands in every record
    name: str


@dataclass(frozen=True, slots=True)
class Department:
    """所属: a section of an organisation."""

    organisation: str
    id: str  # 所属コード
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """人: someone of an organisation. ``id`` is the 職員番号, the only thing of a person that the log holds."""

    organisation: str
    id: str
    department: str
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    valid_until: dt.date | None = None  # the last day on which the person may use anything
    left: bool = False

    def active(self, on: dt.date) -> bool:
        """Whether the person still belongs here on that day."""
        return not self.left and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Grant:
    """役割の付与: a role for a person, where it holds and when. 代理 is a grant with both dates.

    ``organisation`` and ``person`` say whose it is; ``scope_organisation`` and ``scope_department`` where it holds
    (no department: the whole organisation), which may be a partner town's.
    """

    id: str
    organisation: str
    person: str
    role: Role
    scope_organisation: str
    scope_department: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None  # the last day
    deputy_for: str = ""  # 代理: whose
    by_roster: bool = False  # made by the yearly import, and replaced by the next one

    def holds(self, on: dt.date) -> bool:
        """Whether it is in force on that day.

        >>> g = Grant("1", "town", "1001", Role.REVIEWER, "town", "", dt.date(2026, 4, 1), dt.date(2026, 4, 30))
        >>> g.holds(dt.date(2026, 4, 30)), g.holds(dt.date(2026, 5, 1))
        (True, False)
        """
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def covers(self, organisation: str, department: str = "") -> bool:
        """Whether it holds for a department; for the whole organisation only where it isn't bound to one."""
        return self.scope_organisation == organisation and self.scope_department in {"", department}


@dataclass(frozen=True, slots=True)
class Member:
    """利用者とその役割: a person with every grant, as the question who may do what needs them."""

    person: Person
    grants: tuple[Grant, ...] = ()

    def has(self, role: Role, organisation: str, department: str = "", *, on: dt.date) -> bool:
        """Whether the role is held there on that day."""
        return self.person.active(on) and any(
            grant.role is role and grant.holds(on) and grant.covers(organisation, department) for grant in self.grants
        )

    def roles(self, on: dt.date) -> frozenset[Role]:
        """Every role held on that day somewhere in the person's own organisation, for its department or wider."""
        return roles_in_force(self.person, self.grants, on)


def roles_in_force(person: Person, grants: Iterable[Grant], on: dt.date) -> frozenset[Role]:
    """The roles that grants give a person for its own department on a day; none for one who has left."""
    if not person.active(on):
        return frozenset()
    return frozenset(g.role for g in grants if g.holds(on) and g.scope_organisation == person.organisation)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """APIキー: what is known of a key after it was shown once. The key itself is nowhere."""

    id: str
    organisation: str
    person: str
    label: str
    created_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None = None
    default_use: str = ""

    def valid(self, at: dt.datetime) -> bool:
        """Whether it opens the door at that moment."""
        return self.revoked_at is None and at < self.expires_at
