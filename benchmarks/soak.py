"""耐久試験: millions of records through the store; appends must stay as fast, and memory as small, as at the start.

    python benchmarks/soak.py [rows] [sqlite|postgres]

Ten parts, each measured: records a second of 8 writers, memory of this process, size of the files. Then the whole log
is verified. ``make soak`` writes 10,000,000 rows on SQLite (some hours, 20 GB).
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from store import WRITERS, steps

from ai_gov.stores.postgres import open_postgres
from ai_gov.stores.sqlite import open_store
from ai_gov.stores.store import DatabaseStore

PARTS = 10
CHUNK = 50
sys.path.insert(0, str(Path(__file__).parent.parent))  # tests.postgres starts the server


async def write(store: DatabaseStore, rows: int) -> float:
    """Records a second."""

    async def writer(count: int) -> None:
        while count > 0:
            for step in steps(min(CHUNK, count) // 2):
                await store.record(step)
            count -= CHUNK

    began = time.perf_counter()
    await asyncio.gather(*(writer(rows // WRITERS) for _ in range(WRITERS)))
    return rows / (time.perf_counter() - began)


def memory_mb() -> int:
    """The most this process ever had (MB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def soak(store: DatabaseStore, rows: int) -> None:
    """Write, print a line for each part, and verify."""
    store.sequencer.start()
    for part in range(PARTS):
        rate = asyncio.run(write(store, rows // PARTS))
        say(part=part + 1, rows=store.audit.counts().entries, records_per_second=round(rate), memory_mb=memory_mb())
    store.sequence_now()
    began = time.perf_counter()
    report = store.audit.verify()
    seconds = time.perf_counter() - began
    say(verified=report.entries, ok=report.ok, per_second=round(report.entries / seconds), memory_mb=memory_mb())


def say(**figures: object) -> None:
    print(json.dumps(figures), flush=True)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(dir=".") as folder:
        if "postgres" not in sys.argv:
            store: DatabaseStore = open_store(Path(folder) / "data")
            soak(store, rows)
            store.close()
            return
        from tests.postgres import PostgresServer  # noqa: PLC0415 - only where it is measured

        server = PostgresServer(durable=True, parent=Path.cwd())
        try:
            server.sql("CREATE ROLE gov LOGIN")
            store = open_postgres(server.fresh(), Path(folder) / "data")
            soak(store, rows)
            store.close()
        finally:
            server.remove()


if __name__ == "__main__":
    main()
