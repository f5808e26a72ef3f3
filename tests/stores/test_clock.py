"""The clock goes backwards, or jumps: the order of the log is that of its commits, and it still verifies."""

import datetime as dt
import uuid

from tests.stores.steps import decided, outcome
from tests.stores.test_retention import at

NOW = dt.datetime.now(dt.UTC)


def id_at(moment, number):
    """A UUIDv7 as a machine with that time would make it."""
    millis = int(moment.timestamp() * 1000)
    return str(uuid.UUID(int=millis << 80 | 0x7 << 76 | 0b10 << 62 | number))


async def test_a_clock_that_goes_backwards_changes_neither_order_nor_proof(store, monkeypatch):
    times = [NOW, NOW - dt.timedelta(hours=1), NOW - dt.timedelta(days=400), NOW + dt.timedelta(minutes=5), NOW]
    written = []
    for number, moment in enumerate(times):
        ids = iter([id_at(moment, number * 2), id_at(moment, number * 2 + 1)])
        monkeypatch.setattr("ai_gov.stores.append.uuid_utils.uuid7", lambda ids=ids: next(ids))
        step = decided(f"x{number}", tokens=["t"])
        written.append((await store.record(at(step, moment))).entry_id)
        written.append((await store.record(at(outcome(step), moment))).entry_id)
        store.sequence_now()
    monkeypatch.undo()
    report = store.audit.verify()
    assert report.problems == ()
    assert [entry.id for entry in store.audit.entries()][::-1] == written


async def test_checkpoints_of_a_clock_that_goes_backwards_are_still_in_the_order_of_the_tree(opener, data):
    class Clock:
        def __init__(self):
            self.hours = 0

        def now(self):
            self.hours += 1
            return NOW - dt.timedelta(hours=self.hours)

    first = opener(data)
    for _ in range(3):
        await first.record(decided())
        first.sequencer._clock = Clock()
        first.sequence_now()
    sizes = [int(note.splitlines()[1]) for note in first.audit.checkpoints()]
    assert sizes == [1, 2, 3]
    assert first.audit.verify().ok
