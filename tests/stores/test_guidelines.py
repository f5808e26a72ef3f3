"""Drafts, versions and who has read them, on every database: kept whole with their entries, or not at all."""

import datetime as dt

import pytest

from ai_gov.documents.guideline.embedded import Embedded
from ai_gov.documents.guideline.published import Section
from ai_gov.documents.guideline.version import Content, Version
from ai_gov.model import Event
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.service.guideline_draft import Kept
from ai_gov.service.guideline_versions import Tally
from ai_gov.stores.entry import Filter

NOW = dt.datetime(2026, 11, 25, 3, 0, tzinfo=dt.UTC)
DATA = Embedded("見本市", "guide", 1, "2026-11-25", "d", {"contact": "総務課"}, {"min_score": "0.5"})
CONTENT = Content((Section("目的", ("安全に使います。",)),), "<h2>目的</h2>")


def version(number, **more):
    given = {"data": DATA, "kinds": ("docx", "md"), **more}
    return Version("town", number, "決まり", dt.date(2026, 4, 1), NOW, "1002", "a" * 64, **given)


def event(kind, number=1):
    return Event(kind, NOW, "", "town", "110", "1002", {"number": number})


def publish(store, number):
    files = {"md": b"# x", "docx": b"PK"}
    return store.guidelines.add(version(number), CONTENT, files, event("guideline_published", number))


def test_a_version_comes_back_as_it_was_published_with_its_entry(store):
    assert store.guidelines.versions("town") == []
    assert publish(store, 1)
    assert store.guidelines.versions("town") == [version(1)]
    assert store.guidelines.content("town", 1) == CONTENT
    assert store.guidelines.file("town", 1, "docx") == b"PK"
    assert store.guidelines.file("town", 1, "pdf") is None
    assert store.guidelines.content("town", 2) == Content()
    assert len(store.audit.entries(Filter(kind="guideline_published"))) == 1


def test_a_number_is_given_once_and_the_second_leaves_no_entry(store):
    assert publish(store, 1)
    assert not publish(store, 1)
    assert publish(store, 2)
    assert [item.number for item in store.guidelines.versions("town")] == [2, 1]
    assert len(store.audit.entries(Filter(kind="guideline_published"))) == 2


def test_an_acknowledgement_is_kept_once_and_counted_by_department(store):
    store.register.set_organisation(Organisation("town", "見本市"), actor="cli")
    for department in ("110", "120"):
        store.register.set_department(Department("town", department, f"{department}課"), actor="cli")
    for number, department, role in (("1", "110", Role.STAFF), ("2", "110", Role.STAFF), ("3", "120", Role.AUDITOR)):
        store.register.change(Change("added", None, Person("town", number, department, "見本")), actor="cli")
        store.register.grant(Grant("", "town", number, role, "town"), actor="cli")
    publish(store, 1)
    assert store.guidelines.acknowledge("town", "1", 1, event("guideline_acknowledged"))
    assert not store.guidelines.acknowledge("town", "1", 1, event("guideline_acknowledged"))
    assert store.guidelines.acknowledgements("town", "1") == {1: NOW}
    assert store.guidelines.acknowledgements("town", "2") == {}
    assert store.guidelines.tallies("town", 1, NOW.date()) == [Tally("110", "110課", 1, 2)]
    assert len(store.audit.entries(Filter(kind="guideline_acknowledged"))) == 1
    assert store.guidelines.organisation_name("town") == "見本市"
    assert store.guidelines.organisation_name("none") == "none"


def test_a_review_is_a_day_and_an_entry(store):
    publish(store, 1)
    store.guidelines.review("town", 1, dt.date(2027, 2, 1), event("guideline_reviewed"))
    (found,) = store.guidelines.versions("town")
    assert (found.reviewed_on, found.looked_at) == (dt.date(2027, 2, 1), dt.date(2027, 2, 1))


@pytest.mark.parametrize("text", ["schema: 1\n", "questions: 1  # 版\n"])
def test_a_draft_is_the_last_one_of_its_organisation(store, text):
    assert store.guidelines.draft("town") is None
    store.guidelines.save_draft("town", Kept("前", NOW, "1001"))
    store.guidelines.save_draft("town", Kept(text, NOW, "1002"))
    store.guidelines.save_draft("other", Kept("別", NOW, "2001"))
    assert store.guidelines.draft("town") == Kept(text, NOW, "1002")
