import datetime as dt

import pytest

from ai_gov.errors import Forbidden
from ai_gov.people import permissions as may
from ai_gov.people.model import Grant, Member, Person, Role

TODAY = dt.date(2026, 4, 1)


def member(number, *roles, department="101", organisation="town", **person):
    who = Person(organisation, number, department, **person)
    grants = [
        item if isinstance(item, Grant) else Grant(f"g{item}", organisation, number, item, organisation)
        for item in roles
    ]
    return Member(who, tuple(grants))


def reviewer(number, scope, department, **dates):
    return Grant("r", "town", number, Role.REVIEWER, scope, department, **dates)


ASKER = Person("town", "1", "101")


def test_nobody_reviews_what_they_asked_whatever_roles_they_hold():
    everything = member("1", *Role)
    assert not may.can_review(everything, ASKER, on=TODAY)
    with pytest.raises(Forbidden, match="自分の依頼を自分で"):
        may.check_can_review(everything, ASKER, on=TODAY)


def test_the_same_number_in_another_town_is_another_person():
    partner = Member(Person("village", "1", "9"), (Grant("g", "village", "1", Role.REVIEWER, "town"),))
    assert may.can_review(partner, ASKER, on=TODAY)


@pytest.mark.parametrize(
    ("scope", "department", "allowed"),
    [("town", "101", True), ("town", "", True), ("town", "102", False), ("village", "101", False)],
)
def test_a_reviewer_reviews_where_the_role_holds(scope, department, allowed):
    assert may.can_review(member("2", reviewer("2", scope, department)), ASKER, on=TODAY) is allowed


def test_a_deputy_reviews_between_the_dates_only():
    deputy = member("2", reviewer("2", "town", "101", valid_from=TODAY, valid_to=TODAY))
    day = dt.timedelta(days=1)
    assert [may.can_review(deputy, ASKER, on=TODAY + n * day) for n in (-1, 0, 1)] == [False, True, False]


@pytest.mark.parametrize("role", list(Role))
def test_who_reads_the_log(role):
    allowed = role in {Role.CAIO, Role.CAIO_ASSISTANT, Role.AUDITOR}
    assert may.can_read_log(member("2", role), "town", on=TODAY) is allowed
    assert not may.can_read_log(member("2", role), "village", on=TODAY)


@pytest.mark.parametrize("role", list(Role))
def test_who_edits_rules_and_people(role):
    assert may.can_edit_rules(member("2", role), "town", on=TODAY) is (
        role in {Role.IT, Role.CAIO, Role.CAIO_ASSISTANT}
    )
    assert may.can_edit_people(member("2", role), "town", on=TODAY) is (role in {Role.IT, Role.CAIO_ASSISTANT})


@pytest.mark.parametrize("role", list(Role))
def test_only_staff_ask(role):
    assert may.can_ask(member("2", role), on=TODAY) is (role is Role.STAFF)


@pytest.mark.parametrize("gone", [{"left": True}, {"valid_until": TODAY - dt.timedelta(days=1)}])
def test_who_left_may_do_nothing(gone):
    who = member("2", *Role, **gone)
    assert not may.can_ask(who, on=TODAY)
    assert not may.can_review(who, ASKER, on=TODAY)
    assert not may.can_read_log(who, "town", on=TODAY)
    with pytest.raises(Forbidden, match="情報担当"):
        may.check_can_edit_people(who, "town", on=TODAY)
