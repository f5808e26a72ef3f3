"""確認の知らせ: who is reminded of what, once a day, by one process, and never with a word of the text."""

import concurrent.futures
import dataclasses
import datetime as dt

import pytest

from ai_gov.notify.mail import Mailer
from ai_gov.people.plan import Change
from ai_gov.review.reminders import Reason
from ai_gov.service.reminders import Reminders
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.sqlite import SqliteStore
from tests.notify.mailserver import Box, hanging_server, mail_server
from tests.service.reviewing import (
    AUTHOR,
    BOSS,
    CHECKED,
    SECOND,
    STRANGER,
    Clock,
    requested,
    service,
    settle,
    started,
)

TITLE = "架空 太郎さんへの通知"
FOR = {who: f"p{who.person}@town.example.lg.jp" for who in (AUTHOR, BOSS, SECOND, STRANGER)}


@pytest.fixture
def clock():
    return Clock()  # Wednesday, 10:00 in Japan


@pytest.fixture
def store(tmp_path, clock):
    opened = SqliteStore(tmp_path / "x.db", keys=KeyFolder(tmp_path / "keys"), clock=clock)
    settle(opened)
    for who, mail in FOR.items():
        person = opened.people.member(who.organisation, who.person).person
        changed = Change("changed", person, dataclasses.replace(person, mail=mail))
        opened.register.change(changed, actor="test")
    yield opened
    opened.close()


@pytest.fixture
def desk(store, clock):
    return service(store, clock)


@pytest.fixture
def box():
    found = Box()
    with mail_server(found) as port:
        found.port = port
        yield found


def reminders(store, clock, port, **more):
    mail = Mailer("127.0.0.1", sender="ai@town.example.lg.jp", port=port, security="none", seconds=1)
    return Reminders(
        store.reminders,
        clock,
        uses=lambda: {"public-notice": "住民へのお知らせ"},
        mail=mail,
        entrance="https://ai.example.lg.jp",
        **more,
    )


def seen(store, clock, who):
    member = store.people.member(who.organisation, who.person)
    return [item.reason for item in Reminders(store.reminders, clock).of(member)]


def mailed(box):
    return sorted(message["to"] for message in box.messages)


def test_a_page_counts_what_waits_for_whom(store, clock, desk):
    started(desk)
    assert [seen(store, clock, who) for who in FOR] == [[], [], [], []]
    id_ = requested(desk)
    assert [seen(store, clock, who) for who in FOR] == [[], [Reason.WAITING], [Reason.WAITING], []]
    due = desk.open(AUTHOR, id_).review.due_at
    clock.at = due - dt.timedelta(hours=23)
    assert seen(store, clock, BOSS) == [Reason.SOON]
    clock.at = due
    assert [seen(store, clock, who) for who in (AUTHOR, BOSS)] == [[Reason.LATE], [Reason.OVERDUE]]
    desk.return_(BOSS, id_, comment="直してください")
    assert [seen(store, clock, who) for who in FOR] == [[Reason.RETURNED], [], [], []]


def test_who_approved_is_not_waited_for_any_more(store, clock):
    desk = service(store, clock, ("reviewers: 1", "reviewers: 2"))
    id_ = requested(desk)
    desk.approve(BOSS, id_, revision=1, checked=CHECKED)
    if desk.open(AUTHOR, id_).review.missing:
        assert [seen(store, clock, who) for who in (BOSS, SECOND)] == [[], [Reason.WAITING]]


def test_a_mail_names_use_due_date_and_address_and_no_word_of_the_text(store, clock, desk, box):
    id_ = requested(desk, title=TITLE)
    assert reminders(store, clock, box.port).look() == 2
    assert mailed(box) == [FOR[BOSS], FOR[SECOND]]
    text = box.messages[0]["subject"] + box.messages[0].get_content()
    assert "住民へのお知らせ" in text
    assert f"https://ai.example.lg.jp/reviews/{id_}" in text
    assert f"{desk.open(AUTHOR, id_).review.due_at:%Y年%m月%d日}" in text
    for hidden in (TITLE, "太郎", "納付", "架空", "市民課"):
        assert hidden not in text
    log = [entry.event for entry in store.audit.entries(limit=2)]
    assert {event.kind for event in log} == {"reminded"}
    assert "@" not in str(log)


def test_one_mail_a_day_and_none_for_what_was_told(store, clock, desk, box):
    requested(desk)
    made = reminders(store, clock, box.port)
    assert made.look() == 2
    requested(desk)
    assert made.look() == 0  # tomorrow
    clock.later(days=1)
    assert made.look() == 2
    assert "お知らせが2件" in box.messages[-1]["subject"]
    assert made.look() == 0
    box.envelopes.clear()
    clock.at = dt.datetime(2026, 12, 7, 1, tzinfo=dt.UTC)  # all of it is overdue by now
    assert made.look() == 3
    assert box.messages[0]["subject"].endswith("（期限を過ぎたもの2件）")
    clock.later(days=1)
    assert made.look() == 2  # the reviewers every day, the author once


def test_nobody_is_mailed_at_night_or_on_a_weekend(store, clock, desk, box):
    requested(desk)
    made = reminders(store, clock, box.port)
    for at in (dt.datetime(2026, 11, 25, 13, tzinfo=dt.UTC), dt.datetime(2026, 11, 28, 1, tzinfo=dt.UTC)):
        clock.at = at
        assert made.look() == 0
    clock.at = dt.datetime(2026, 11, 26, 23, tzinfo=dt.UTC)  # Friday, 8:00
    assert made.look() == 2


def test_a_named_reviewer_alone_until_it_is_overdue(store, clock, desk, box):
    id_ = started(desk)
    desk.request(AUTHOR, id_, revision=1, reviewer=SECOND)
    made = reminders(store, clock, box.port)
    assert made.look() == 1
    assert mailed(box) == [FOR[SECOND]]
    clock.at = dt.datetime(2026, 12, 7, 1, tzinfo=dt.UTC)
    assert made.look() == 3
    assert mailed(box)[1:] == [FOR[AUTHOR], FOR[BOSS], FOR[SECOND]] or set(mailed(box)) == {
        FOR[AUTHOR],
        FOR[BOSS],
        FOR[SECOND],
    }


def test_several_processes_send_one_mail(store, clock, desk, box):
    requested(desk)
    made = [reminders(store, clock, box.port) for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda item: item.look(), made)) == 2
    assert mailed(box) == [FOR[BOSS], FOR[SECOND]]


def test_who_has_no_address_or_has_left_gets_none(store, clock, desk, box):
    requested(desk)
    boss = store.people.member(BOSS.organisation, BOSS.person)
    store.register.change(Change("changed", boss.person, dataclasses.replace(boss.person, mail="")), actor="test")
    store.register.leave(store.people.member(SECOND.organisation, SECOND.person), actor="test")
    assert reminders(store, clock, box.port).look() == 0


def test_a_server_that_hangs_stops_the_round_and_nobody_loses_the_mail_of_the_day(store, clock, desk, box):
    requested(desk)
    today = dt.date(2026, 11, 25)
    with hanging_server() as port:
        made = reminders(store, clock, port)
        for _ in range(4):
            assert made.look() == 0
    failed = [entry.event for entry in store.audit.entries() if entry.event.kind == "reminder_failed"]
    assert failed
    assert all("時間内に応答がありません" in event.data["reason"] for event in failed)
    assert "@" not in str(failed)
    assert store.reminders.mails_failing(today) >= 1
    assert len(failed) == 4  # one person at a time, the round ends at the first
    assert reminders(store, clock, box.port).look() == 2  # it is back, on the same day
    assert store.reminders.mails_failing(today) == 0


def test_an_address_that_is_refused_does_not_stop_the_others(store, clock, desk, box):
    requested(desk)
    box.rcpt = "550 no such user"
    assert reminders(store, clock, box.port).look() == 0
    box.rcpt = ""
    assert reminders(store, clock, box.port).look() == 0
    assert store.reminders.mails_failing(dt.date(2026, 11, 25)) == 2
    clock.later(days=1)
    assert reminders(store, clock, box.port).look() == 2
