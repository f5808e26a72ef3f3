"""A disk that is full, a database that is locked, a writer that dies: StoreFailed in time, and nothing half done."""

import asyncio
import resource
import signal
import sqlite3
import time

import pytest

from ai_gov.errors import StoreFailed
from ai_gov.stores.errors import StepConflict
from ai_gov.stores.sqlite import open_store
from tests.stores.steps import decided, outcome


def entries(path):
    raw = sqlite3.connect(path)
    try:
        return raw.execute("SELECT count(*) FROM entries").fetchone()[0]
    finally:
        raw.close()


@pytest.fixture
def file_limit():
    """Caps the size of any file that this process writes: the kernel's own way of saying that there is no room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


async def test_a_disk_without_room_fails_every_waiting_step_and_heals(sqlite, file_limit):
    await sqlite.record(decided("before"))
    wal = sqlite.database.path.with_name("ai-gov.db-wal").stat().st_size
    file_limit(wal)
    steps = [decided(f"x{n}") for n in range(5)]
    began = time.monotonic()
    results = await asyncio.gather(*(sqlite.record(step) for step in steps), return_exceptions=True)
    assert time.monotonic() - began < 6
    assert all(isinstance(result, StoreFailed) for result in results)
    assert not any(isinstance(result, StepConflict) for result in results)
    assert "生成AIには何も送信していません" in results[0].message
    assert entries(sqlite.database.path) == 1
    file_limit(resource.RLIM_INFINITY)
    receipts = await asyncio.gather(*(sqlite.record(step) for step in steps))
    assert len(receipts) == 5
    assert entries(sqlite.database.path) == 6


async def test_a_full_database_says_that_the_disk_is_full(sqlite):
    with sqlite.database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    async def fill():
        for n in range(1000):
            await sqlite.record(decided(f"x{n}", sent="あ" * 10_000))

    with pytest.raises(StoreFailed, match="ディスクの空きがありません"):
        await fill()


async def test_a_locked_database_is_waited_for_only_so_long(opened, data):
    store = opened(data, busy_s=0.2, deadline_s=2)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreFailed, match="占有されています"):
        await store.record(decided("x1"))
    assert time.monotonic() - began < 1.5
    other.execute("ROLLBACK")
    other.close()
    await store.record(decided("x1"))


async def test_the_deadline_holds_whatever_the_database_does(opened, data):
    store = opened(data, busy_s=30, deadline_s=0.3)
    other = sqlite3.connect(store.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    late = decided("late")
    with pytest.raises(StoreFailed, match="時間内に"):
        await store.record(late)
    with pytest.raises(StoreFailed, match="時間内に"):
        await store.record(decided("never begun"))
    assert time.monotonic() - began < 2
    other.execute("ROLLBACK")
    other.close()
    for _ in range(100):  # until the step that was under way has its outcome from the writer itself
        await asyncio.sleep(0.05)
        if store.audit.counts().entries == 2:
            break
    with pytest.raises(StepConflict):
        await store.record(outcome(late))
    assert [entry.columns["outcome"] for entry in store.audit.of_exchange("late")] == ["decided", "failed"]
    assert store.audit.of_exchange("never begun") == []


async def test_closing_writes_what_is_waiting(opened, data):
    store = opened(data)
    tasks = [asyncio.create_task(store.record(decided())) for _ in range(20)]
    await asyncio.sleep(0)
    await asyncio.to_thread(store.close)
    receipts = await asyncio.gather(*tasks)
    assert entries(data / "ai-gov.db") == len(receipts) == 20


async def test_an_unforeseen_fault_reaches_every_caller_and_the_thread_lives_on(sqlite, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("ai_gov.stores.writer.append_all", broken)
        with pytest.raises(StoreFailed):
            await sqlite.record(decided("x1"))
    await sqlite.record(decided("x1"))


async def test_checkpoints_that_could_not_be_copied_outside_are_copied_later(sqlite, data):
    await sqlite.record(decided())
    outside = data / "checkpoints.txt"
    outside.mkdir()
    with pytest.raises(StoreFailed, match="控えに書けません"):
        sqlite.sequence_now()
    assert sqlite.audit.counts().waiting == 0
    outside.rmdir()
    sqlite.sequence_now()
    assert sqlite.audit.verify().ok
    assert len(sqlite.audit.outside.notes()) == 1


def test_a_register_that_cannot_be_read_lets_nobody_in(data):
    store = open_store(data)
    store.close()
    (data / "ai-gov.db").unlink()
    (data / "ai-gov.db").mkdir()
    with pytest.raises(StoreFailed):
        store.people.by_key_sync("aigov_" + "a" * 12 + "_" + "b" * 43)
