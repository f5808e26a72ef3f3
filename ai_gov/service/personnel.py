"""職員の管理: people, roles, keys and the yearly roster, by whoever may, for the command line and the pages.

The register puts each change and its entry in one transaction, and never lets the last of the IT staff go.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ai_gov.errors import BadRequest, Conflict, Forbidden, UnknownRoute
from ai_gov.model import japan_date
from ai_gov.people.csvimport import Roster, is_person_id
from ai_gov.people.keys import Key
from ai_gov.people.model import ApiKey, Department, Grant, Member, Person, Role
from ai_gov.people.permissions import check_apart, check_can_edit_people, check_not_oneself
from ai_gov.people.plan import Plan, added, edited, plan
from ai_gov.service.personnel_ports import Passwords, PeoplePort, RegisterPort
from ai_gov.service.ports import Clock

MOST_DAYS = 1825
LONGEST = 200
"""Characters of a name, an address, a label."""


@dataclass(frozen=True, slots=True)
class Editor:
    """変更する人: ``name`` is what the log says. Without a member it is whoever runs the machine, at a terminal."""

    name: str
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """登録内容."""

    department: str
    name: str = field(repr=False)
    mail: str = field(default="", repr=False)
    valid_until: dt.date | None = None
    department_name: str = ""
    """Of a department that is new."""


class Personnel:
    """職員の管理の窓口. Everything is within one organisation, that of the editor for pages."""

    def __init__(self, people: PeoplePort, register: RegisterPort, passwords: Passwords, clock: Clock) -> None:
        self._clock = clock
        self._people = people
        self._register = register
        self._passwords = passwords

    def today(self) -> dt.date:
        """The day in Japan."""
        return japan_date(self._clock.now())

    def now(self) -> dt.datetime:
        """The time now."""
        return self._clock.now()

    def members(self, organisation: str, *, also_left: bool = False) -> list[Member]:
        """職員の一覧."""
        return self._people.members(organisation, also_left=also_left)

    def departments(self, organisation: str) -> dict[str, str]:
        """所属の一覧: name by id."""
        return {item.id: item.name for item in self._people.departments(organisation)}

    def keys(self, organisation: str, number: str | None = None) -> Sequence[ApiKey]:
        """APIキーの一覧."""
        return self._people.keys(organisation, number)

    def member(self, organisation: str, number: str) -> Member:
        """職員1人. Raises UnknownRoute."""
        found = self._people.member(organisation, number)
        if found is None:
            raise UnknownRoute("その職員番号は登録されていません。一覧で確かめてください。")
        return found

    def add(self, editor: Editor, organisation: str, number: str, entry: Entry, roles: Collection[Role]) -> Person:
        """職員を登録する. Raises BadRequest."""
        self._check(editor, organisation)
        if not is_person_id(number):
            raise BadRequest("職員番号は半角の英数字とハイフンなど（40文字まで）で書いてください。", param="number")
        if self._people.member(organisation, number) is not None:
            raise BadRequest(f"職員番号 {number} はすでに登録されています。一覧で確かめてください。", param="number")
        check_apart(roles)
        _check_entry(entry)
        self._department(editor, organisation, entry)
        person = Person(organisation, number, entry.department, entry.name, entry.mail, entry.valid_until)
        self._register.change(added(person, frozenset(roles or {Role.STAFF})), actor=editor.name)
        return person

    def edit(self, editor: Editor, organisation: str, number: str, entry: Entry) -> bool:
        """登録内容を変える. Returns whether anything differs. Raises BadRequest, Forbidden."""
        member = self._other(editor, organisation, number)
        _still_here(member)
        _check_entry(entry)
        self._department(editor, organisation, entry)
        change = edited(
            member,
            department=entry.department,
            name=entry.name,
            mail=entry.mail,
            valid_until=entry.valid_until,
        )
        if change is not None:
            self._register.change(change, actor=editor.name)
        return change is not None

    def leave(self, editor: Editor, organisation: str, number: str) -> None:
        """利用を止める: roles, keys and sign-ins end at once."""
        member = self._other(editor, organisation, number)
        _still_here(member)
        self._register.leave(member, actor=editor.name)

    def bring_back(self, editor: Editor, organisation: str, number: str) -> None:
        """復帰させる: as 職員; other roles are given anew."""
        member = self._other(editor, organisation, number)
        person = member.person
        if not person.left:
            raise BadRequest(f"職員 {number} は転出・退職になっていません。")
        change = edited(
            member, department=person.department, name=person.name, mail=person.mail, valid_until=person.valid_until
        )
        assert change is not None
        self._register.change(change, actor=editor.name)

    def grant(self, editor: Editor, wanted: Grant) -> Grant:
        """役割を付与する. Raises BadRequest, Forbidden."""
        member = self._other(editor, wanted.organisation, wanted.person)
        _still_here(member)
        if editor.member is not None and wanted.scope_organisation != editor.member.person.organisation:
            raise Forbidden("ほかの団体での役割は、その団体の情報担当が付与します。")
        check_apart({wanted.role, *(grant.role for grant in member.grants)})
        first, last = wanted.valid_from, wanted.valid_to
        if wanted.deputy_for:
            if first is None or last is None:
                raise BadRequest("代理には、始まりと終わりの両方の日付が必要です。", param="valid_from")
            if self._people.member(wanted.organisation, wanted.deputy_for) is None:
                raise BadRequest("代理される人の職員番号は登録されていません。", param="deputy_for")
        if first and last and last < first:
            raise BadRequest("終わりの日が始まりの日より前です。", param="valid_to")
        section = wanted.scope_department
        if section and section not in self.departments(wanted.scope_organisation):
            raise BadRequest(
                f"所属コード {section} は団体 {wanted.scope_organisation} にありません。", param="department"
            )
        if any(_same(grant, wanted) for grant in member.grants):
            raise BadRequest(f"役割「{wanted.role.ja}」は、同じ範囲と期間ですでに付与されています。")
        return self._register.grant(wanted, actor=editor.name)

    def revoke(self, editor: Editor, organisation: str, number: str, grant_id: str) -> Grant:
        """役割を外す. Raises UnknownRoute for a grant that the person does not have."""
        member = self._other(editor, organisation, number)
        found = next((grant for grant in member.grants if grant.id == grant_id), None)
        if found is None:
            raise UnknownRoute("その役割はもうありません。画面を開き直してください。")
        self._register.revoke_grant(found, actor=editor.name)
        return found

    def reset_password(self, editor: Editor, organisation: str, number: str) -> str:
        """初期パスワードを発行する: returned this once."""
        member = self._other(editor, organisation, number)
        _still_here(member)
        return self._passwords.reset(member.person, actor=editor.name)

    def issue_key(
        self, editor: Editor, organisation: str, number: str, *, label: str, default_use: str, days: int
    ) -> tuple[Key, ApiKey]:
        """APIキーを発行する: returned this once."""
        self._check(editor, organisation)
        member = self.member(organisation, number)
        _still_here(member)
        if not 1 <= days <= MOST_DAYS:
            raise BadRequest(f"有効な日数は1から{MOST_DAYS}までにしてください。", param="days")
        if len(label) > LONGEST or not (label.isprintable() or not label):
            raise BadRequest(f"名前は1行・{LONGEST}文字までにしてください。", param="label")
        return self._register.issue_key(
            member.person, actor=editor.name, label=label, default_use=default_use, days=days
        )

    def revoke_key(self, editor: Editor, organisation: str, number: str, key_id: str) -> None:
        """APIキーを無効にする. Raises UnknownRoute for a key that is not this person's."""
        self._check(editor, organisation)
        key = self._people.key(key_id)
        if key is None or (key.organisation, key.person) != (organisation, number):
            raise UnknownRoute("そのキーはありません。画面を開き直してください。")
        self._register.revoke_key(key, actor=editor.name)

    def planned(self, editor: Editor, organisation: str, roster: Roster) -> Plan:
        """名簿の計画: what the roster changes. Raises Forbidden where it may not."""
        self._check(editor, organisation)
        members = self._people.members(organisation, also_left=True)
        made = plan(roster, organisation, members, self.departments(organisation))
        held = {member.person.id: member.grants for member in members}
        for change in made.changes:
            now = {grant.role for grant in held.get(change.after.id, ())}
            by_hand = {grant.role for grant in held.get(change.after.id, ()) if not grant.by_roster}
            after = now if change.roles is None else by_hand | change.roles
            if change.kind != "left":
                check_apart(after)
            if editor.member is not None and (change.kind == "left" or after != now):
                check_not_oneself(editor.member.person, change.after)
        return made

    def apply_roster(
        self, editor: Editor, organisation: str, roster: Roster, *, seen: str, many_leave: bool = False
    ) -> Plan:
        """名簿を取り込む: exactly the plan whose ``fingerprint`` was looked at. Raises Conflict for another one."""
        made = self.planned(editor, organisation, roster)
        if fingerprint(made) != seen:
            raise Conflict("確かめている間に登録内容が変わりました。計画をもう一度確かめてください。")
        if made.many_leave and not many_leave:
            raise BadRequest(
                f"名簿から {len(made.of('left'))} 人が消えています。一部の所属だけの名簿ではありませんか。"
                "全職員の名簿で正しければ、確かめた印を付けてください。",
                param="many_leave",
            )
        self._register.apply(made, organisation, actor=editor.name)
        return made

    def _check(self, editor: Editor, organisation: str) -> None:
        if editor.member is not None:
            check_can_edit_people(editor.member, organisation, on=self.today())

    def _other(self, editor: Editor, organisation: str, number: str) -> Member:
        """Somebody else than the editor, whom the editor may change."""
        self._check(editor, organisation)
        found = self.member(organisation, number)
        if editor.member is not None:
            check_not_oneself(editor.member.person, found.person)
        return found

    def _department(self, editor: Editor, organisation: str, entry: Entry) -> None:
        if not is_person_id(entry.department):
            raise BadRequest(
                "所属コードは半角の英数字とハイフンなど（40文字まで）で書いてください。", param="department"
            )
        if entry.department not in self.departments(organisation) and not entry.department_name:
            raise BadRequest(
                f"所属コード {entry.department} は未登録です。所属名も入れてください。", param="department_name"
            )
        if entry.department_name:
            department = Department(organisation, entry.department, entry.department_name)
            self._register.set_department(department, actor=editor.name)


def fingerprint(made: Plan) -> str:
    """計画の指紋: two plans have the same only where they change the same."""
    shown = repr(
        [(c.kind, c.before, c.after, sorted(c.roles_before or ()), sorted(c.roles or ())) for c in made.changes]
    )
    names = [(c.after.name, c.after.mail, c.before and (c.before.name, c.before.mail)) for c in made.changes]
    return hashlib.sha256(f"{shown}{names!r}{sorted(made.departments.items())!r}".encode()).hexdigest()


def _same(one: Grant, other: Grant) -> bool:
    def of(grant: Grant) -> tuple[object, ...]:
        scope = (grant.scope_organisation, grant.scope_department)
        return (grant.role, *scope, grant.valid_from, grant.valid_to, grant.deputy_for)

    return of(one) == of(other)


def _check_entry(entry: Entry) -> None:
    for value, what, param in ((entry.name, "氏名", "name"), (entry.mail, "メール", "mail")):
        if len(value) > LONGEST or not (value.isprintable() or not value):
            raise BadRequest(f"{what}は1行・{LONGEST}文字までで書いてください。", param=param)
    if not entry.name.strip():
        raise BadRequest("氏名を入れてください。", param="name")
    if len(entry.department_name) > LONGEST or not (entry.department_name.isprintable() or not entry.department_name):
        raise BadRequest(f"所属名は1行・{LONGEST}文字までで書いてください。", param="department_name")


def _still_here(member: Member) -> None:
    if member.person.left:
        raise BadRequest(f"職員番号 {member.person.id} は転出・退職済みです。先に復帰させてください。")
