"""保存の速さ: durable records a second from 8 concurrent writers, beside a bare INSERT and COMMIT on this disk.

    python benchmarks/store.py [sqlite|postgres] [rounds]

``bare`` is what the database itself does with the same texts: one connection a writer, INSERT and COMMIT, nothing else.
Rounds are interleaved and their medians compared, because disks are moody. PostgreSQL is a real one with fsync, started
from the wheel that the tests use.
"""

import asyncio
import contextlib
import datetime as dt
import json
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import uuid_utils

from ai_gov import flow
from ai_gov.model import Action, Actor, Decision, Finding, Level, State, Step
from ai_gov.stores.append import draft
from ai_gov.stores.postgres import open_postgres
from ai_gov.stores.sqlite import open_store
from ai_gov.stores.store import DatabaseStore

sys.path.insert(0, str(Path(__file__).parent.parent))  # tests.postgres starts the server

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


async def concurrent(store: DatabaseStore) -> float:
    """Records a second of 8 writers, each waiting for its receipt."""
    work = [steps(EACH // 2) for _ in range(WRITERS)]

    async def writer(mine: list[Step]) -> None:
        for step in mine:
            await store.record(step)

    began = time.perf_counter()
    await asyncio.gather(*map(writer, work))
    return WRITERS * EACH / (time.perf_counter() - began)


async def single(store: DatabaseStore) -> list[float]:
    """Milliseconds of each record where one waits for the other."""
    times = []
    for step in steps(SINGLES // 2):
        began = time.perf_counter()
        await store.record(step)
        times.append((time.perf_counter() - began) * 1000)
    return times


PLAIN = (
    "CREATE TABLE log (id BIGSERIAL PRIMARY KEY, text TEXT, salt BYTEA, leaf BYTEA); "
    "GRANT ALL ON log, log_id_seq TO gov"
)

Commit = Callable[[tuple[str, bytes, bytes]], None]


def bare_sqlite(path: Path) -> Iterator[Commit]:
    """A plain INSERT and COMMIT into SQLite, as durable as ours."""
    database = sqlite3.connect(path, isolation_level=None, timeout=60)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY, text TEXT, salt BLOB, leaf BLOB)")

    def commit(row: tuple[str, bytes, bytes]) -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO log (text, salt, leaf) VALUES (?, ?, ?)", row)
        database.execute("COMMIT")

    yield commit
    database.close()


def bare_postgres(url: str) -> Iterator[Commit]:
    """The same into PostgreSQL."""
    database = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def commit(row: tuple[str, bytes, bytes]) -> None:
        database.execute("BEGIN")
        database.execute("INSERT INTO log (text, salt, leaf) VALUES (%s, %s, %s)", row)
        database.execute("COMMIT")

    yield commit
    database.close()


def bare(connect: Callable[[], Iterator[Commit]], writers: int, each: int) -> tuple[float, list[float]]:
    """Rows a second of so many writers with a connection each, and milliseconds of each row."""
    times: list[float] = []

    def write(rows: list[tuple[str, bytes, bytes]]) -> None:
        with contextlib.contextmanager(connect)() as commit:
            ready.wait()
            for row in rows:
                at = time.perf_counter()
                commit(row)
                times.append((time.perf_counter() - at) * 1000)

    work = [[(new.text, new.salt, new.leaf) for new in map(draft, steps(each // 2))] for _ in range(writers)]
    ready = threading.Barrier(writers + 1, timeout=30)
    threads = [threading.Thread(target=write, args=(rows,)) for rows in work]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return writers * each / (time.perf_counter() - began), times


def measure(store: DatabaseStore, connect: Callable[[], Iterator[Commit]], rounds: int) -> dict[str, object]:
    """Rounds of ours and of the bare database, in turn."""
    store.start()
    ours, alone, bares, bare_alone = [], [], [], []
    for _ in range(rounds):
        bares.append(bare(connect, WRITERS, EACH)[0])
        ours.append(asyncio.run(concurrent(store)))
        bare_alone += bare(connect, 1, SINGLES)[1]
        alone += asyncio.run(single(store))
    store.sequence_now()
    store.audit.verify()
    began, spent = time.perf_counter(), time.process_time()
    report = store.audit.verify()
    verifying = report.entries / (time.perf_counter() - began)
    computing = report.entries / (time.process_time() - spent)
    assert report.ok, report.summary_ja()
    rate, baseline = statistics.median(ours), statistics.median(bares)
    single_ms, bare_ms = percentiles(alone), percentiles(bare_alone)
    return {
        "records_per_second_8_writers": round(rate),
        "bare_insert_commit_per_second_8_writers": round(baseline),
        "ratio": round(rate / baseline, 2),
        "single_ms": single_ms,
        "bare_single_ms": bare_ms,
        "single_ratio_p50": round(single_ms["p50"] / bare_ms["p50"], 2),
        "verified_per_second": round(verifying),
        "verified_per_second_of_computing": round(computing),
    }


def sqlite_figures(rounds: int) -> dict[str, object]:
    """Of SQLite."""
    with tempfile.TemporaryDirectory(dir=".") as folder:
        store = open_store(Path(folder) / "data")
        try:
            return measure(store, lambda: bare_sqlite(Path(folder) / "bare.db"), rounds)
        finally:
            store.close()


def postgres_figures(rounds: int) -> dict[str, object]:
    """Of PostgreSQL."""
    from tests.postgres import PostgresServer  # noqa: PLC0415 - only where it is measured

    server = PostgresServer(durable=True, parent=Path.cwd())
    with tempfile.TemporaryDirectory(dir=".") as folder:
        try:
            server.sql("CREATE ROLE gov LOGIN")
            store = open_postgres(server.fresh(), Path(folder) / "data")
            bare_url = server.fresh()
            server.sql(PLAIN, bare_url.partition("@/")[2].partition("?")[0])
            try:
                return measure(store, lambda: bare_postgres(bare_url), rounds)
            finally:
                store.close()
        finally:
            server.remove()


def main() -> None:
    """Measure and print one JSON object."""
    kinds = [argument for argument in sys.argv[1:] if not argument.isdigit()] or ["sqlite", "postgres"]
    rounds = next((int(argument) for argument in sys.argv[1:] if argument.isdigit()), 5)
    of = {"sqlite": sqlite_figures, "postgres": postgres_figures}
    print(json.dumps({kind: of[kind](rounds) for kind in kinds}, indent=2))


def percentiles(times: list[float]) -> dict[str, float]:
    """p50 and p99."""
    cuts = statistics.quantiles(times, n=100)
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2)}


if __name__ == "__main__":
    main()
