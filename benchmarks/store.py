"""保存の速さ: durable records a second from 8 concurrent writers, beside a bare sqlite3 INSERT and COMMIT on this disk.

    python benchmarks/store.py [rounds]

Rounds are interleaved and their medians compared, because disks are moody.
"""

import asyncio
import datetime as dt
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import uuid_utils

from ai_gov import flow
from ai_gov.model import Action, Actor, Decision, Finding, Level, State, Step
from ai_gov.stores.append import draft
from ai_gov.stores.sqlite import SqliteStore, open_store

WRITERS = 8
EACH = 100
SINGLES = 200
ACTOR = Actor("1001", "town", "zei", key="abc")
FINDINGS = tuple(Finding("PERSON", n * 9, n * 9 + 4, Level.L3C, "name") for n in range(6))
SENT = "〔氏名1〕さんへの通知文を、やさしい日本語で書いてください。" * 15  # some 450 characters


def steps(count: int) -> list[Step]:
    """Decision and outcome of ``count`` requests, in pairs."""
    out = []
    now = dt.datetime.now(dt.UTC)
    for _ in range(count):
        received = flow.receive(str(uuid_utils.uuid7()), at=now, client="gateway", actor=ACTOR, destination="default")
        decision = Decision(Action.REDACT, Level.L3C, Level.L1, "default", ())
        decided = flow.decide(received, decision, FINDINGS, at=now, config_digest="d" * 64, sent=SENT)
        out += [decided, flow.finish(decided.exchange, State.ANSWERED, at=now, data={"usage": {"total_tokens": 9}})]
    return out


async def concurrent(store: SqliteStore) -> float:
    """Records a second of 8 writers, each waiting for its receipt."""
    work = [steps(EACH // 2) for _ in range(WRITERS)]

    async def writer(mine: list[Step]) -> None:
        for step in mine:
            await store.record(step)

    began = time.perf_counter()
    await asyncio.gather(*map(writer, work))
    return WRITERS * EACH / (time.perf_counter() - began)


async def single(store: SqliteStore) -> list[float]:
    """Milliseconds of each record where one waits for the other."""
    times = []
    for step in steps(SINGLES // 2):
        began = time.perf_counter()
        await store.record(step)
        times.append((time.perf_counter() - began) * 1000)
    return times


def bare(path: Path) -> tuple[float, list[float]]:
    """The same texts by a plain INSERT and COMMIT: records a second, and milliseconds of each."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, text TEXT, salt BLOB, leaf BLOB)")
    rows = [(new.text, new.salt, new.leaf) for new in map(draft, steps(WRITERS * EACH // 2))]
    times = []
    began = time.perf_counter()
    for row in rows:
        at = time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO log (text, salt, leaf) VALUES (?, ?, ?)", row)
        database.execute("COMMIT")
        times.append((time.perf_counter() - at) * 1000)
    rate = len(rows) / (time.perf_counter() - began)
    database.close()
    return rate, times


def main() -> None:
    """Measure and print one JSON object."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(dir=".") as folder:
        store = open_store(Path(folder) / "data")
        store.start()
        ours, alone, bares, bare_alone = [], [], [], []
        for _ in range(rounds):
            rate, times = bare(Path(folder) / "bare.db")
            bares.append(rate)
            bare_alone += times
            ours.append(asyncio.run(concurrent(store)))
            alone += asyncio.run(single(store))
        store.sequence_now()
        began = time.perf_counter()
        report = store.audit.verify()
        verifying = report.entries / (time.perf_counter() - began)
        assert report.ok, report.summary_ja()
        store.close()
    rate, baseline = statistics.median(ours), statistics.median(bares)
    print(
        json.dumps(
            {
                "records_per_second_8_writers": round(rate),
                "bare_insert_commit_per_second": round(baseline),
                "ratio": round(rate / baseline, 2),
                "single_ms": percentiles(alone),
                "bare_single_ms": percentiles(bare_alone),
                "verified_per_second": round(verifying),
            },
            indent=2,
        )
    )


def percentiles(times: list[float]) -> dict[str, float]:
    """p50 and p99."""
    cuts = statistics.quantiles(times, n=100)
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2)}


if __name__ == "__main__":
    main()
