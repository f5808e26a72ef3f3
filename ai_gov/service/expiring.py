"""期限の近いもの: what runs out soon or has run out: approvals, published facts, keys, terms of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ai_gov.model import JST
from ai_gov.people.model import ApiKey, Member
from ai_gov.policy.schema import Policy
from ai_gov.rules.schema import AllowList

SOON: Final = 60
"""Days ahead that are looked at."""
RECENT: Final = 30
"""Days after which a key or a term that has run out is no longer told."""

Kind = Literal["destination", "use", "review", "published", "key", "person", "grant"]


@dataclass(frozen=True, slots=True)
class Expiring:
    """期限の近いもの1件. ``day`` is the last on which it holds; ``person`` whose it is, where it is somebody's."""

    kind: Kind
    name: str
    day: dt.date
    person: str = ""

    def over(self, today: dt.date) -> bool:
        """Whether it has run out."""
        return self.day < today


def expiring(
    policy: Policy, allow: AllowList, members: Iterable[Member], keys: Iterable[ApiKey], today: dt.date
) -> list[Expiring]:
    """What runs out within ``SOON`` days, or has: the earliest first."""
    known = list(members)
    found = [*_of_rules(policy, allow), *_of_people(known, keys, today)]
    until = today + dt.timedelta(days=SOON)
    return sorted((item for item in found if item.day <= until), key=lambda item: (item.day, item.kind, item.name))


def _of_rules(policy: Policy, allow: AllowList) -> Iterator[Expiring]:
    for destination in policy.destinations:
        yield Expiring("destination", destination.title, destination.approved_until)
    for use in policy.uses:
        if use.approval is not None:
            yield Expiring("use", use.title, use.approval.approved_until)
            if use.approval.review_on is not None:
                yield Expiring("review", use.title, use.approval.review_on)
    for fact in allow.published:
        yield Expiring("published", fact.text, fact.expires)


def _of_people(members: list[Member], keys: Iterable[ApiKey], today: dt.date) -> Iterator[Expiring]:
    """Of those who are here; what ran out long ago is nobody's concern any more."""
    since = today - dt.timedelta(days=RECENT)
    here = {member.person.id for member in members if not member.person.left}
    for member in members:
        person = member.person
        if person.left:
            continue
        if person.valid_until is not None and person.valid_until >= since:
            yield Expiring("person", person.id, person.valid_until, person.id)
        for grant in member.grants:
            if grant.valid_to is not None and grant.valid_to >= since:
                yield Expiring("grant", grant.role.ja, grant.valid_to, person.id)
    for key in keys:
        day = key.expires_at.astimezone(JST).date()
        if key.revoked_at is None and key.person in here and day >= since:
            yield Expiring("key", key.label or key.id, day, key.person)
