"""Accounts of a provider and mails of a day, in a database of either kind: each is once, however many ask at once."""

import concurrent.futures
import datetime as dt
import json

import pytest
import sqlalchemy as sa

from ai_gov.model import Event
from ai_gov.people.model import Department, Organisation, Person
from ai_gov.people.plan import Change
from ai_gov.people.sessions import Session
from ai_gov.review.record import Who
from ai_gov.stores.tables import oidc_states, reminder_mails

NOW = dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)
TODAY = NOW.date()
ISSUER = "https://id.example.lg.jp"
WHO = Who("132012", "1001")


@pytest.fixture
def people(store):
    store.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    store.register.set_department(Department("132012", "110", "総務課"), actor="cli")
    found = []
    for number in ("1001", "1002"):
        found.append(Person("132012", number, "110", "見本 一郎", f"P{number}@Town.example"))
        store.register.change(Change("added", None, found[-1]), actor="cli")
    return found


def event(kind="identity_linked"):
    return Event(kind, NOW, "", "132012", "", "1001")


def at_once(work):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        return sorted(pool.map(lambda _: work(), range(6)))


def test_a_way_back_is_used_once_and_forgotten_when_it_is_over(store):
    until = NOW + dt.timedelta(minutes=10)
    assert at_once(lambda: store.federation.use_up("a", NOW, until)) == [False] * 5 + [True]
    assert store.federation.use_up("b", until + dt.timedelta(seconds=1), until + dt.timedelta(minutes=10))
    with store.database.read() as connection:
        assert connection.scalars(sa.select(oidc_states.c.state)).all() == ["b"]


def test_an_account_and_a_person_belong_to_each_other_alone(store, people):
    first, second = people
    assert at_once(lambda: store.federation.link(ISSUER, "s", first, event())) == [False] * 5 + [True]
    assert not store.federation.link(ISSUER, "s", second, event())
    assert not store.federation.link(ISSUER, "t", first, event())
    assert store.federation.link("https://other.example", "s", second, event())
    assert store.federation.linked(ISSUER, "s") == ("132012", "1001")
    assert store.federation.subject_of(ISSUER, first) == "s"
    assert store.federation.subject_of(ISSUER, second) is None
    assert store.federation.unlink(first, event("identity_unlinked"))
    assert not store.federation.unlink(first, event("identity_unlinked"))
    assert store.federation.linked(ISSUER, "s") is None
    kinds = [entry.event.kind for entry in store.audit.entries() if entry.event.kind.startswith("identity")]
    assert kinds == ["identity_unlinked", "identity_linked", "identity_linked"]


def test_a_person_is_found_by_mail_however_it_is_written(store, people):
    assert [member.person.id for member in store.federation.by_mail("132012", "p1001@town.EXAMPLE")] == ["1001"]
    assert store.federation.by_mail("132012", "%") == []
    store.register.leave(store.people.member("132012", "1001"), actor="cli")
    assert store.federation.by_mail("132012", "p1001@town.example") == []
    assert store.federation.departments("132012") == {"110"}


def test_a_session_remembers_by_which_provider_it_was_opened(store, people):
    store.accounts.open_session(Session("a", "132012", "1001", "c", NOW, NOW, "default"), event("signed_in"))
    store.accounts.open_session(Session("b", "132012", "1001", "c", NOW, NOW), event("signed_in"))
    assert [store.accounts.session(id_).provider for id_ in ("a", "b")] == ["default", ""]


def claim(store, told=("r",), *, day=TODAY, new=False):
    return store.reminders.claim_mail(WHO, day, NOW, told, tries=3, new=new)


def test_a_mail_of_a_day_is_claimed_once(store):
    assert at_once(lambda: claim(store)) == [False] * 5 + [True]
    store.reminders.mail_done(WHO, "sent", event("reminded"))
    assert not claim(store, ("r", "new"), new=True)
    tomorrow = TODAY + dt.timedelta(days=1)
    assert not claim(store, day=tomorrow)
    assert claim(store, ("r", "new"), day=tomorrow)
    with store.database.read() as connection:
        row = connection.execute(sa.select(reminder_mails)).one()
    assert (row.day, row.state, json.loads(row.told)) == ("2026-11-26", "sending", ["new", "r"])


def test_a_mail_without_a_server_is_tried_until_there_is_one(store):
    for _ in range(5):
        assert claim(store)
        store.reminders.mail_done(WHO, "unsent", event("reminder_failed"))
    assert store.reminders.mails_failing(TODAY) == 1
    assert claim(store)
    store.reminders.mail_done(WHO, "sent", event("reminded"))
    assert not claim(store)
    assert store.reminders.mails_failing(TODAY) == 0


def test_a_mail_that_surely_failed_is_tried_three_times_and_a_doubtful_one_not(store):
    for _ in range(3):
        assert claim(store)
        store.reminders.mail_done(WHO, "failed", event("reminder_failed"))
    assert not claim(store)
    assert store.reminders.mails_failing(TODAY) == 1
    tomorrow = TODAY + dt.timedelta(days=1)
    assert claim(store, day=tomorrow)
    store.reminders.mail_done(WHO, "doubtful", event("reminder_failed"))
    assert not claim(store, day=tomorrow, new=True)
    assert store.reminders.mails_failing(tomorrow) == 1
    assert store.reminders.mails_failing(tomorrow + dt.timedelta(days=1)) == 0
