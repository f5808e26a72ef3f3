"""How long an author waits for an answer is in its entry, and in the figures of a report."""

import pytest

from ai_gov.audit.figures import add_up
from ai_gov.audit.period import parse
from ai_gov.stores.keyfile import KeyFolder
from ai_gov.stores.sqlite import SqliteStore
from tests.service.reviewing import BOSS, CHECKED, Clock, requested, service, settle


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def town(tmp_path, clock):
    store = SqliteStore(tmp_path / "ai-gov.db", keys=KeyFolder(tmp_path / "keys"), clock=clock)
    settle(store)
    yield store
    store.close()


def test_the_wait_for_a_reviewer_is_in_the_entry_and_in_the_report(town, clock):
    made = service(town, clock)
    id_ = requested(made)
    clock.later(hours=3)
    made.approve(BOSS, id_, revision=1, checked=CHECKED)
    town.sequence_now()
    town.index.catch_up()
    (entry,) = town.search.of_kind("review_approved")
    assert entry.event.data["waited_s"] == 3 * 3600
    figures = add_up(parse("2026-11"), town.search.figures("2026-11", "2026-12"))
    assert figures.review_hours == 3
    assert figures.reviews["review_approved"] == 1
