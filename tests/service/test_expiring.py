"""What runs out soon is told, what ran out too, and what is nobody's concern any more is not."""

import datetime as dt

from ai_gov.people.model import ApiKey, Grant, Member, Person, Role
from ai_gov.rules.schema import AllowList
from ai_gov.service.expiring import expiring
from tests.service.world import governance

TODAY = dt.date(2026, 11, 25)
NOW = dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)


def day(offset):
    return TODAY + dt.timedelta(days=offset)


def key(person, offset, **more):
    return ApiKey(f"k{person}{offset}", "t", person, "端末", NOW, NOW + dt.timedelta(days=offset), **more)


def found(members=(), keys=(), allow=None):
    policy = governance().policy
    return expiring(policy, allow or AllowList(schema=1), members, keys, TODAY)


def test_approvals_and_published_facts_are_told_the_earliest_first():
    facts = [{"text": f"事実{n}", "reason": "公表済み", "expires": day(n)} for n in (61, 60, -400)]
    told = found(allow=AllowList.model_validate({"schema": 1, "published": facts}))
    assert [(item.kind, item.name, item.over(TODAY)) for item in told] == [
        ("published", "事実-400", True),
        ("published", "事実60", False),
    ]


def test_a_destination_whose_approval_ends_is_told():
    policy = governance(("approved_until: 2099-03-31", f"approved_until: {day(5)}")).policy
    told = expiring(policy, AllowList(schema=1), (), (), TODAY)
    assert {item.kind for item in told} == {"destination"}
    assert {item.day for item in told} == {day(5)}


def test_keys_terms_and_roles_of_those_who_are_here():
    here = Member(
        Person("t", "1", "a", valid_until=day(30)),
        (Grant("g", "t", "1", Role.REVIEWER, "t", "", day(-9), day(9)), Grant("h", "t", "1", Role.STAFF, "t")),
    )
    gone = Member(Person("t", "2", "a", valid_until=day(3), left=True))
    keys = [key("1", 10), key("1", -40), key("1", 5, revoked_at=NOW), key("2", 5), key("1", 90)]
    told = found([here, gone], keys)
    assert [(item.kind, item.person, item.day) for item in told] == [
        ("grant", "1", day(9)),
        ("key", "1", day(10)),
        ("person", "1", day(30)),
    ]
