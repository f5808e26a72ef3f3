"""検索と報告の速さ: searches and the monthly report over a million rows, on SQLite and on PostgreSQL.

    python benchmarks/search.py [rows] [sqlite|postgres|both] [folder]

Rows are written in bulk as the store would write them (canonical text, salt, leaf, columns), all within one month, and
brought into the index by the code that does it in a server. Each search is timed from the query to the uses as the
command line prints them, on a page of 50, and with its entry in the log. A folder keeps the
SQLite file, which is used again.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa
import uuid_utils

from ai_gov import flow
from ai_gov.audit import tokens
from ai_gov.audit.figures import add_up
from ai_gov.audit.merkle import Frontier
from ai_gov.audit.period import parse
from ai_gov.audit.residents import Resident
from ai_gov.audit.search import Query, levels
from ai_gov.documents.report import Evidence, ReportData, usage_report
from ai_gov.documents.report_words import Names
from ai_gov.files import pdf
from ai_gov.model import Action, Actor, Decision, Finding, Level, State, Step
from ai_gov.service.audit import AuditService, LogReader
from ai_gov.stores.append import Draft, draft
from ai_gov.stores.searchindex import BATCH
from ai_gov.stores.store import DatabaseStore
from ai_gov.stores.tables import entries, nodes, tree
from ai_gov.stores.tables import tokens as token_table

sys.path.insert(0, str(Path(__file__).parent.parent))  # tests.postgres starts the server

MONTH = parse("2026-10")
NOW = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
SUBJECTS = (
    "補正予算",
    "固定資産税",
    "道路占用",
    "防災訓練",
    "保育所の入所",
    "学校給食",
    "ごみの分別",
    "敬老会",
    "議会答弁",
    "窓口業務",
    "空き家対策",
    "水道料金",
)
ACTS = ("の案内文を作って", "の要点をまとめて", "の説明を書き直して", "を要約して", "についての回答案を考えて")
ENDS = ("ください。", "もらえますか。箇条書きで。", "ください。です・ます調で。", "ください。400字程度で。")
DEPARTMENTS = [f"{100 + number}" for number in range(30)]
USES = ("general", "minutes", "public-notice", "translation", "data-work", "assembly")
KINDS = ("PERSON", "JP_ADDRESS", "PHONE_NUMBER", "EMAIL_ADDRESS", "DATE_OF_BIRTH", "LOCAL_ID")
READER = LogReader("9001", frozenset({"town"}), reads_text=True)


def text(pick: random.Random) -> str:
    """A prompt as staff write them, some 100 characters."""
    parts = [f"〔氏名1〕さんから相談のあった{pick.choice(SUBJECTS)}{pick.choice(ACTS)}{pick.choice(ENDS)}"]
    parts += [f"{pick.choice(SUBJECTS)}は第{pick.randrange(1, 400)}号のとおりです。" for _ in range(3)]
    return "".join(parts)


def steps(count: int, key: bytes) -> Iterator[Step]:
    """Decisions and outcomes, oldest first, over the month."""
    pick = random.Random(7)
    span = (MONTH.until - MONTH.since).total_seconds()
    for number in range(count // 2):
        at = MONTH.since + dt.timedelta(seconds=span * number / (count // 2))
        person = pick.randrange(600)
        actor = Actor(f"{1000 + person}", "town", DEPARTMENTS[person % 30])
        action = pick.choices((Action.ALLOW, Action.REDACT, Action.BLOCK), (70, 22, 8))[0]
        level = Level.L1 if action is Action.ALLOW else pick.choice((Level.L2, Level.L3C, Level.L3B, Level.L3A))
        found = [Finding(kind, 0, 4, Level.L3C, "r") for kind in pick.sample(KINDS, pick.randrange(3))]
        if number % 5000 == 17:
            found.append(Finding("JP_MY_NUMBER", 5, 17, Level.L3B, "r"))
        received = flow.receive(
            str(uuid_utils.uuid7()), at=at, client="gateway", actor=actor, destination="default", use=pick.choice(USES)
        )
        held = [tokens.token("PERSON", f"見本{number % 2000}", key, "town")] if found else []
        decision = Decision(action, level, Level.L1, "default", ())
        sent = [["messages[0].content", text(pick)]] if action is not Action.BLOCK else None
        step = flow.decide(received, decision, found, at=at, config_digest="d" * 64, sent=sent, tokens=held)
        yield step
        if action is not Action.BLOCK:
            data = {"answer": [["content", text(pick)]], "usage": {"prompt_tokens": 120, "completion_tokens": 240}}
            yield flow.finish(step.exchange, State.ANSWERED, at=at + dt.timedelta(seconds=2), data=data)


def fill(store: DatabaseStore, rows: int) -> float:
    """Write the rows and bring them into the index; entries indexed a second."""
    key = store.keys.hmac_key("search", "town")
    batch: list[Draft] = []
    frontier = Frontier()

    def write() -> None:
        first = frontier.size
        made = [node for new in batch for node in frontier.append(new.leaf)[1:]]
        with store.database.write() as connection:
            places = [{**new.row, "seq": first + at, "position": first + at + 1} for at, new in enumerate(batch)]
            connection.execute(sa.insert(entries), places)
            inner = [{"level": level, "number": number, "hash": value} for level, number, value in made]
            connection.execute(sa.insert(nodes), inner)
            codes = [{"token": token, "entry": first + at + 1} for at, new in enumerate(batch) for token in new.tokens]
            if codes:
                connection.execute(sa.insert(token_table), codes)
        batch.clear()

    for step in steps(round(rows * 1.05), key):
        batch.append(draft(step))
        if len(batch) == 2000:
            write()
        if frontier.size >= rows:
            break
    with store.database.write() as connection:
        connection.execute(sa.delete(tree))
        connection.execute(sa.insert(tree), {"id": 1, "size": frontier.size, "frontier": b"".join(frontier.hashes)})
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('entries', 'position'), {frontier.size})")
    began = time.perf_counter()
    indexed = store.index.catch_up()
    return indexed / (time.perf_counter() - began)


def searches() -> dict[str, Query]:
    """What the CAIO asks, from the common to the rare."""
    day = dt.timedelta(days=1)
    middle = MONTH.since + 15 * day
    return {
        "newest": Query(),
        "text common 予算": Query(text="予算"),
        "text rare 第399号": Query(text="第399号"),
        "text two words": Query(text="道路占用 第12号"),
        "text nowhere": Query(text="存在しない語句"),
        "department": Query(department="117"),
        "person": Query(person="1234"),
        "blocked 3B": Query(action="block", levels=levels("3B")),
        "finding rare": Query(finding="JP_MY_NUMBER"),
        "day, department, level": Query(
            since=middle, until=middle + day, department="103", levels=levels("3C以上"), finding="PERSON"
        ),
        "old day": Query(since=MONTH.since, until=MONTH.since + day),
        "text in department, week": Query(text="固定資産税", department="105", since=middle, until=middle + 7 * day),
        "answered, use": Query(outcome="answered", use="assembly", person="1042"),
        "nothing": Query(department="103", person="1001"),
    }


def measure(work: Callable[[], object], times: int = 7) -> dict[str, float]:
    """Milliseconds: the median, the best and the slowest, and the median of this process's own computing.

    On a machine that others use too, the best and the computing tell more than the median.
    """
    taken, computed = [], []
    for _ in range(times):
        began, spent = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - began) * 1000)
        computed.append((time.process_time() - spent) * 1000)
    return {
        "median_ms": round(statistics.median(taken), 1),
        "best_ms": round(min(taken), 1),
        "max_ms": round(max(taken), 1),
        "cpu_ms": round(statistics.median(computed), 1),
    }


def figures(store: DatabaseStore, rows: int) -> dict[str, object]:
    """All measurements on one store."""
    store.index.catch_up()
    service = AuditService(log=store.search, keys=store.keys, clock=store.clock, record=store.record_sync)
    found = {}
    for name, query in searches().items():
        page = service.search(READER, query, purpose="性能の測定")
        timed = measure(lambda query=query: service.search(READER, query, purpose="性能の測定"))
        found[name] = {**timed, "uses": len(page.uses)}
    resident = Resident(name="見本 77")
    found["resident"] = measure(lambda: service.residents(READER, resident, "town", purpose="性能の測定"))
    began = time.perf_counter()
    kept = store.search.figures(f"{MONTH.first:%Y-%m}", f"{MONTH.end:%Y-%m}", ["town"])
    added = add_up(MONTH, kept)
    counted = time.perf_counter() - began
    data = ReportData(added, add_up(MONTH.before(), ()), Names(), Evidence(rows), "見本町", NOW.date())
    size = len(pdf.write(usage_report(data)))
    whole = time.perf_counter() - began
    return {
        "searches": found,
        "slowest_median_ms": max(item["median_ms"] for item in found.values()),
        "slowest_best_ms": max(item["best_ms"] for item in found.values()),
        "report": {
            "uses": added.uses,
            "figures_s": round(counted, 2),
            "with_pdf_s": round(whole, 2),
            "pdf_bytes": size,
        },
    }


def opened(kind: str, folder: Path, stack: ExitStack) -> DatabaseStore:
    """A store of either kind in a folder, closed with the stack."""
    if kind == "postgres":
        from ai_gov.stores.postgres import open_postgres  # noqa: PLC0415 - only where it is measured
        from tests.postgres import PostgresServer  # noqa: PLC0415

        server = PostgresServer(durable=True, parent=Path.cwd())
        stack.callback(server.remove)
        server.sql("CREATE ROLE gov LOGIN")
        store: DatabaseStore = open_postgres(server.fresh(), folder / "pg-data")
    else:
        from ai_gov.stores.sqlite import open_store  # noqa: PLC0415

        store = open_store(folder / "sqlite")
    stack.callback(store.close)
    return store


def main() -> None:
    """Measure and print one JSON object."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    kinds = ["sqlite", "postgres"] if len(sys.argv) < 3 or sys.argv[2] == "both" else [sys.argv[2]]
    out: dict[str, object] = {"rows": rows, "batch": BATCH}
    with ExitStack() as stack:
        kept = sys.argv[3] if len(sys.argv) > 3 else stack.enter_context(tempfile.TemporaryDirectory(dir="."))
        for kind in kinds:
            store = opened(kind, Path(kept), stack)
            with store.database.read() as connection:
                there = connection.execute(sa.select(sa.func.max(entries.c.position))).scalar() or 0
            speed = fill(store, rows) if there < rows else None
            out[kind] = {"indexed_per_second": round(speed) if speed else None, **figures(store, rows)}
    print(json.dumps(out, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
