"""``kill -9`` at each moment of the work: no receipt is lost, the tree verifies, and the next start puts all right."""

import asyncio
import os
import signal

import pytest

from ai_gov.audit.retention import Periods
from tests.stores.steps import decided, outcome
from tests.stores.test_retention import at, years_ago

PERIODS = Periods(1, 3)


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def after(work):
    def then_die(*arguments, **options):
        work(*arguments, **options)
        die()

    return then_die


def before_writing(store):
    import ai_gov.stores.writer as module

    module.append_all = die


def before_the_commit(store):
    import ai_gov.stores.writer as module

    module.append_all = after(module.append_all)


def before_the_receipt(store):
    import ai_gov.stores.writer as module

    module._resolve = die


def while_sequencing(store):
    store.sequencer._batch = after(store.sequencer._batch)


def before_the_copy_outside(store):
    store.audit.outside.append = die


def in_the_middle_of_the_copy_outside(store):
    path = store.audit.outside.path

    def half(notes):
        with path.open("ab") as file:
            file.write("".join(notes).encode()[:70])
        die()

    store.audit.outside.append = half


def after_the_copy_outside(store):
    store.audit.outside.append = after(store.audit.outside.append)


def while_deleting(store):
    import ai_gov.stores.retention as module

    module.append = after(module.append)


def between_two_deletions(store):
    import ai_gov.stores.retention as module

    module.BATCH = 2
    count = []
    deletion = module.deletion

    def second(*arguments, **options):
        if count:
            die()
        count.append(1)
        return deletion(*arguments, **options)

    module.deletion = second


def before_the_files_are_scrubbed(store):
    store.retention.scrub = die


PHASES = [
    before_writing,
    before_the_commit,
    before_the_receipt,
    while_sequencing,
    before_the_copy_outside,
    in_the_middle_of_the_copy_outside,
    after_the_copy_outside,
    while_deleting,
    between_two_deletions,
    before_the_files_are_scrubbed,
]


async def work(store, phase, say):
    """A day of the log, in which the process dies."""
    for n in range(3):
        step = decided(f"old{n}", tokens=[f"t{n}"])
        for each in (step, outcome(step)):
            say((await store.record(at(each, years_ago(2)))).entry_id)
    store.sequence_now()
    step = decided("open")
    say((await store.record(step)).entry_id)
    phase(store)
    for n in range(3):
        step = decided(f"new{n}")
        say((await store.record(step)).entry_id)
        say((await store.record(outcome(step))).entry_id)
    store.sequence_now()
    store.retention.delete(PERIODS, actor="2001")
    store.retention.scrub()


def child(place, phase, pipe):
    """What the forked process does; it never comes back."""
    try:
        asyncio.run(work(place.open(), phase, lambda line: os.write(pipe, f"{line}\n".encode())))
    finally:
        os._exit(1)


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.__name__)
def test_nothing_that_had_a_receipt_is_lost_and_the_log_verifies(place, phase):
    place.open().close()
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        child(place, phase, write)
    os.close(write)
    with os.fdopen(read) as lines:
        receipts = set(lines.read().split())
    assert os.WTERMSIG(os.waitpid(process, 0)[1]) == signal.SIGKILL
    store = place.open()
    try:
        assert store.interrupted >= 1  # "open", and whatever was decided and not answered
        store.sequence_now()
        report = store.audit.verify()
        assert report.problems == ()
        assert receipts <= {entry.id for entry in store.audit.entries(limit=1000)}
        with store.database.read() as connection:
            states = set(connection.exec_driver_sql("SELECT DISTINCT state FROM exchanges").scalars())
        assert "decided" not in states
        store.retention.delete(PERIODS, actor="2001")
        store.sequence_now()
        assert store.audit.verify().ok
    finally:
        store.close()
