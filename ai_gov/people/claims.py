"""クレームの読み方: what a verified ID token says of a person, in the terms of the register. Pure; no claim in a repr.

What a provider says of somebody is not trusted further than this: it can name a person of its own organisation, a
department that is registered, and roles by the groups that the settings list.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from ai_gov.errors import Forbidden
from ai_gov.model import Json
from ai_gov.people import permissions
from ai_gov.people.csvimport import is_person_id
from ai_gov.people.model import Member, Person, Role
from ai_gov.people.plan import Change, roster_roles
from ai_gov.people.provider import GroupRule, ProviderSettings

_LONGEST: Final = 255


class NotIdentified(Exception):
    """本人と確かめられない. ``reason`` is a word for the log, ``message`` is for the person; neither holds a claim."""

    def __init__(self, reason: str, message: str, *, status: int = 403, person: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message
        self.status = status
        self.person = person


@dataclass(frozen=True, slots=True)
class Claimed:
    """クレームの中身: ``key`` is a 職員番号 or a mail address; ``roles`` is none where the register decides."""

    subject: str = field(repr=False)
    key: str = field(repr=False)
    name: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    department: str = ""
    roles: frozenset[Role] | None = None


def claim(claims: Mapping[str, Json], path: str) -> Json:
    """項目の値: by its name, or inside an object where the name has dots.

    >>> claim({"realm_access": {"roles": ["a"]}}, "realm_access.roles"), claim({"https://x.jp/id": 1}, "https://x.jp/id")
    (['a'], 1)
    """
    if not path or path in claims:
        return claims.get(path) if path else None
    found: Json = claims
    for part in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(part)
    return found


def read_claims(
    claims: Mapping[str, Json], provider: ProviderSettings, groups: Mapping[str, GroupRule] | None = None
) -> Claimed:
    """クレームを読む. ``groups``: those of the settings' CSV file too. Raises NotIdentified.

    >>> p = ProviderSettings(issuer="https://id.example", client_id="x", organisation="town")
    >>> read_claims({"sub": "s1", "preferred_username": "1001"}, p).roles is None
    True
    >>> read_claims({"sub": "s1"}, p)
    Traceback (most recent call last):
    ai_gov.people.claims.NotIdentified: claim_missing
    """
    ask = f"{provider.contact}に連絡してください。"
    for name, allowed in provider.required.items():
        found = claim(claims, name)
        values = found if isinstance(found, list) else [found]
        if not any(isinstance(value, str) and value in allowed for value in values):
            raise NotIdentified(
                "required", f"このアカウントでは利用できません（組織のアカウントではありません）。{ask}"
            )
    key = _text(claim(claims, provider.person_claim))
    subject = _text(claims.get("sub"))
    if not key or not subject:
        raise NotIdentified(
            "claim_missing",
            f"認証基盤から、職員を見分ける項目（{provider.person_claim}）が届きません。{ask}",
        )
    if provider.person_domain:
        local, _, domain = key.rpartition("@")
        if not local or domain.lower() != provider.person_domain.lower():
            raise NotIdentified(
                "other_domain",
                f"このアカウントでは利用できません（{provider.person_domain} のものではありません）。{ask}",
            )
        key = local
    if provider.match == "mail" and claims.get("email_verified") is not True:
        raise NotIdentified("mail_unverified", f"認証基盤が、このメールアドレスを確認済みとしていません。{ask}")
    given = _groups(claims, provider, ask)
    rules = [rule for name, rule in {**provider.groups, **(groups or {})}.items() if name in given]
    code = _text(claim(claims, provider.department_claim))
    by_group = {rule.department for rule in rules if rule.department}
    department = provider.departments.get(code, code) or (by_group.pop() if len(by_group) == 1 else "")
    roles = frozenset(role for rule in rules for role in rule.roles) if provider.maps_groups else None
    name, mail = _text(claim(claims, provider.name_claim)), _text(claim(claims, provider.mail_claim))
    return Claimed(subject, key, name, mail, department, roles)


def change_for(
    claimed: Claimed, member: Member | None, provider: ProviderSettings, known: Collection[str]
) -> Change | None:
    """台帳の変更: what a sign-in makes of the register; none where it stays as it is. Raises NotIdentified.

    ``known``: the departments of the organisation. Somebody known keeps the department where the provider names one
    that is not registered.
    """
    if member is None:
        return _new(claimed, provider, known)
    before = member.person
    moved = claimed.department if claimed.department in known else before.department
    after = replace(before, department=moved)
    held = roster_roles(member.grants)
    roles = claimed.roles
    _check_apart({*(roles or ()), *(grant.role for grant in member.grants if not grant.by_roster)}, provider)
    if roles is None and moved != before.department:
        roles = held or None  # a reviewer's grant names the department: made anew
    if before == after and roles in (None, held):
        return None
    return Change("moved" if moved != before.department else "changed", before, after, held, roles)


def _new(claimed: Claimed, provider: ProviderSettings, known: Collection[str]) -> Change:
    ask = f"{provider.contact}に登録を依頼してください。"
    if provider.unknown == "refuse":
        raise NotIdentified("unknown_person", f"利用者として登録されていません。{ask}")
    if provider.match == "mail" or not is_person_id(claimed.key):
        raise NotIdentified("no_person_id", f"職員番号が分からないため、自動では登録できません。{ask}")
    if claimed.department not in known:
        raise NotIdentified("unknown_department", f"所属が登録されていないため、自動では登録できません。{ask}")
    roles = frozenset({Role.STAFF}) if claimed.roles is None else claimed.roles
    if not roles:
        raise NotIdentified("no_role", f"利用を認められたグループに入っていません。{ask}")
    _check_apart(roles, provider)
    person = Person(provider.organisation, claimed.key, claimed.department, claimed.name, claimed.mail)
    return Change("added", None, person, None, roles)


def _check_apart(roles: Collection[Role], provider: ProviderSettings) -> None:
    try:
        permissions.check_apart(roles)
    except Forbidden as error:
        raise NotIdentified("roles_apart", f"{error.message}{provider.contact}に連絡してください。") from None


def _groups(claims: Mapping[str, Json], provider: ProviderSettings, ask: str) -> frozenset[str]:
    if not provider.maps_groups:
        return frozenset()
    found = claim(claims, provider.groups_claim)
    elsewhere = claims.get("_claim_names")
    if found is None and (
        claims.get("hasgroups") or (isinstance(elsewhere, Mapping) and provider.groups_claim in elsewhere)
    ):
        raise NotIdentified(
            "groups_overage",
            f"所属するグループが多すぎて、認証基盤が一覧を送りませんでした。{ask}",
        )
    return frozenset(item for item in (found if isinstance(found, list) else [found]) if isinstance(item, str))


def _text(value: Json) -> str:
    """A claim as text: of a string or a whole number, in one line and of a sane length."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    text = str(value).strip()
    return text if text.isprintable() and len(text) <= _LONGEST else ""
