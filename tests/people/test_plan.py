import datetime as dt

from ai_gov.people.csvimport import read_roster
from ai_gov.people.model import Grant, Member, Person, Role
from ai_gov.people.plan import plan, roster_grants


def member(number, department="101", name="架空 花子", roles=(Role.STAFF,), **more):
    person = Person("town", number, department, name, **more)
    return Member(person, tuple(roster_grants(person, roles, (f"g{number}{role}" for role in roles))))


def planned(text, *members):
    return plan(read_roster(text.encode()), "town", members, {"101": "税務課"})


HEAD = "職員番号,氏名,所属コード,所属名,役割\n"


def test_a_plan_tells_added_moved_changed_returned_and_left_apart():
    text = HEAD + (
        "1,架空 花子,101,税務課,職員\n2,架空 花子,102,福祉課,職員\n3,架空 改姓,101,税務課,職員\n"
        "4,架空 花子,101,税務課,職員\n5,新規 次郎,102,福祉課,職員\n"
    )
    found = planned(text, member("1"), member("2"), member("3"), member("4", left=True), member("6"))
    assert {change.after.id: change.kind for change in found.changes} == {
        "2": "moved", "3": "changed", "4": "returned", "5": "added", "6": "left"}  # fmt: skip
    assert found.unchanged == 1
    assert found.departments == {"102": "福祉課"}


def test_the_same_roster_again_changes_nothing():
    text = HEAD + "1,架空 花子,101,税務課,職員・確認者\n"
    assert planned(text, member("1", roles=(Role.REVIEWER, Role.STAFF))).changes == ()


def test_a_roster_without_roles_leaves_roles_as_they_are():
    text = "職員番号,氏名,所属コード,所属名\n1,架空 花子,101,税務課\n2,架空 花子,102,福祉課\n"
    found = planned(text, member("1", roles=(Role.REVIEWER,)), member("2", roles=(Role.REVIEWER,)))
    (moved,) = found.changes
    assert moved.roles == {Role.REVIEWER}  # given anew, for the new department


def test_a_reviewers_grant_is_for_the_department_and_others_for_the_organisation():
    person = Person("town", "1", "101")
    grants = roster_grants(person, {Role.STAFF, Role.REVIEWER}, iter("ab"))
    assert {(grant.role, grant.scope_department) for grant in grants} == {(Role.STAFF, ""), (Role.REVIEWER, "101")}


def test_a_file_of_one_section_only_is_noticed():
    everyone = [member(str(n)) for n in range(10)]
    assert planned(HEAD + "1,架空 花子,101,税務課,職員\n", *everyone).many_leave
    most = HEAD + "".join(f"{n},架空 花子,101,税務課,職員\n" for n in range(8))
    assert not planned(most, *everyone).many_leave


def test_what_the_log_learns_holds_no_name_and_no_address():
    text = "職員番号,氏名,所属コード,所属名,メール,有効期限\n1,別名 花子,102,福祉課,b@example.jp,2027-03-31\n"
    (change,) = planned(text, member("1", mail="a@example.jp")).changes
    assert change.data() == {
        "person": "1",
        "department": ["101", "102"],
        "valid_until": [None, "2027-03-31"],
        "changed": ["name", "mail"],
    }
    assert "花子" not in repr(change)
    assert "example.jp" not in repr(change)


def test_grants_made_by_hand_are_no_part_of_the_plan():
    by_hand = Grant("x", "town", "1", Role.AUDITOR, "town", valid_to=dt.date(2027, 3, 31))
    held = member("1")
    found = planned(HEAD + "1,架空 花子,101,税務課,職員\n", Member(held.person, (*held.grants, by_hand)))
    assert found.changes == ()
