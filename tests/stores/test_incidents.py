"""Incidents in a database of either kind, through their service: who may, what is written, what the log says."""

import datetime as dt
import threading
from dataclasses import replace

import pytest

from ai_gov.audit import siem
from ai_gov.audit.incidents import Category, Facts, IncidentState, Stage
from ai_gov.errors import BadRequest, Conflict, Forbidden, UnknownRoute
from ai_gov.model import Action
from ai_gov.service.audit import LogReader
from tests.service import incident_world as world
from tests.service.incident_world import NOW, PARTNER, TOWN, member

KNOWN = NOW - dt.timedelta(hours=1)


@pytest.fixture
def town(store):
    world.settle(store)
    return store


@pytest.fixture
def desk(town):
    return world.service(town)


def started(town, desk, **more):
    return desk.open(member(town, "1003"), TOWN, title="誤った入力", known_at=KNOWN, **more)


def told(town):
    """The entries of incidents and holds, oldest first."""
    kept = [
        entry for entry in town.audit.entries(limit=1000) if entry.columns["kind"].startswith(("incident_", "hold"))
    ]
    return [(entry.columns["kind"], dict(entry.event.data)) for entry in reversed(kept)]


def test_from_an_alert_to_its_end_every_step_is_an_entry(town, desk):
    caio, helper = member(town, "1003"), member(town, "1004")
    record = world.use(town, 1, action=Action.BLOCK)
    other = world.use(town, 2)
    raised = world.alert(town, record)
    made = started(town, desk, records=[record], alert=raised)
    assert (made.id, made.how, made.records) == (f"{TOWN}-2026-001", "alert", (record,))
    desk.link(helper, made.id, other)
    facts = Facts("yes", (Category.NUMBER_MANY,), 120, True, "概要", "個人番号", "誤操作", "研修")
    desk.state_facts(helper, made.id, facts)
    desk.note(caio, made.id, "窓口で聞き取った。")
    for stage in (Stage.PRELIMINARY, Stage.FINAL, Stage.NOTICE):
        desk.reported(caio, made.id, stage, on=dt.date(2026, 11, 25), reference="受付1")
    desk.close(caio, made.id, "再発防止策まで終えた。")
    found = town.incidents.incident(made.id)
    assert (found.state, found.facts, found.version) == (IncidentState.CLOSED, facts, 8)
    assert found.notes[0].text == "窓口で聞き取った。"
    kinds = [kind for kind, _ in told(town)]
    assert kinds == [
        *("incident_opened", "hold_set", "incident_linked", "hold_set", "incident_facts", "incident_noted"),
        *("incident_reported",) * 3,
        "incident_closed",
    ]
    data = dict(told(town))
    assert data["incident_closed"] == {"incident": made.id, "state": "closed", "text": "再発防止策まで終えた。"}
    assert data["incident_facts"]["changed"]["persons"] == [None, 120]
    town.sequence_now()
    assert town.audit.verify().ok


def test_a_linked_record_is_kept_from_deletion(town, desk):
    record = world.use(town, 1)
    made = started(town, desk, records=[record])
    (held,) = town.retention.holds()
    assert (held.exchange, held.reason) == (record, f"事故 {made.id}")


def test_numbers_count_up_within_town_and_fiscal_year(town, desk):
    clock = world.Clock()
    later = world.service(town, clock)
    assert started(town, desk).id.endswith("-2026-001")
    assert started(town, desk).id.endswith("-2026-002")
    assert (
        later.open(member(town, "9003", PARTNER), PARTNER, title="別の町", known_at=KNOWN).id == f"{PARTNER}-2026-001"
    )
    clock.at = dt.datetime(2027, 4, 1, tzinfo=dt.UTC)
    assert started(town, later).id.endswith("-2027-001")


@pytest.mark.parametrize(("number", "where"), [("1005", TOWN), ("1006", TOWN), ("1003", PARTNER)])
def test_nobody_else_opens_one(town, desk, number, where):
    with pytest.raises(Forbidden):
        desk.open(member(town, number), where, title="件名", known_at=KNOWN)
    assert told(town) == []


def test_an_auditor_reads_and_writes_nothing(town, desk):
    made = started(town, desk)
    auditor = member(town, "1005")
    assert desk.one(auditor, made.id).can_write is False
    for act in (
        lambda: desk.note(auditor, made.id, "書く"),
        lambda: desk.close(auditor, made.id, "閉じる"),
        lambda: desk.state_facts(auditor, made.id, Facts("no")),
        lambda: desk.reported(auditor, made.id, Stage.FINAL, on=NOW.date()),
    ):
        with pytest.raises(Forbidden):
            act()
    assert town.incidents.incident(made.id) == made


@pytest.mark.parametrize(("number", "where"), [("9003", PARTNER), ("1006", TOWN)])
def test_who_may_not_see_one_learns_not_even_that_it_is_there(town, desk, number, where):
    made, stranger = started(town, desk), member(town, number, where)
    said = set()
    for id_ in (made.id, "132012-2026-999"):
        for act in (
            lambda id_=id_: desk.one(stranger, id_),
            lambda id_=id_: desk.note(stranger, id_, "書く"),
            lambda id_=id_: desk.summarised(stranger, id_, "md"),
        ):
            with pytest.raises(UnknownRoute) as error:
                act()
            said.add(error.value.message)
    assert len(said) == 1
    reader = LogReader("9003", frozenset({PARTNER}), reads_text=True)
    assert desk.listed(reader) == []


def test_a_record_of_another_town_cannot_be_linked(town, desk):
    theirs, made = world.use(town, 3, town=PARTNER), started(town, desk)
    for act in (
        lambda: desk.link(member(town, "1003"), made.id, theirs),
        lambda: started(town, desk, records=[theirs]),
        lambda: started(town, desk, alert=world.alert(town, town=PARTNER)),
    ):
        with pytest.raises(BadRequest, match="監査ログにありません"):
            act()


def test_more_records_than_an_incident_takes_are_not_even_looked_for(town, desk):
    with pytest.raises(BadRequest, match="200件まで"):
        started(town, desk, records=["x"] * 201)


def test_what_names_somebody_is_refused_and_rests_nowhere(town, desk):
    caio, made = member(town, "1003"), started(town, desk)
    for act in (
        lambda: desk.open(caio, TOWN, title="山田太郎さんの件", known_at=KNOWN),
        lambda: desk.note(caio, made.id, "山田太郎さんに電話した。"),
        lambda: desk.state_facts(caio, made.id, Facts(cause="山田太郎さんが送った。")),
        lambda: desk.reported(caio, made.id, Stage.MAYOR, on=NOW.date(), reference="山田太郎"),
    ):
        with pytest.raises(BadRequest, match="書かないでください"):
            act()
    assert all("山田太郎" not in str(data) for _, data in told(town))


def test_of_two_who_write_at_once_both_count(town, desk):
    caio, helper, made = member(town, "1003"), member(town, "1004"), started(town, desk)
    barrier = threading.Barrier(2)

    def write(who, text):
        barrier.wait()
        desk.note(who, made.id, text)

    threads = [threading.Thread(target=write, args=item) for item in ((caio, "一"), (helper, "二"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {note.text for note in town.incidents.incident(made.id).notes} == {"一", "二"}
    assert [kind for kind, _ in told(town)].count("incident_noted") == 2


def test_facts_over_what_somebody_else_wrote_meanwhile_are_refused(town, desk):
    caio, made = member(town, "1003"), started(town, desk)
    desk.state_facts(caio, made.id, Facts("no", summary="先の人"), version=made.version)
    with pytest.raises(Conflict, match="先に書き換え"):
        desk.state_facts(caio, made.id, Facts(summary="後の人"), version=made.version)
    assert town.incidents.incident(made.id).facts.summary == "先の人"


def test_a_row_that_is_no_longer_what_was_read_is_not_overwritten(town, desk):
    made = started(town, desk)
    after = replace(made, title="別", version=made.version + 1)
    assert town.incidents.change(made, after, ()) is True
    assert town.incidents.change(made, replace(after, title="さらに別"), ()) is False
    assert town.incidents.incident(made.id).title == "別"


def test_it_is_found_by_its_record_until_that_is_taken_off(town, desk):
    caio, record = member(town, "1003"), world.use(town, 1)
    made = started(town, desk, records=[record])
    reader = LogReader("1003", frozenset({TOWN}), reads_text=True)
    assert [item.id for item in desk.of_record(reader, record)] == [made.id]
    assert desk.of_record(LogReader("9003", frozenset({PARTNER})), record) == []
    desk.unlink(caio, made.id, record)
    assert desk.of_record(reader, record) == []


def test_open_ones_come_first_the_oldest_of_them_first(town, desk):
    caio = member(town, "1003")
    first, second, third = (
        desk.open(caio, TOWN, title=f"{hours}", known_at=NOW - dt.timedelta(hours=hours)) for hours in (1, 3, 2)
    )
    desk.state_facts(caio, second.id, Facts("no"))
    desk.close(caio, second.id, "誤検知")
    reader = LogReader("1003", frozenset({TOWN}))
    assert [item.id for item in desk.listed(reader)] == [third.id, first.id, second.id]


def test_moments_and_days_that_cannot_be_are_refused(town, desk):
    caio, made = member(town, "1003"), started(town, desk)
    with pytest.raises(BadRequest, match="先"):
        desk.open(caio, TOWN, title="件名", known_at=NOW + dt.timedelta(minutes=1))
    for day in (dt.date(2026, 11, 26), dt.date(2026, 11, 24)):
        with pytest.raises(BadRequest, match="知った日から今日"):
            desk.reported(caio, made.id, Stage.FINAL, on=day)


def test_a_report_that_was_made_is_an_entry_and_tells_what_the_log_has(town, desk):
    record = world.use(town, 1)
    made = started(town, desk, records=[record], alert=world.alert(town, record))
    found = desk.summarised(member(town, "1005"), made.id, "docx")
    assert [use.record for use in found.uses] == [record]
    assert found.alert.title == "個人番号の入力"
    newest = town.audit.entries(limit=1)[0]
    assert (newest.columns["kind"], newest.event.data["incident"]) == ("report_made", made.id)


def test_an_incident_is_no_change_of_a_setting(town, desk):
    started(town, desk)
    town.sequence_now()
    town.index.catch_up()
    assert "incident_opened" not in {entry.columns["kind"] for entry in town.search.of_kind("change", limit=1000)}


def test_what_somebody_wrote_of_one_is_not_told_to_the_siem(town, desk):
    caio, made = member(town, "1003"), started(town, desk)
    desk.note(caio, made.id, "窓口で聞いた。")
    desk.state_facts(caio, made.id, Facts(cause="様式の誤り。"))
    lines = [siem.line(entry, 0) for entry in town.audit.entries(limit=3)]
    assert {item["event.action"] for item in lines} == {"incident_opened", "incident_noted", "incident_facts"}
    for words in ("窓口で聞いた。", "様式の誤り。", "誤った入力"):
        assert words not in str(lines)
    assert all(item["ai_gov.data"]["incident"] == made.id for item in lines)
