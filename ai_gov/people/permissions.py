"""権限: who may do what. ``check_can_x`` raises Forbidden with a sentence that says what to do; ``can_x`` asks.

Two-person rules count persons, not roles: whoever asked can't approve, whatever roles they hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from ai_gov.errors import Forbidden
from ai_gov.people.model import Member, Person, Role

LOG_READERS = frozenset({Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR})
"""Who reads the audit log. 情報担当 isn't among them: it reads no prompt text."""

INCIDENT_WRITERS = frozenset({Role.CAIO, Role.CAIO_ASSISTANT})
"""Who opens incidents and writes in them; an auditor reads them."""

RULE_EDITORS = frozenset({Role.IT, Role.CAIO, Role.CAIO_ASSISTANT})
PEOPLE_EDITORS = frozenset({Role.IT, Role.CAIO_ASSISTANT})
APART = ((Role.IT, Role.AUDITOR),)
"""兼ねられない役割: who changes rules and accounts doesn't audit those changes."""


def check_can_ask(member: Member, *, on: dt.date) -> None:
    """生成AIを使う: any role but a pure auditor's, in the person's own organisation."""
    _check_active(member, on)
    person = member.person
    if not member.has(Role.STAFF, person.organisation, person.department, on=on):
        raise Forbidden("生成AIを利用する役割（職員）がありません。所属の情報担当に役割の付与を依頼してください。")


def check_can_review(member: Member, asker: Person, *, on: dt.date) -> None:
    """確認・許可する: a reviewer for the asker's department, who isn't the asker."""
    _check_active(member, on)
    check_two_persons(member.person, asker)
    if not member.has(Role.REVIEWER, asker.organisation, asker.department, on=on):
        raise Forbidden(
            f"所属 {asker.department} の確認者ではありません。その所属の所属長または代理に依頼してください。"
        )


def review_scopes(member: Member, on: dt.date) -> dict[str, frozenset[str]]:
    """確認の範囲: for which departments of which organisations somebody reviews on a day; empty for all of one."""
    found: dict[str, set[str]] = {}
    for grant in member.grants:
        if grant.role is Role.REVIEWER and grant.holds(on):
            found.setdefault(grant.scope_organisation, set()).add(grant.scope_department)
    return {name: frozenset() if "" in sections else frozenset(sections) for name, sections in found.items()}


def check_two_persons(first: Person, second: Person) -> None:
    """二者確認: the two must be different persons."""
    if (first.organisation, first.id) == (second.organisation, second.id):
        raise Forbidden("自分の依頼を自分で確認・許可することはできません。別の確認者に依頼してください。")


def check_can_read_log(member: Member, organisation: str, *, on: dt.date) -> None:
    """監査ログを見る: CAIO, CAIO補佐官 or auditor of that organisation."""
    _check_any(member, LOG_READERS, organisation, "監査ログを見る", on)


def check_pair_can_open_raw(first: Member, second: Member, organisation: str, *, on: dt.date) -> None:
    """原文を開く: two persons who read the log of that organisation, one of whom is its CAIO."""
    check_two_persons(first.person, second.person)
    for member in (first, second):
        check_can_read_log(member, organisation, on=on)
    if not any(member.has(Role.CAIO, organisation, on=on) for member in (first, second)):
        raise Forbidden(
            "原文を開くには、依頼する人と承認する人のどちらかがCAIOでなければなりません。CAIOに依頼してください。"
        )


def check_can_handle_incidents(member: Member, organisation: str, *, on: dt.date) -> None:
    """事故を記録する: CAIO or CAIO補佐官 of that organisation."""
    _check_any(member, INCIDENT_WRITERS, organisation, "事故を記録する", on)


def check_can_edit_rules(member: Member, organisation: str, *, on: dt.date) -> None:
    """ルール・方針を適用する."""
    _check_any(member, RULE_EDITORS, organisation, "ルールや方針を適用する", on)


def check_can_edit_people(member: Member, organisation: str, *, on: dt.date) -> None:
    """職員・役割・APIキーを管理する."""
    _check_any(member, PEOPLE_EDITORS, organisation, "職員・役割・APIキーを管理する", on)


def check_not_oneself(editor: Person, person: Person) -> None:
    """自分の役割・登録は自分で変えない."""
    if (editor.organisation, editor.id) == (person.organisation, person.id):
        raise Forbidden(
            "自分の役割・登録・初期パスワードは、自分では変えられません。別の情報担当かCAIO補佐官に依頼してください。"
        )


def check_apart(roles: Iterable[Role]) -> None:
    """兼務: raises Forbidden for roles that one person must not hold together.

    >>> check_apart({Role.IT, Role.STAFF})
    """
    held = set(roles)
    for first, second in APART:
        if {first, second} <= held:
            raise Forbidden(f"{first.ja}と{second.ja}は、同じ人が兼ねられません。別の職員に付与してください。")


def can_ask(member: Member, *, on: dt.date) -> bool:
    """Whether ``check_can_ask`` lets it pass."""
    return _passes(lambda: check_can_ask(member, on=on))


def can_review(member: Member, asker: Person, *, on: dt.date) -> bool:
    """Whether ``check_can_review`` lets it pass."""
    return _passes(lambda: check_can_review(member, asker, on=on))


def can_read_log(member: Member, organisation: str, *, on: dt.date) -> bool:
    """Whether ``check_can_read_log`` lets it pass."""
    return _passes(lambda: check_can_read_log(member, organisation, on=on))


def can_handle_incidents(member: Member, organisation: str, *, on: dt.date) -> bool:
    """Whether ``check_can_handle_incidents`` lets it pass."""
    return _passes(lambda: check_can_handle_incidents(member, organisation, on=on))


def can_edit_rules(member: Member, organisation: str, *, on: dt.date) -> bool:
    """Whether ``check_can_edit_rules`` lets it pass."""
    return _passes(lambda: check_can_edit_rules(member, organisation, on=on))


def can_edit_people(member: Member, organisation: str, *, on: dt.date) -> bool:
    """Whether ``check_can_edit_people`` lets it pass."""
    return _passes(lambda: check_can_edit_people(member, organisation, on=on))


def _check_active(member: Member, on: dt.date) -> None:
    if not member.person.active(on):
        raise Forbidden("利用期間が終わっているか、異動・退職済みです。所属の情報担当に確かめてください。")


def _check_any(member: Member, roles: frozenset[Role], organisation: str, what: str, on: dt.date) -> None:
    _check_active(member, on)
    if not any(member.has(role, organisation, on=on) for role in roles):
        names = "・".join(role.ja for role in Role if role in roles)
        raise Forbidden(
            f"{what}には、{organisation} での役割（{names}）が必要です。情報担当またはCAIOに相談してください。"
        )


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except Forbidden:
        return False
    return True
