import datetime as dt

import pytest

from ai_gov.people.model import Grant, Member, Person, Role

TODAY = dt.date(2026, 4, 1)


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_read_back_from_its_japanese_word_and_its_code(role):
    assert Role.parse(role.ja) is Role.parse(role.value) is role


def test_an_unknown_role_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="情報担当"):
        Role.parse("村長")


def test_a_person_is_active_to_the_end_of_the_last_day():
    person = Person("town", "1", "101", valid_until=TODAY)
    assert person.active(TODAY)
    assert not person.active(TODAY + dt.timedelta(days=1))


def test_roles_elsewhere_are_no_roles_here():
    member = Member(Person("town", "1", "101"), (Grant("g", "town", "1", Role.REVIEWER, "village"),))
    assert member.roles(TODAY) == frozenset()
    assert member.has(Role.REVIEWER, "village", on=TODAY)


def test_names_and_addresses_are_in_no_repr():
    assert "架空" not in repr(Person("town", "1", "101", "架空 花子", "kaku@example.jp"))
    assert "kaku" not in repr(Person("town", "1", "101", "架空 花子", "kaku@example.jp"))
