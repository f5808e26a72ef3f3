"""Several processes on one database, and processes that are killed in the middle of their work."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time

from ai_gov.stores.sqlite import open_store
from tests.stores.steps import decided

CHILD = textwrap.dedent("""
    import asyncio
    from tests.stores.steps import decided, outcome

    async def one(store, name, rounds):
        for n in range(rounds):
            step = decided(f"{name}-{n}")
            receipt = await store.record(step)
            print(receipt.entry_id, flush=True)
            if n % 3:
                print((await store.record(outcome(step))).entry_id, flush=True)

    async def main(name, rounds):
        store = place.open()
        store.start()
        await asyncio.gather(*(one(store, f"{name}-{k}", rounds) for k in range(4)))
        store.close()

    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
""")


def ids(store):
    with store.database.read() as connection:
        return set(connection.exec_driver_sql("SELECT id FROM entries").scalars())


def test_every_receipt_of_a_killed_process_is_in_the_database(place):
    place.open().close()
    printed = set()
    for turn in range(2):
        child = place.start(CHILD, f"turn{turn}", 100_000)
        for _ in range(40 + 25 * turn):
            printed.add(child.stdout.readline().strip())
        os.kill(child.pid, signal.SIGKILL)
        printed |= {line for line in child.stdout.read().split("\n") if len(line) == 36}
        child.wait()
        child.stdout.close()
    store = place.open()
    assert store.interrupted > 0
    assert printed <= ids(store)
    with store.database.read() as connection:
        states = set(connection.exec_driver_sql("SELECT DISTINCT state FROM exchanges").scalars())
    assert states == {"answered", "interrupted"}
    store.sequence_now()
    assert store.audit.verify().problems == ()
    store.close()


def test_two_processes_append_at_once_into_one_tree(place):
    place.open().close()
    began = time.monotonic()
    children = [place.start(CHILD, name, 40) for name in ("a", "b")]
    printed = {line for child in children for line in child.communicate(timeout=60)[0].split()}
    assert [child.returncode for child in children] == [0, 0]
    assert time.monotonic() - began < 60
    store = place.open()
    with store.database.read() as connection:
        query = "SELECT id FROM entries WHERE outcome <> 'interrupted'"
        assert printed == set(connection.exec_driver_sql(query).scalars())
    report = store.audit.verify()
    assert report.problems == ()
    assert report.waiting in (0, store.interrupted)
    store.close()


def test_two_processes_make_a_new_database_at_once(place):
    children = [place.start(CHILD, name, 2) for name in ("a", "b", "c")]
    for child in children:
        child.communicate(timeout=60)
    assert [child.returncode for child in children] == [0, 0, 0]
    store = place.open()
    assert store.audit.verify().problems == ()
    store.close()


def test_a_forked_child_does_not_keep_its_parent_alive(data):
    """A worker that outlives a killed server must not hide that the server is gone."""
    code = textwrap.dedent("""
        import asyncio, os, sys, time
        from pathlib import Path
        from ai_gov.stores.sqlite import open_store
        from tests.stores.steps import decided
        store = open_store(Path(sys.argv[1]))
        store.record_sync(decided("x1"))
        child = os.fork()
        if child == 0:
            os.close(1)
            time.sleep(20)
            os._exit(0)
        print(child, flush=True)
        os._exit(1)
    """)
    done = subprocess.run([sys.executable, "-c", code, str(data)], stdout=subprocess.PIPE, text=True, check=False)
    store = open_store(data)
    os.kill(int(done.stdout), signal.SIGKILL)
    assert store.interrupted == 1
    store.close()


async def test_what_another_process_left_unsequenced_is_sequenced(opener, data):
    first, second = opener(data), opener(data)
    await asyncio.gather(first.record(decided()), second.record(decided()))
    assert second.sequence_now() == 2
    assert first.sequence_now() == 0
    assert first.audit.verify().ok
