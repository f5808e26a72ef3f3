"""はじめの設定: the first organisation, department and member of IT staff, once, by who sees the server start."""

from __future__ import annotations

import hmac
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from ai_gov.errors import BadRequest, Forbidden
from ai_gov.people import passwords
from ai_gov.people.model import Department, Grant, Member, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.service.accounts import Accounts, SignedIn

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_ACTOR = "first-setup"
FIRST_ROLES = (Role.STAFF, Role.IT)


@dataclass(frozen=True, slots=True)
class FirstEntries:
    """はじめの登録: what the form asks for."""

    organisation: str
    organisation_name: str
    department: str
    department_name: str
    person: str
    name: str = field(repr=False)
    password: str = field(repr=False)


class PeopleRegister(Protocol):
    """台帳: what a first set-up writes. Each raises StoreFailed."""

    def set_organisation(self, organisation: Organisation, *, actor: str) -> None:
        """Register an organisation."""
        ...

    def set_department(self, department: Department, *, actor: str) -> None:
        """Register a department."""
        ...

    def change(self, change: Change, *, actor: str) -> None:
        """Register a person."""
        ...

    def grant(self, grant: Grant, *, actor: str) -> Grant:
        """Give a role."""
        ...


class FirstSetup:
    """はじめの設定. ``empty`` says whether nobody is registered yet; the token is new at every start."""

    def __init__(self, register: PeopleRegister, accounts: Accounts, *, empty: Callable[[], bool]) -> None:
        self._register = register
        self._accounts = accounts
        self._empty = empty
        self._lock = threading.Lock()
        self.token = secrets.token_urlsafe(16)

    def check_open(self, token: str) -> None:
        """Raises Forbidden for another word, or once somebody is registered."""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise Forbidden(
                "アドレスが違います。サーバーの起動時に表示された、はじめの設定のアドレスを開いてください。"
            )
        if not self._empty():
            raise Forbidden("はじめの設定は終わっています。ログインの画面から入ってください。")

    def run(self, token: str, given: FirstEntries) -> Member:
        """Register all of it; the person may then sign in. Raises Forbidden, BadRequest."""
        for value, what in (
            (given.organisation, "団体コード"),
            (given.department, "所属コード"),
            (given.person, "職員番号"),
        ):
            if not _ID.fullmatch(value):
                raise BadRequest(f"{what}は、英数字とハイフン・下線で32文字以内にしてください。")
        passwords.check_acceptable(given.password, person=given.person)
        with self._lock:
            self.check_open(token)
            organisation = Organisation(given.organisation, given.organisation_name or given.organisation)
            self._register.set_organisation(organisation, actor=_ACTOR)
            department = Department(given.organisation, given.department, given.department_name or given.department)
            self._register.set_department(department, actor=_ACTOR)
            person = Person(given.organisation, given.person, given.department, given.name)
            self._register.change(Change("added", None, person), actor=_ACTOR)
            grants = [
                self._register.grant(
                    Grant("", given.organisation, given.person, role, given.organisation), actor=_ACTOR
                )
                for role in FIRST_ROLES
            ]
            self._accounts.set_first(person, given.password)
        return Member(person, tuple(grants))

    def enter(self, member: Member, user_agent: str) -> SignedIn:
        """The first session."""
        return self._accounts.begin(member, user_agent=user_agent, by="first_setup")
