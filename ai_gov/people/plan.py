"""異動の計画: what a roster changes, to be looked at before it is applied."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ai_gov.model import Json
from ai_gov.people.csvimport import Roster, RosterRow
from ai_gov.people.model import Grant, Member, Person, Role

MANY = 0.3
"""A share of the staff above which leaving may be a mistake (a file of one section only) and has to be confirmed."""


@dataclass(frozen=True, slots=True)
class Change:
    """変更: one person before and after; ``roles`` are those that the roster gives (none: left as they are)."""

    kind: str  # added, moved, changed, returned, left
    before: Person | None
    after: Person
    roles_before: frozenset[Role] | None = None
    roles: frozenset[Role] | None = None

    def data(self) -> dict[str, Json]:
        """The change for the log: the person's id and what changed, never a name or an address."""
        before, after = self.before, self.after
        data: dict[str, Json] = {"person": after.id}
        if before is None or before.department != after.department:
            data["department"] = [before.department if before else None, after.department]
        if self.roles is not None and self.roles != self.roles_before:
            data["roles"] = [sorted(self.roles_before or ()), sorted(self.roles)]
        if before is not None and before.valid_until != after.valid_until:
            data["valid_until"] = [_iso(before.valid_until), _iso(after.valid_until)]
        elif before is None and after.valid_until is not None:
            data["valid_until"] = [None, _iso(after.valid_until)]
        if before is not None:
            changed = [name for name in ("name", "mail") if getattr(before, name) != getattr(after, name)]
            if changed:
                data["changed"] = changed
        return data


@dataclass(frozen=True, slots=True)
class Plan:
    """異動の計画: every change, and the departments that are new or renamed (id → name)."""

    changes: tuple[Change, ...]
    departments: Mapping[str, str]
    unchanged: int

    def of(self, kind: str) -> list[Change]:
        """The changes of one kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def many_leave(self) -> bool:
        """Whether so many leave that the file may be a wrong one."""
        before = self.unchanged + sum(change.before is not None and not change.before.left for change in self.changes)
        return before > 0 and len(self.of("left")) > max(1, before * MANY)


def plan(roster: Roster, organisation: str, members: Iterable[Member], departments: Mapping[str, str]) -> Plan:
    """計画する: what makes the register (``members``: also those who left) say what the roster says."""
    known = {member.person.id: member for member in members}
    changes = [change for row in roster.rows if (change := _change(row, organisation, known.get(row.id)))]
    here = {row.id for row in roster.rows}
    changes += [
        Change("left", member.person, replace(member.person, left=True))
        for member in known.values()
        if member.person.id not in here and not member.person.left
    ]
    new = {key: name for key, name in roster.departments().items() if departments.get(key) != name}
    touched = sum(change.kind != "left" for change in changes)
    return Plan(tuple(changes), new, len(roster.rows) - touched)


def _change(row: RosterRow, organisation: str, member: Member | None) -> Change | None:
    if member is None:
        person = Person(organisation, row.id, row.department, row.name, row.mail or "", row.valid_until)
        return Change("added", None, person, None, row.roles or frozenset({Role.STAFF}))
    before = member.person
    after = replace(
        before,
        department=row.department,
        name=row.name,
        mail=before.mail if row.mail is None else row.mail,
        valid_until=row.valid_until if row.has_valid_until else before.valid_until,
        left=False,
    )
    held = roster_roles(member.grants)
    roles = row.roles
    if before.left or (roles is None and before.department != after.department):
        roles = roles or held or frozenset({Role.STAFF})  # a reviewer's grant names the department: made anew
    if before == after and roles in (None, held):
        return None
    kind = "returned" if before.left else "moved" if before.department != after.department else "changed"
    return Change(kind, before, after, held, roles)


def added(person: Person, roles: frozenset[Role]) -> Change:
    """職員の追加 as a change."""
    return Change("added", None, person, None, roles)


def edited(member: Member, *, department: str, name: str, mail: str, valid_until: dt.date | None) -> Change | None:
    """登録内容の変更 of one person as a change; none where nothing differs. Roles go with the person."""
    row = RosterRow(0, member.person.id, department, "", name, None, mail, valid_until, has_valid_until=True)
    return _change(row, member.person.organisation, member)


def role_words(roles: Iterable[Role]) -> str:
    """The roles as people read them.

    >>> role_words({Role.IT, Role.STAFF})
    '職員・情報担当'
    """
    held = set(roles)
    return "・".join(role.ja for role in Role if role in held) or "なし"


def roster_roles(grants: Iterable[Grant]) -> frozenset[Role]:
    """The roles that the last roster gave."""
    return frozenset(grant.role for grant in grants if grant.by_roster)


def roster_grants(person: Person, roles: Iterable[Role], ids: Iterable[str]) -> list[Grant]:
    """The grants of a roster's roles: a reviewer's for the department, every other one for the organisation."""
    return [
        Grant(
            grant_id,
            person.organisation,
            person.id,
            role,
            person.organisation,
            person.department if role is Role.REVIEWER else "",
            by_roster=True,
        )
        for role, grant_id in zip(sorted(roles), ids, strict=False)
    ]


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
