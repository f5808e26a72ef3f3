"""The power goes: what was on the disk by then, and any beginning of what was being written, is a whole log.

A process that writes is stopped (SIGSTOP), its database and write-ahead log are copied as they are, and the log is cut
at random places behind its last receipt, or ends in rubbish, as a disk leaves it that was writing when it lost power.
"""

import os
import random
import shutil
import signal
import time

import pytest

from ai_gov.stores.sqlite import open_store
from tests.stores.places import Place

CHILD = """
import asyncio, os
from tests.stores.steps import decided, outcome

def said(receipt):
    # the size is read after the receipt: what lies beyond it may be lost, what lies before it may not
    print(receipt.entry_id, os.stat(place.data / "ai-gov.db-wal").st_size, flush=True)

async def one(store, name):
    for n in range(60):
        step = decided(f"{name}-{n}", sent="〔氏名1〕さんへ" * 30, tokens=["t"])
        said(await store.record(step))
        said(await store.record(outcome(step)))
        if n % 10 == 9 and name == "0":
            store.sequence_now()

async def main():
    store = place.open()
    await asyncio.gather(*(one(store, str(k)) for k in range(4)))

asyncio.run(main())
"""
CUTS = 6


def stopped(data, frozen, count):
    """Stop a process after so many receipts and copy its folder. What it had said by then: (entry id, size of log)."""
    process = Place(data).start(CHILD)
    said = [process.stdout.readline() for _ in range(count)]
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(0.05)
    shutil.copytree(data, frozen)
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.read().splitlines()  # said before it stopped, but not read yet
    process.wait()
    process.stdout.close()
    pairs = [line.split() for line in said if len(line) > 36 and line.count(" ") == 1]
    return [(entry, int(size)) for entry, size in pairs]


def after_power_loss(data, copy, length, tail=b""):
    """The data folder as the next start finds it."""
    shutil.copytree(data, copy)
    (copy / "ai-gov.db-shm").unlink(missing_ok=True)
    wal = copy / "ai-gov.db-wal"
    with wal.open("r+b") as file:
        file.truncate(length)
        file.seek(0, os.SEEK_END)
        file.write(tail)
    return copy


@pytest.mark.parametrize("count", [15, 150])
def test_every_receipt_survives_the_power_loss(data, tmp_path, count):
    open_store(data).close()
    frozen = tmp_path / "frozen"
    said = stopped(data, frozen, count)
    receipts, durable = {entry for entry, _ in said}, max(size for _, size in said)
    whole = (frozen / "ai-gov.db-wal").stat().st_size
    assert durable <= whole
    luck = random.Random(count)
    cuts = [(durable, b""), (whole, b""), (durable, luck.randbytes(5000))]
    cuts += [(luck.randint(durable, whole), luck.randbytes(luck.choice([0, 1, 24, 4096]))) for _ in range(CUTS - 3)]
    for number, (length, tail) in enumerate(cuts):
        store = open_store(after_power_loss(frozen, tmp_path / f"cut{number}", length, tail))
        try:
            store.sequence_now()
            assert store.audit.verify().problems == ()
            assert receipts <= {entry.id for entry in store.audit.entries(limit=10_000)}
        finally:
            store.close()


def test_a_log_that_lost_a_receipt_would_be_noticed(data, tmp_path):
    """The test above can fail: cut before the last receipt, and one is missing."""
    open_store(data).close()
    frozen = tmp_path / "frozen"
    said = stopped(data, frozen, 40)
    store = open_store(after_power_loss(frozen, tmp_path / "cut", min(size for _, size in said) // 2))
    there = {entry.id for entry in store.audit.entries(limit=10_000)}
    store.close()
    assert not {entry for entry, _ in said} <= there
