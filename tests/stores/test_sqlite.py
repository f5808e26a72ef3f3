import asyncio
import sqlite3
import stat
import subprocess
import sys

import pytest

from ai_gov.errors import StoreFailed
from ai_gov.model import State
from ai_gov.stores.sqlite import open_store
from ai_gov.stores.sqlitedb import SqliteDatabase
from tests.stores.conformance import StoreConformance
from tests.stores.steps import decided, outcome


class TestSqliteStore(StoreConformance):
    @pytest.fixture
    def store(self, sqlite):
        return sqlite


async def test_every_file_is_its_owners_alone(opened, data):
    store = opened(data)
    await store.record(decided())
    store.sequence_now()
    files = [path for path in data.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"ai-gov.db", "ai-gov.db-wal", "checkpoints.txt", "master", "signing"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in data.rglob("*") if path.is_dir()} == {0o700}


async def test_a_write_is_synced_and_deleted_content_is_overwritten(sqlite):
    with sqlite.database.write() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "secure_delete")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1}


async def test_readers_cannot_write(sqlite):
    with pytest.raises(StoreFailed), sqlite.database.read() as connection:
        connection.exec_driver_sql("DELETE FROM entries")


async def test_what_was_recorded_is_there_after_reopening(opened, data):
    first = opened(data)
    receipt = await first.record(decided("x1"))
    first.close()
    again = opened(data)
    assert again.audit.entries()[-1].id == receipt.entry_id
    assert again.interrupted == 1  # decided, and its process has gone
    assert again.audit.verify().ok


async def test_only_the_decisions_of_dead_processes_are_interrupted(opener, data):
    alive, gone = opener(data), opener(data)
    ended = decided("ended")
    for store, step in ((alive, decided("alive")), (gone, decided("gone")), (gone, ended), (gone, outcome(ended))):
        await store.record(step)
    gone._instance.drop()  # its lock goes, as with the process; nothing else is tidied up
    third = opener(data)
    assert third.interrupted == 1
    states = {x: third.audit.of_exchange(x)[-1].columns["outcome"] for x in ("alive", "gone", "ended")}
    assert states == {"alive": "decided", "gone": "interrupted", "ended": "answered"}
    interrupted = third.audit.of_exchange("gone")[-1].columns
    assert (interrupted["actor"], interrupted["organisation"], interrupted["department"]) == ("1001", "town", "zei")
    assert opener(data).interrupted == 0


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(data):
    open_store(data).close()
    raw = sqlite3.connect(data / "ai-gov.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    with pytest.raises(StoreFailed, match="新しい版"):
        open_store(data)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
    raw.close()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreFailed, match=r"確かめてください"):
        open_store(tmp_path / "file" / "data")


def test_a_file_that_is_no_database_is_said_so(data):
    open_store(data).close()
    (data / "ai-gov.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreFailed, match="壊れています"):
        open_store(data)


async def test_receipts_come_only_after_the_commit(sqlite, monkeypatch):
    """Whatever is waiting shares one commit, and another connection sees each entry when its receipt is there."""
    raw = sqlite3.connect(sqlite.database.path)
    receipts = await asyncio.gather(*(sqlite.record(decided()) for _ in range(50)))
    there = {row[0] for row in raw.execute("SELECT id FROM entries")}
    raw.close()
    assert {receipt.entry_id for receipt in receipts} == there


async def test_loops_of_several_threads_share_one_store(store):
    def work():
        async def one():
            step = decided()
            await store.record(step)
            await store.record(outcome(step))

        async def some():
            await asyncio.gather(*(one() for _ in range(10)))

        asyncio.run(some())

    await asyncio.gather(*(asyncio.to_thread(work) for _ in range(4)))
    store.sequence_now()
    report = store.audit.verify()
    assert (report.entries, report.problems) == (80, ())


async def test_proofs_are_made_from_the_stored_nodes(store):
    from ai_gov.audit.checkpoint import open_note
    from ai_gov.audit.merkle import verify_consistency, verify_inclusion

    heads = []
    for count in (1, 6, 3):
        for _ in range(count):
            await store.record(decided())
        store.sequence_now()
        heads.append(open_note(store.audit.latest_checkpoint(), store.audit.keys))
    old, new = heads[1], heads[2]
    verify_consistency(old.size, new.size, old.root, new.root, store.audit.consistency_proof(old.size, new.size))
    with store.database.read() as connection:
        leaf = bytes(connection.exec_driver_sql("SELECT leaf FROM entries WHERE seq = 4").scalar())
    verify_inclusion(leaf, 4, new.size, store.audit.inclusion_proof(4, new.size), new.root)


async def test_the_thread_sequences_within_two_seconds(store):
    store.start()
    await store.record(decided())
    for _ in range(40):
        await asyncio.sleep(0.05)
        if not store.audit.counts().waiting:
            break
    assert store.audit.counts().waiting == 0
    assert store.audit.counts().checkpoints == 1


async def test_an_abandoned_decision_gets_its_outcome(store):
    """A caller that is cancelled never gets its receipt; what it may have written must not stay open."""
    tasks = [asyncio.create_task(store.record(decided(f"x{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await store.record(decided("after"))
    await asyncio.sleep(0.1)
    with store.database.read() as connection:
        open_ = connection.exec_driver_sql("SELECT id FROM exchanges WHERE state = 'decided'").scalars().all()
    assert open_ == ["after"]
    gone = [entry for entry in store.audit.entries() if entry.columns["outcome"] == State.CLIENT_GONE]
    assert all(entry.columns["kind"] == "outcome" for entry in gone)


def test_opening_it_again_in_this_process_lets_no_other_process_take_the_log_away(tmp_path):
    """Locks are the process's, not the connection's: a file that is opened and closed beside them drops them all."""
    path = tmp_path / "log.db"
    first = SqliteDatabase(path)
    try:
        with first.write() as connection:
            connection.exec_driver_sql("CREATE TABLE t (a INTEGER)")
        SqliteDatabase(path).close()
        log = path.with_name("log.db-wal")
        before = log.stat().st_ino
        come_and_go = f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('SELECT * FROM t'); c.close()"
        subprocess.run([sys.executable, "-c", come_and_go], check=True)
        with first.write() as connection:
            connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert log.stat().st_ino == before
        with SqliteDatabase(path).read() as other:
            assert other.exec_driver_sql("SELECT a FROM t").scalar() == 1
    finally:
        first.close()
