"""What raises an alert, once, with an entry, and without a value."""

import datetime as dt
import json

import pytest

from ai_gov import datafile
from ai_gov.audit.verification import Verified
from ai_gov.errors import ConfigError
from ai_gov.gateway.metrics import Metrics
from ai_gov.model import Action, Level, Step
from ai_gov.notify.syslog import Syslog
from ai_gov.notify.verification import Verifier
from ai_gov.notify.watch import Watch
from ai_gov.notify.webhook import Webhook
from ai_gov.policy.alerts import Alerts
from ai_gov.rules.library import shipped
from ai_gov.service.audit_alerts import AlertService, Health
from ai_gov.service.governance import FILE, build
from tests.notify.listeners import http_listener, udp_listener
from tests.stores.test_search import use

RULES = datafile.parse(shipped("redaction_rules")[FILE], Alerts, FILE)


class Clock:
    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


@pytest.fixture
def clock():
    return Clock(dt.datetime(2026, 11, 25, 5, tzinfo=dt.UTC))  # 14:00 in Japan


@pytest.fixture
def store(opened, data, clock):
    return opened(data, clock=clock)


@pytest.fixture(name="opened")
def fixture_opened():
    from ai_gov.stores.keyfile import KeyFolder
    from ai_gov.stores.sqlite import SqliteStore

    stores = []

    def open_(data, **options):
        stores.append(SqliteStore(data / "ai-gov.db", keys=KeyFolder(data / "keys"), **options))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def service(store, clock, *channels, rules=RULES):
    return AlertService(
        log=store.alerting,
        rules=lambda: rules,
        clock=clock,
        record=store.record_sync,
        channels=channels,
        catch_up=lambda: (store.sequence_now(), store.index.catch_up()),
    )


def write(store, *uses):
    for steps in uses:
        for step in steps:
            store.record_sync(step)


def blocked(name, at, person="1001"):
    return use(name, action=Action.BLOCK, level=Level.L3B, at=at, person=person, types=())


def test_many_blocks_by_one_person_are_told_once(store, clock):
    ago = clock.at - dt.timedelta(minutes=30)
    write(store, *(blocked(f"x{n}", ago) for n in range(4)), blocked("other", ago, "1002"))
    assert service(store, clock).look() == ()
    write(store, blocked("x5", ago))
    (alert,) = service(store, clock).look()
    assert (alert.rule, alert.person, alert.count) == ("many-blocks", "1001", 5)
    assert service(store, clock).look() == ()
    clock.at += dt.timedelta(minutes=1)
    assert service(store, clock).look() == ()


def test_a_my_number_is_told_for_each_request_with_its_record_number(store, clock):
    write(store, use("x1", action=Action.BLOCK, types=("JP_MY_NUMBER",), at=clock.at), use("x2", at=clock.at))
    (alert,) = service(store, clock).look()
    assert (alert.rule, alert.records) == ("my-number", ("x1",))
    assert "x1" in alert.sentence
    write(store, use("x3", action=Action.BLOCK, types=("JP_MY_NUMBER",), at=clock.at))
    assert [alert.records for alert in service(store, clock).look()] == [("x3",)]


def test_use_in_bulk_at_night_is_told(store, clock):
    night = dt.datetime(2026, 11, 24, 16, tzinfo=dt.UTC)  # 01:00 in Japan
    write(store, *(use(f"x{n}", at=night, types=()) for n in range(30)))
    write(store, *(use(f"day{n}", at=clock.at, types=(), person="1002") for n in range(30)))
    (alert,) = service(store, clock).look()
    assert (alert.rule, alert.person, alert.count) == ("night-bulk", "1001", 30)


def test_a_full_disk_and_a_log_that_does_not_verify_are_told_once_a_day(store, clock):
    health = Health(free_percent=3.2, problems=2)
    assert [alert.rule for alert in service(store, clock).look(health)] == ["verification", "disk"]
    assert service(store, clock).look(health) == ()
    clock.at += dt.timedelta(days=1)
    assert len(service(store, clock).look(health)) == 2


def test_entries_that_do_not_get_into_the_tree_are_told(store, clock):
    write(store, use("x1", at=clock.at, types=()))
    watching = AlertService(log=store.alerting, rules=lambda: RULES, clock=clock, record=store.record_sync)
    assert watching.look() == ()
    clock.at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
    assert [alert.rule for alert in watching.look()] == ["verification"]


def test_an_alert_is_an_entry_and_goes_to_every_channel_without_any_text(store, clock):
    steps = use("x1", sent="極秘の相談", action=Action.REDACT, types=("JP_MY_NUMBER",), at=clock.at)
    write(store, steps)
    with http_listener() as heard, udp_listener() as (listening, address):
        heard.statuses = [404]
        (alert,) = service(store, clock, Webhook(heard.url), Syslog(address)).look()
        message = listening.recv(65535).decode()
        sent = heard.bodies[0].decode() + message
    store.sequence_now()
    store.index.catch_up()
    (entry,) = store.search.of_kind("alert")
    (failed,) = store.search.of_kind("alert_undelivered")
    assert entry.event.data["records"] == ["x1"]
    assert failed.event.data == {"rule": "my-number", "channel": "webhook", "reason": "応答が 404 です"}
    for text in (sent, json.dumps(dict(entry.event.data), ensure_ascii=False), alert.sentence):
        assert "相談" not in text
    assert store.audit.verify().ok


def test_the_watch_verifies_when_it_is_due_and_tells_what_it_found(store, clock, data):
    ticks = [0.0]
    runs = []

    def verify(against, progress):
        runs.append(ticks[0])
        return Verified(clock.at, problem_count=2, problems=("一つめ", "二つめ"))

    verifier = Verifier(verify, note=lambda verified: store.record_sync(Step(None, verified.event())), now=clock.now)
    watch = Watch(
        service(store, clock),
        verifier,
        folder=data,
        seconds=60,
        every_hours=lambda: 24,
        monotonic=lambda: ticks[0],
    )
    watch.look()
    assert runs == []
    ticks[0] = 61.0
    watch.look()
    assert verifier.wait(20)
    watch.look()
    assert runs == [61.0]
    figures = watch.figures()
    assert (figures["ai_gov_log_sound"], figures["ai_gov_alerts"]) == (0.0, 1.0)
    assert 0 < figures["ai_gov_disk_free_ratio"] < 1
    shown = Metrics(watch.figures).text().decode()
    assert "ai_gov_log_sound 0.0" in shown
    store.sequence_now()
    store.index.catch_up()
    (alert,) = store.search.of_kind("alert")
    assert (alert.event.data["rule"], alert.event.data["count"]) == ("verification", 2)
    (kept,) = store.search.of_kind("verified")
    assert kept.event.data["problems"] == ["一つめ", "二つめ"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('from: "22:00"', 'from: "25:00"', "22:00"),
        ("entity: JP_MY_NUMBER", "entity: JP_MY_NUMER", "検知規則がありません"),
        ("id: night-bulk", "id: disk", "二度"),
        ("free_percent: 10", "free_percent: 0", "free_percent"),
    ],
)
def test_a_wrong_rule_is_named_with_its_file(old, new, words):
    files = shipped("redaction_rules")
    assert old in files[FILE]
    with pytest.raises(ConfigError, match=r"alerts\.yaml") as caught:
        build({**files, FILE: files[FILE].replace(old, new)}, dt.date(2026, 11, 25))
    assert words in str(caught.value)


def test_findings_are_counted_by_person_where_several_are_needed(store, clock):
    rules = datafile.parse(
        "schema: 1\nalerts:\n  - {id: names, title: 氏名, kind: finding, entity: PERSON, at_least: 3}\n", Alerts, FILE
    )
    write(store, *(use(f"x{n}", at=clock.at) for n in range(3)), use("y", at=clock.at, person="1002"))
    (alert,) = service(store, clock, rules=rules).look()
    assert (alert.person, alert.count, sorted(alert.records)) == ("1001", 3, ["x0", "x1", "x2"])
