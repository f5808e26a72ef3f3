"""Incidents: what may follow what, and by when reports are due."""

import datetime as dt

import pytest

from ai_gov.audit.incident_deadlines import deadlines, next_deadline
from ai_gov.audit.incidents import (
    MOST_NOTES,
    MOST_RECORDS,
    Category,
    Facts,
    Incident,
    IncidentState,
    Note,
    Report,
    Stage,
)
from ai_gov.errors import BadRequest, Conflict
from ai_gov.model import JST

KNOWN = dt.datetime(2026, 11, 25, 23, 30, tzinfo=JST)  # a Wednesday, and still the 25th in Japan
TODAY = dt.date(2026, 11, 26)


def incident(**more):
    return Incident("132012-2026-001", "132012", "件名", KNOWN, KNOWN, "1003", KNOWN, **more)


def report(stage, day=26):
    return Report(stage, dt.date(2026, 11, day), "1003", KNOWN)


def test_the_day_on_which_it_became_known_is_the_first():
    preliminary, final = deadlines(incident())
    assert (preliminary.begins, preliminary.due) == (dt.date(2026, 11, 27), dt.date(2026, 11, 29))
    assert (final.due, final.days) == (dt.date(2026, 12, 24), 30)


def test_the_day_of_knowing_is_the_day_in_japan():
    known = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)  # 00:00 of the 25th in Japan
    assert deadlines(incident())[1].due == deadlines(Incident("i", "o", "t", known, known, "p", known))[1].due


@pytest.mark.parametrize("category", [Category.PURPOSE, Category.NUMBER_PURPOSE])
def test_ill_intent_gives_sixty_days(category):
    facts = Facts(reportable="yes", categories=(Category.MANY, category))
    assert deadlines(incident(facts=facts))[1].due == dt.date(2027, 1, 23)


def test_deadlines_count_until_somebody_decides_that_nothing_is_to_be_reported():
    assert len(deadlines(incident())) == 2
    assert deadlines(incident(facts=Facts(reportable="no"))) == ()


def test_a_sunday_is_told_and_nothing_is_moved():
    preliminary, final = deadlines(incident())
    assert (preliminary.weekend, final.weekend) == (True, False)


@pytest.mark.parametrize(("day", "state"), [(20, "ahead"), (26, "soon"), (29, "soon"), (30, "late")])
def test_how_near_a_deadline_is(day, state):
    assert deadlines(incident())[0].state(dt.date(2026, 11, day)) == state


def test_the_next_deadline_is_the_first_that_is_not_met():
    assert next_deadline(incident()).stage is Stage.PRELIMINARY
    told = incident(reports=(report(Stage.PRELIMINARY),))
    assert next_deadline(told).stage is Stage.FINAL
    assert deadlines(told)[0].state(dt.date(2027, 1, 1)) == "done"
    assert next_deadline(incident(reports=(report(Stage.PRELIMINARY), report(Stage.FINAL)))) is None
    assert next_deadline(incident(state=IncidentState.CLOSED)) is None


def test_it_is_not_closed_before_somebody_decided_and_reported():
    with pytest.raises(Conflict, match="報告が要るかどうか"):
        incident().closed("済み", KNOWN)
    yes = Facts(reportable="yes", categories=(Category.SENSITIVE,))
    with pytest.raises(Conflict, match="確報"):
        incident(facts=yes, reports=(report(Stage.PRELIMINARY),)).closed("済み", KNOWN)
    every = tuple(map(report, (Stage.PRELIMINARY, Stage.FINAL, Stage.NOTICE)))
    closed = incident(facts=yes, reports=every).closed("済み", KNOWN)
    assert (closed.state, closed.closing) == (IncidentState.CLOSED, "済み")
    assert incident(facts=Facts(reportable="no")).closed("誤検知", KNOWN).closed_at == KNOWN


def test_a_closed_one_takes_notes_and_nothing_else_until_it_is_opened_again():
    closed = incident(facts=Facts(reportable="no")).closed("済み", KNOWN)
    assert closed.noted(Note(KNOWN, "1003", "追記")).notes[0].text == "追記"
    with pytest.raises(Conflict, match="終結"):
        closed.linked("r1")
    assert closed.reopened().linked("r1").records == ("r1",)
    with pytest.raises(Conflict):
        incident().reopened()


def test_a_record_is_linked_once_and_lists_end():
    with pytest.raises(Conflict):
        incident(records=("r1",)).linked("r1")
    with pytest.raises(BadRequest):
        incident(records=tuple(map(str, range(MOST_RECORDS)))).linked("more")
    with pytest.raises(BadRequest):
        incident(notes=(Note(KNOWN, "p", "x"),) * MOST_NOTES).noted(Note(KNOWN, "p", "x"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"reportable": "yes"},
        {"reportable": "no", "categories": (Category.MANY,)},
        {"persons": -1},
        {"persons": 10**9},
    ],
)
def test_facts_that_contradict_themselves_are_refused(wrong):
    with pytest.raises(BadRequest):
        Facts(**wrong)


def test_facts_come_back_from_their_json():
    facts = Facts("yes", (Category.NUMBER_MANY, Category.PURPOSE), 120, True, "概要", "番号", "原因", "対応")
    assert Facts.of(facts.data()) == facts
    assert "概要" not in repr(facts)


def test_only_what_was_read_in_the_law_is_marked_as_read():
    assert {item for item in Category if item.read} == {item for item in Category if item.name.startswith("NUMBER")}
    assert all(item.ja for item in (*Category, *Stage))
