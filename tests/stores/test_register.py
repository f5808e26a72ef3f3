"""People, roles and keys in the database: who gets in, and that each change is an entry without a name."""

import asyncio
import datetime as dt
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from ai_gov.errors import BadRequest, Conflict
from ai_gov.people.csvimport import read_roster
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import added, plan
from ai_gov.stores.entry import Filter

NAME, MAIL = "架空 花子", "hanako@example.lg.jp"


class Clock:
    def __init__(self):
        self.at = dt.datetime(2026, 4, 1, 3, tzinfo=dt.UTC)

    def now(self):
        return self.at

    def go(self, **delta):
        self.at += dt.timedelta(**delta)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(opened, data, clock):
    store = opened(data, clock=clock)
    register = store.register
    register.set_organisation(Organisation("town", "見本町"), actor="os:test")
    register.set_department(Department("town", "101", "税務課"), actor="os:test")
    person = Person("town", "1001", "101", NAME, MAIL)
    register.change(added(person, frozenset({Role.STAFF})), actor="os:test")
    return store


def issue(store, person="1001", **options):
    member = store.people.member("town", person)
    return store.register.issue_key(member.person, actor="os:test", **options)


def apply(store, text, **options):
    roster = read_roster(text.encode())
    names = {item.id: item.name for item in store.people.departments("town")}
    planned = plan(roster, "town", store.people.members("town", also_left=True), names)
    store.register.apply(planned, "town", actor="os:test", **options)
    return planned


async def test_a_key_opens_the_door_for_its_person(store):
    key, _ = issue(store, default_use="議事録")
    actor = await store.people.by_key(key.text)
    assert (actor.person, actor.organisation, actor.department) == ("1001", "town", "101")
    assert (actor.roles, actor.key, actor.default_use) == (frozenset({"staff"}), key.id, "議事録")


async def test_no_other_text_opens_it(store):
    key, _ = issue(store)
    other = key.text[:-1] + ("a" if key.text[-1] != "a" else "b")
    unknown = key.text.replace(key.id, "0" * 12)
    for text in ("", "x", other, unknown, key.text + "\n", key.text.upper(), "aigov_" + key.id, "ａ" * 62, "\ud800"):
        assert await store.people.by_key(text) is None


async def test_a_key_ends_with_its_last_day(store, clock):
    key, _ = issue(store, days=30)
    clock.go(days=29)
    assert await store.people.by_key(key.text)
    clock.go(days=1)
    assert await store.people.by_key(key.text) is None


async def test_a_revoked_key_is_refused_from_the_next_request_on(store):
    key, issued = issue(store)
    assert await store.people.by_key(key.text)
    store.register.revoke_key(issued, actor="os:test")
    assert await store.people.by_key(key.text) is None
    with pytest.raises(BadRequest, match="すでに無効"):
        store.register.revoke_key(issued, actor="os:test")


async def test_another_process_sees_a_revocation_at_once(store, opened, data, clock):
    key, issued = issue(store)
    other = opened(data, clock=clock)
    assert await other.people.by_key(key.text)
    store.register.revoke_key(issued, actor="os:test")
    assert await other.people.by_key(key.text) is None


async def test_a_person_whose_time_is_over_gets_in_no_more(store, clock):
    apply(store, "職員番号,氏名,所属コード,所属名,有効期限\n1001,架空 花子,101,税務課,2026-04-02\n")
    key, _ = issue(store)
    clock.at = dt.datetime(2026, 4, 2, 14, 59, tzinfo=dt.UTC)  # the last minute of the day in Japan
    assert await store.people.by_key(key.text)
    clock.go(minutes=1)
    assert await store.people.by_key(key.text) is None


async def test_who_left_loses_keys_and_roles_and_gets_none_back_by_returning(store):
    key, _ = issue(store)
    manual = Grant("", "town", "1001", Role.AUDITOR, "town")
    store.register.grant(manual, actor="os:test")
    apply(store, "職員番号,氏名,所属コード,所属名\n1002,試験 次郎,101,税務課\n")
    assert await store.people.by_key(key.text) is None
    gone = store.people.member("town", "1001")
    assert gone.person.left
    assert gone.grants == ()
    apply(store, "職員番号,氏名,所属コード,所属名\n1001,架空 花子,101,税務課\n1002,試験 次郎,101,税務課\n")
    assert await store.people.by_key(key.text) is None
    new, _ = issue(store)
    assert (await store.people.by_key(new.text)).roles == {"staff"}


async def test_roles_hold_from_their_first_day_to_their_last(store, clock):
    key, _ = issue(store)
    days = dt.date(2026, 4, 10), dt.date(2026, 4, 12)
    store.register.grant(Grant("", "town", "1001", Role.REVIEWER, "town", "101", *days, "1002"), actor="os:test")
    held = []
    for day in range(9, 14):
        clock.at = dt.datetime(2026, 4, day, 3, tzinfo=dt.UTC)
        held.append("reviewer" in (await store.people.by_key(key.text)).roles)
    assert held == [False, True, True, True, False]


def test_a_move_ends_what_was_granted_for_the_old_department(store):
    store.register.grant(Grant("", "town", "1001", Role.REVIEWER, "town", "101"), actor="os:test")
    store.register.grant(Grant("", "town", "1001", Role.AUDITOR, "town"), actor="os:test")
    planned = apply(store, "職員番号,氏名,所属コード,所属名\n1001,架空 花子,102,福祉課\n")
    assert [change.kind for change in planned.changes] == ["moved"]
    grants = store.people.member("town", "1001").grants
    assert {grant.role for grant in grants} == {Role.STAFF, Role.AUDITOR}


def test_every_change_is_an_entry_without_name_address_or_key(store):
    key, issued = issue(store, label="端末A")
    store.register.revoke_key(issued, actor="2001")
    apply(store, f"職員番号,氏名,所属コード,所属名,メール\n1001,{NAME}改,102,福祉課,a@example.jp\n")
    kinds = [entry.columns["kind"] for entry in store.audit.entries()][::-1]
    assert kinds == ["organisation_set", "department_set", "person_added", "key_issued", "key_revoked",
                     "department_set", "person_moved"]  # fmt: skip
    assert store.audit.entries(Filter(actor="2001"))[0].event.data["key"] == key.id
    moved = store.audit.entries(Filter(kind="person_moved"))[0].event.data
    assert moved == {"person": "1001", "department": ["101", "102"], "changed": ["name", "mail"]}
    raw = sqlite3.connect(store.database.path)
    log = "\n".join(text for (text,) in raw.execute("SELECT text FROM entries"))
    raw.close()
    for value in (NAME, MAIL, key.text, key.text.rpartition("_")[2], "a@example.jp", "端末A"):
        assert value not in log


def test_a_plan_is_applied_whole_or_not_at_all(store):
    before = store.audit.counts().entries

    def stop():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        apply(store, "職員番号,氏名,所属コード,所属名\n1002,試験 次郎,103,総務課\n", progress=stop)
    assert store.audit.counts().entries == before
    assert [item.id for item in store.people.departments("town")] == ["101"]
    assert not store.people.member("town", "1001").person.left


def test_two_organisations_may_use_the_same_number(store):
    store.register.set_organisation(Organisation("village", "見本村"), actor="os:test")
    store.register.set_department(Department("village", "1", "総務課"), actor="os:test")
    store.register.change(added(Person("village", "1001", "1"), frozenset({Role.IT})), actor="os:test")
    assert store.people.member("village", "1001").person.department == "1"
    assert store.people.member("town", "1001").person.department == "101"


def test_the_key_itself_is_nowhere_in_the_files(store, data):
    key, _ = issue(store)
    asyncio.run(store.people.by_key(key.text))
    store.sequence_now()
    secret = key.text.rpartition("_")[2].encode()
    for path in data.rglob("*"):
        if path.is_file():
            assert secret not in path.read_bytes(), path


def it_staff(store, *numbers):
    for number in numbers:
        store.register.change(added(Person("town", number, "101"), frozenset({Role.STAFF, Role.IT})), actor="os:test")
    return [store.people.member("town", number) for number in numbers]


def test_the_last_of_the_it_staff_stays_whatever_is_tried(store):
    first, second = it_staff(store, "2001", "2002")
    store.register.leave(second, actor="2001")
    before = store.audit.counts().entries
    held = next(grant for grant in first.grants if grant.role is Role.IT)
    for attempt in (
        lambda: store.register.leave(first, actor="2001"),
        lambda: store.register.revoke_grant(held, actor="2001"),
        lambda: apply(store, "職員番号,氏名,所属コード,所属名\n1002,試験 次郎,103,総務課\n"),
    ):
        with pytest.raises(Conflict, match="情報担当が1人もいなくなる"):
            attempt()
    assert store.audit.counts().entries == before
    assert Role.IT in store.people.member("town", "2001").roles(store.register.today())


def test_of_two_that_remove_each_other_at_once_one_stays(store):
    first, second = it_staff(store, "2001", "2002")
    with ThreadPoolExecutor(2) as pool:
        tries = [
            pool.submit(store.register.leave, member, actor=by) for member, by in ((first, "2002"), (second, "2001"))
        ]
    assert sum(isinstance(done.exception(), Conflict) for done in tries) == 1
