"""クレームの読み方: what an ID token may say, and what it may not make of anybody."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_gov.people.claims import NotIdentified, change_for, claim, read_claims
from ai_gov.people.model import Grant, Member, Person, Role
from ai_gov.people.provider import GroupRule, ProviderSettings

TODAY = dt.date(2026, 4, 1)
GROUPS = {"staff": GroupRule(roles=("職員",)), "boss": GroupRule(roles="職員・確認者", department="120")}


def provider(**more):
    return ProviderSettings(**({"issuer": "https://id.example", "client_id": "x", "organisation": "town"} | more))


def member(*roles, by_roster=False, department="110"):
    grants = [Grant(str(n), "town", "1001", role, "town", by_roster=by_roster) for n, role in enumerate(roles)]
    return Member(Person("town", "1001", department, "見本 一郎", "a@town.example"), tuple(grants))


def read(provider_, **claims):
    return read_claims({"sub": "s", "preferred_username": "1001", **claims}, provider_)


@pytest.mark.parametrize("value", [None, "", " ", True, ["1001"], {"a": 1}, "10\n01", "x" * 256, 1.5])
def test_a_number_that_is_none_is_not_taken_for_one(value):
    with pytest.raises(NotIdentified, match="claim_missing"):
        read(provider(), preferred_username=value)


def test_a_number_may_come_as_a_number():
    assert read(provider(), preferred_username=1001).key == "1001"


NAMES = st.sampled_from(["sub", "preferred_username", "groups", "email", "email_verified", "_claim_names", "a", "a.b"])
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.text(max_size=4), max_size=3)


@given(
    st.dictionaries(NAMES, VALUES | st.dictionaries(st.sampled_from(["b", "groups"]), VALUES, max_size=2), max_size=6)
)
def test_whatever_a_token_holds_it_is_read_or_refused(claims):
    for settings in (provider(groups_claim="groups", groups=GROUPS, department_claim="a.b"), provider(match="mail")):
        with contextlib.suppress(NotIdentified):
            assert read_claims(claims, settings).key


def test_roles_come_from_listed_groups_alone():
    settings = provider(groups_claim="groups", groups=GROUPS)
    assert read(settings, groups=["staff", "Staff", "caio"]).roles == {Role.STAFF}
    assert read(settings, groups="boss").roles == {Role.STAFF, Role.REVIEWER}
    assert read(settings).roles == frozenset()
    assert read(provider(), groups=["boss"]).roles is None


def test_a_department_comes_from_its_claim_or_from_one_group():
    settings = provider(groups_claim="groups", groups=GROUPS, department_claim="d", departments={"税務": "130"})
    assert read(settings, d="税務", groups=["boss"]).department == "130"
    assert read(settings, groups=["boss"]).department == "120"
    assert (
        read(
            provider(groups_claim="groups", groups=GROUPS | {"z": GroupRule(department="9")}), groups=["boss", "z"]
        ).department
        == ""
    )


def test_a_domain_is_cut_off_and_another_one_refused():
    settings = provider(person_domain="town.example")
    assert read(settings, preferred_username="1001@Town.example").key == "1001"
    for value in ("1001@elsewhere.example", "1001", "@town.example", "1001@town.example@elsewhere.example"):
        with pytest.raises(NotIdentified, match="other_domain"):
            read(settings, preferred_username=value)


def test_a_name_with_dots_is_found_whole_before_it_is_taken_apart():
    assert claim({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert claim({"a": {"b": 2}}, "a.b") == 2
    assert claim({"a": [1]}, "a.b") is None


def test_nothing_changes_where_nothing_differs():
    settings = provider(groups_claim="groups", groups=GROUPS)
    assert change_for(read(provider()), member(Role.STAFF), provider(), {"110"}) is None
    assert change_for(read(settings, groups=["staff"]), member(Role.STAFF, by_roster=True), settings, {"110"}) is None


def test_name_and_mail_of_somebody_known_are_the_registers():
    change = change_for(
        read(provider(department_claim="d"), d="120", name="別の名", email="b@x.example"),
        member(Role.STAFF),
        provider(),
        {"110", "120"},
    )
    assert change.kind == "moved"
    assert (change.after.name, change.after.mail) == ("見本 一郎", "a@town.example")


def test_groups_do_not_give_what_one_person_must_not_hold():
    from ai_gov.people.permissions import APART

    first, second = next(iter(APART))
    settings = provider(groups_claim="groups", groups={"g": GroupRule(roles=(first,))})
    with pytest.raises(NotIdentified, match="roles_apart"):
        change_for(read(settings, groups=["g"]), member(second), settings, {"110"})


def test_no_claim_stands_in_a_repr():
    found = read(provider(), name="見本 一郎", email="ichiro@town.example")
    assert "見本" not in repr(found)
    assert "1001" not in repr(found)
    assert "ichiro" not in repr(found)
