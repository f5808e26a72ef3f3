"""What every store must do, whatever it is made of. A store's test module runs this suite over its own fixture."""

import asyncio

import pytest

from ai_gov.errors import StoreFailed
from ai_gov.model import Action, Event, State, Step
from ai_gov.service.ports import ReceiptSpentError
from ai_gov.stores.entry import Filter
from ai_gov.stores.errors import StepConflict
from tests.stores.steps import AT, decided, outcome, refused


class StoreConformance:
    """``store`` is a fixture of the class that inherits this."""

    async def test_a_receipt_names_its_entry_and_its_exchange_and_is_spent_once(self, store):
        step = decided("x1")
        receipt = await store.record(step, sent_sha256=b"d" * 32)
        assert receipt.exchange_id == "x1"
        assert store.audit.entries()[0].id == receipt.entry_id
        receipt.spend(b"d" * 32)
        with pytest.raises(ReceiptSpentError):
            receipt.spend(b"d" * 32)

    async def test_the_entry_says_what_the_event_said(self, store):
        step = decided("x1", tokens=["t1", "t2"], sent="〔氏名1〕さんへ")
        await store.record(step)
        (entry,) = store.audit.of_exchange("x1")
        assert entry.event == step.event
        assert entry.columns["level"] == "1"
        assert entry.columns["actor"] == "1001"
        assert entry.columns["destination"] == "default"

    async def test_decision_and_outcome_stand_in_their_order(self, store):
        step = decided("x1")
        await store.record(step)
        await store.record(outcome(step))
        assert [entry.columns["outcome"] for entry in store.audit.of_exchange("x1")] == ["decided", "answered"]

    async def test_a_second_decision_is_refused_and_leaves_no_entry(self, store):
        await store.record(decided("x1"))
        with pytest.raises(StepConflict):
            await store.record(decided("x1"))
        assert store.audit.counts().entries == 1

    async def test_a_second_outcome_is_refused(self, store):
        step = decided("x1")
        await store.record(step)
        await store.record(outcome(step, State.FAILED))
        with pytest.raises(StepConflict):
            await store.record(outcome(step, State.ANSWERED))
        assert store.audit.counts().entries == 2

    async def test_an_outcome_without_a_decision_is_refused(self, store):
        with pytest.raises(StepConflict):
            await store.record(outcome(decided("x1")))
        assert store.audit.counts().entries == 0

    @pytest.mark.parametrize("action", [Action.BLOCK, Action.HOLD])
    async def test_nothing_follows_a_prompt_that_was_stopped(self, store, action):
        step = decided("x1", action=action)
        await store.record(step)
        with pytest.raises(StepConflict):
            await store.record(outcome(decided("x1")))

    async def test_two_outcomes_at_once_let_one_through(self, store):
        step = decided("x1")
        await store.record(step)
        ends = [State.ANSWERED, State.FAILED, State.CLIENT_GONE]
        results = await asyncio.gather(*(store.record(outcome(step, end)) for end in ends), return_exceptions=True)
        assert sum(isinstance(result, StepConflict) for result in results) == 2
        assert store.audit.counts().entries == 2

    async def test_a_step_that_fails_takes_no_other_down(self, store):
        await store.record(decided("taken"))
        steps = [decided(f"x{n}") for n in range(10)] + [decided("taken")] + [decided(f"y{n}") for n in range(10)]
        results = await asyncio.gather(*(store.record(step) for step in steps), return_exceptions=True)
        assert [isinstance(result, StepConflict) for result in results].count(True) == 1
        assert store.audit.counts().entries == 21

    async def test_a_refusal_without_actor_is_recorded(self, store):
        await store.record(refused("x1"))
        assert store.audit.entries()[0].columns["kind"] == "refused"

    async def test_events_that_belong_to_no_request_are_recorded(self, store):
        await store.record(Step(None, Event("config_applied", AT, data={"digest": "d"})))
        store.record_sync(Step(None, Event("config_applied", AT, data={"digest": "e"})))
        assert store.audit.counts().entries == 2

    async def test_what_is_no_json_is_refused_before_anything_is_written(self, store):
        with pytest.raises(StoreFailed, match="文字にできません"):
            await store.record(Step(None, Event("x", AT, data={"a": object()})))
        assert store.audit.counts().entries == 0

    async def test_lone_surrogates_are_written_as_replacement_characters(self, store):
        await store.record(decided("x1", sent="a\ud800b"))
        assert store.audit.of_exchange("x1")[0].event.data["sent"] == "a�b"
        store.sequence_now()
        assert store.audit.verify().problems == ()

    async def test_filters_and_pages_go_from_new_to_old_without_gap_or_repetition(self, store):
        for n in range(7):
            step = decided(f"x{n}")
            await store.record(step)
            await store.record(outcome(step))
        seen, before = [], None
        while page := store.audit.entries(Filter(kind="decided"), before=before, limit=3):
            seen += [entry.columns["exchange"] for entry in page]
            before = page[-1].position
        assert seen == [f"x{n}" for n in range(6, -1, -1)]
        assert store.audit.entries(Filter(kind="decided", actor="nobody")) == []
        assert store.audit.entries(Filter(until=AT)) == []
        assert len(store.audit.entries(Filter(since=AT))) == 14

    async def test_sequenced_entries_verify_under_a_signed_checkpoint(self, store):
        for n in range(5):
            await store.record(decided(f"x{n}", tokens=[f"t{n}"]))
        assert store.audit.counts().waiting == 5
        assert store.sequence_now() == 5
        assert store.sequence_now() == 0
        counts = store.audit.counts()
        assert (counts.entries, counts.waiting, counts.checkpoints) == (5, 0, 1)
        report = store.audit.verify()
        assert report.problems == ()
        assert report.entries == 5

    async def test_after_the_end_every_step_is_refused_at_once(self, store):
        store.close()
        with pytest.raises(StoreFailed, match="終了処理中"):
            await store.record(decided())
