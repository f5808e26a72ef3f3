"""画面の速さ: typing to shown inspection, and 50 staff at work at once, against a real server on SQLite.

    python benchmarks/pages.py [STAFF]

The server is a process of its own; the clients, and the browser where there is one, are another on the same machine.
"""

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
from playwright.sync_api import sync_playwright
from texts import text

from ai_gov import wiring
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.service.accounts import Accounts
from ai_gov.settings import Settings
from ai_gov.web.guard import COOKIE

AGENT = "benchmark"
LENGTH = 2_000
ROUNDS = 200
PAGES = ("/", "/chat/options", "/history", "/help")
BODY = {"text": text(LENGTH, names=True), "use": "general", "destination": "demo"}


def enrolled(folder, staff):
    """Sessions of so many staff: token and form token."""
    opened = wiring.store(Settings(data_dir=folder))
    opened.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    opened.register.set_department(Department("132012", "110", "総務課"), actor="cli")
    accounts, out = Accounts(opened.accounts, opened.clock), []
    for number in range(staff):
        person = Person("132012", f"{number:04d}", "110", f"見本 {number}")
        opened.register.change(Change("added", None, person), actor="cli")
        opened.register.grant(Grant("", "132012", person.id, Role.STAFF, "132012"), actor="cli")
        signed = accounts.begin(opened.people.member("132012", person.id), user_agent=AGENT, by="password")
        out.append((signed.token, signed.visitor.session.csrf()))
    opened.close()
    return out


def serve(folder, port):
    command = [str(Path(sys.executable).parent / "ai-gov"), "serve", "--port", str(port)]
    environment = {**os.environ, "AI_GOV_DATA_DIR": str(folder)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                return server
        except httpx2.TransportError:
            time.sleep(0.1)
    raise SystemExit("the server does not start")


def told(name, seconds):
    cuts = statistics.quantiles(seconds, n=100)
    print(f"{name:<40} n={len(seconds):<6} p50 {cuts[49] * 1000:7.1f} ms   p95 {cuts[94] * 1000:7.1f} ms")


def client(port, session):
    headers = {"User-Agent": AGENT, "Accept": "application/json", "X-CSRF-Token": session[1]}
    cookies = {COOKIE: session[0]}
    return httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, cookies=cookies, timeout=30)


async def timed(work):
    began = time.perf_counter()
    response = await work
    assert response.status_code == 200, response.status_code
    return time.perf_counter() - began


async def typing(port, session):
    async with client(port, session) as http:
        await http.post("/chat/inspect", json=BODY)
        told(
            "inspection of 2,000 characters",
            [await timed(http.post("/chat/inspect", json=BODY)) for _ in range(ROUNDS)],
        )


async def crowd(port, sessions):
    """Everybody opens pages, one a second each, and types now and then."""
    pages, inspections = [], []

    async def one(at, session):
        await asyncio.sleep(at / len(sessions))
        async with client(port, session) as http:
            for turn in range(20):
                began = time.perf_counter()
                pages.append(await timed(http.get(PAGES[(turn + at) % len(PAGES)])))
                if turn % 5 == 0:
                    inspections.append(
                        await timed(http.post("/chat/inspect", json={**BODY, "text": BODY["text"][:300]}))
                    )
                await asyncio.sleep(max(0.0, 1 - (time.perf_counter() - began)))

    await asyncio.gather(*(one(at, session) for at, session in enumerate(sessions)))
    told(f"pages, {len(sessions)} staff at once", pages)
    told(f"short inspections, {len(sessions)} staff at once", inspections)


def in_browser(port, session):
    """From a keystroke at the end of 2,000 characters to the inspection shown."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed: the browser is not measured")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", user_agent=AGENT)
        context.add_cookies([{"name": COOKIE, "value": session[0], "url": f"http://127.0.0.1:{port}"}])
        page = context.new_page()
        page.goto("/")
        page.wait_for_selector("html[data-ready=chat]")
        page.fill("#text", BODY["text"])
        page.wait_for_selector("#mirror mark")
        seconds = page.evaluate("""async () => {
            const box = document.querySelector('#text'), out = [];
            for (let at = 0; at < 100; at++) {
                await new Promise((done) => setTimeout(done, 150));
                const shown = new Promise((done) => document.addEventListener('inspected', done, { once: true }));
                const began = performance.now();
                box.value = box.value.slice(0, -1) + (at % 2 ? '。' : '、');
                box.dispatchEvent(new InputEvent('input', { bubbles: true }));
                await shown;
                await new Promise(requestAnimationFrame);
                out.push((performance.now() - began) / 1000);
            }
            return out;
        }""")
        told("keystroke to shown, in Chromium", seconds)
        browser.close()


def main():
    staff = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        sessions = enrolled(Path(folder), staff)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = serve(Path(folder), port)
        try:
            asyncio.run(typing(port, sessions[0]))
            in_browser(port, sessions[0])
            asyncio.run(crowd(port, sessions))
        finally:
            server.terminate()
            server.wait(20)


if __name__ == "__main__":
    main()
