"""監査の画面の速さ: the CAIO's pages over a log of so many records on SQLite, each with its entry of who looked.

    python benchmarks/audit_pages.py [rows] [folder]

The site runs in this process over a real store (rows as ``benchmarks/search.py`` writes them, all in one month), and is
asked as a browser asks; the browser itself is not measured. A folder keeps the SQLite file, which is used again.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import sqlalchemy as sa
from search import DEPARTMENTS, MONTH, fill, opened

from ai_gov import wiring
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.service.accounts import Accounts
from ai_gov.settings import Settings
from ai_gov.stores.store import DatabaseStore
from ai_gov.stores.tables import entries
from ai_gov.web.guard import COOKIE

AGENT = "benchmark"
TIMES = 7
PAGES = ("", "/alerts", "/verification", "/changes", "/guideline", "/reports")


def enrolled(store: DatabaseStore) -> tuple[str, str]:
    """A CAIO of the town: token and form token."""
    store.register.set_organisation(Organisation("town", "見本町"), actor="cli")
    for code in DEPARTMENTS:
        store.register.set_department(Department("town", code, f"第{code}課"), actor="cli")
    person = Person("town", "9001", "100", "見本 花子")
    if store.people.member("town", "9001") is None:
        store.register.change(Change("added", None, person), actor="cli")
        store.register.grant(Grant("", "town", "9001", Role.CAIO, "town"), actor="cli")
    member = store.people.member("town", "9001")
    assert member is not None
    signed = Accounts(store.accounts, store.clock).begin(member, user_agent=AGENT, by="password")
    return signed.token, signed.visitor.session.csrf()


async def timed(http: httpx.AsyncClient, path: str, times: int = TIMES) -> dict[str, float]:
    """Milliseconds of a page: the first, then the median and the slowest of the others."""
    taken = []
    for _ in range(times + 1):
        began = time.perf_counter()
        response = await http.get(path)
        assert response.status_code == 200, response.text
        taken.append((time.perf_counter() - began) * 1000)
    first, *rest = taken
    return {
        "first_ms": round(first, 1),
        "median_ms": round(statistics.median(rest), 1),
        "max_ms": round(max(rest), 1),
        "bytes": len(response.content),
    }


async def sent(http: httpx.AsyncClient, path: str, data: dict[str, str]) -> dict[str, float]:
    """Seconds until a file is there."""
    began = time.perf_counter()
    response = await http.post(path, data=data)
    assert response.status_code == 200, response.text
    return {"s": round(time.perf_counter() - began, 2), "bytes": len(response.content)}


async def figures(settings: Settings) -> dict[str, object]:
    """All measurements."""
    made = wiring.running(settings)
    try:
        token, csrf = enrolled(made.store)
        made.store.sequence_now()
        site = wiring.site(settings, made, None)
        asked = {"User-Agent": AGENT, "Cookie": f"{COOKIE}={token}"}
        transport = httpx.ASGITransport(app=site)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=asked) as http:
            found: dict[str, object] = {}
            for page in PAGES:
                found[f"/audit{page}"] = await timed(http, f"/audit{page}" + ("" if page else f"?period={MONTH.code}"))
            year = await timed(http, "/audit?period=FY2026")
            form = {"csrf": csrf, "period": MONTH.code, "organisation": ""}
            pdf = await sent(http, "/audit/reports", {**form, "format": "pdf", "kind": "report"})
            taken = await sent(http, "/audit/export", form)
    finally:
        await made.aclose()
    return {"pages": found, "fiscal_year": year, "report_pdf": pdf, "export": taken}


def main() -> None:
    """Measure and print one JSON object."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with ExitStack() as stack:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else stack.enter_context(tempfile.TemporaryDirectory(dir=".")))
        store = opened("sqlite", folder, stack)
        with store.database.read() as connection:
            there = connection.execute(sa.select(sa.func.max(entries.c.position))).scalar() or 0
        if there < rows:
            fill(store, rows)
        found = asyncio.run(figures(Settings(data_dir=folder / "sqlite")))
        print(json.dumps({"rows": rows, **found}, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
