"""Reviews, releases and permits in a database of either kind."""

import threading
from dataclasses import replace

import pytest

from ai_gov.errors import Conflict, StoreFailed
from ai_gov.model import Actor
from ai_gov.review.states import ReviewState
from ai_gov.service.permits import PermitService
from ai_gov.stores import held
from tests.service import reviewing
from tests.service.reviewing import (
    AUTHOR,
    BOSS,
    CHECKED,
    FINAL,
    SECOND,
    SECTION,
    TOWN,
    Clock,
    approved,
    kinds,
    requested,
)

TWO = ("    reviewers: 1\n", "    reviewers: 2\n")


@pytest.fixture
def town(store):
    reviewing.settle(store)
    return store


@pytest.fixture
def made(town):
    return reviewing.service(town, Clock(), TWO)


def at_once(*acts):
    """Do all at the same moment; what each gave or raised."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        barrier.wait()
        try:
            results[number] = act()
        except Conflict as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_review_comes_back_as_it_was_written(made, town):
    id_ = requested(made)
    made.approve(BOSS, id_, revision=1, checked=CHECKED)
    review = town.reviews.review(id_)
    assert review.approvals[0].by == BOSS
    assert review.approvals[0].checks == CHECKED
    assert (review.state, review.missing, review.version) == (ReviewState.REQUESTED, 1, 3)
    assert town.reviews.content(review).text == FINAL


def test_of_two_who_approve_at_once_both_count(made, town):
    id_ = requested(made)
    at_once(*(lambda who=who: made.approve(who, id_, revision=1, checked=CHECKED) for who in (BOSS, SECOND)))
    review = town.reviews.review(id_)
    assert (review.state, {item.by for item in review.approvals}) == (ReviewState.APPROVED, {BOSS, SECOND})
    assert kinds(town) == ["started", "requested", "approved", "approved"]


def test_of_approval_and_rejection_at_once_the_log_and_the_state_agree(made, town):
    id_ = requested(made)
    made.approve(BOSS, id_, revision=1, checked=CHECKED)
    results = at_once(
        lambda: made.approve(SECOND, id_, revision=1, checked=CHECKED), lambda: made.reject(BOSS, id_, reason="facts")
    )
    review = town.reviews.review(id_)
    (lost,) = [item for item in results if isinstance(item, Conflict)]
    assert "確認待ち" not in lost.message
    assert kinds(town)[-1] == review.state.value
    assert (town.reviews.content(review) is None) == (review.state is ReviewState.REJECTED)


def test_of_two_releases_at_once_one_counts(town):
    made = reviewing.service(town, Clock())
    id_ = approved(made)
    results = at_once(lambda: made.release(AUTHOR, id_), lambda: made.release(BOSS, id_))
    assert sum(isinstance(item, Conflict) for item in results) == 1
    assert len(town.reviews.releases(TOWN)) == 1
    assert kinds(town).count("released") == 1


def test_one_permit_lets_one_of_two_requests_pass(town):
    clock = Clock()
    permits = PermitService(town.permits, keys=town.keys, clock=clock)
    actor = Actor(AUTHOR.person, TOWN, SECTION)
    from ai_gov import flow

    exchange = flow.receive("019d4657-0000-7000-8000-000000000000", at=clock.now(), client="test", actor=actor)
    permits._ask(exchange, "b", "hold", "default")
    permits.grant(BOSS, permits.queue(BOSS)[0].id)
    got = at_once(lambda: permits._redeem(actor, "b", "x1"), lambda: permits._redeem(actor, "b", "x2"))
    assert sorted(map(bool, got)) == [False, True]


def test_a_sealed_text_is_bound_to_its_record_and_part():
    key = held.new_key()
    sealed = held.seal(key, b"text", record="r1", part="text")
    for record, part in (("r2", "text"), ("r1", "files")):
        with pytest.raises(StoreFailed):
            held.open_(key, sealed, record=record, part=part)
    with pytest.raises(StoreFailed):
        held.open_(key, sealed[:-1], record="r1", part="text")
    assert held.seal(key, b"text", record="r1", part="text") != sealed


def test_a_change_of_what_is_gone_on_writes_nothing(made, town):
    id_ = requested(made)
    before = town.reviews.review(id_)
    made.comment(BOSS, id_, text="確認します")
    from ai_gov.service.review_ports import Change

    stale = Change(
        before,
        replace(before, version=before.version + 1),
        made._event("review_x", before, None, before.updated_at, {}),
    )
    assert not town.reviews.change(stale)
    assert kinds(town)[-1] == "commented"
