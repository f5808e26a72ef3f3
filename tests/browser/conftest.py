"""A real server, a real browser with the shipped font, and people who are invented."""

import contextlib
import os
import shutil
import threading
import time
from pathlib import Path

import pytest
import uvicorn

from ai_gov import wiring
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.service.accounts import Accounts
from ai_gov.settings import Settings

WORD = "みどりの窓辺に置いた三つの湯のみ"
FONTS = Path("ai_gov/files/fonts").resolve()
IMAGES = Path("docs/images").resolve() if os.environ.pop("AI_GOV_SCREENSHOTS", "") else None
"""Where the pictures of the docs lie; written only by ``make screenshots``.

The variable is taken out, since a command that a server starts would refuse it as an unknown setting."""
CHROMIUM = shutil.which("chromium")
ORGANISATION = "132012"
PEOPLE = (
    ("1001", "見本 一郎", (Role.STAFF,)),
    ("1002", "見本 二葉", (Role.STAFF, Role.REVIEWER)),
    ("1003", "見本 三樹", (Role.CAIO,)),
    ("1004", "見本 四季", (Role.IT,)),
)
_FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias><family>sans-serif</family><prefer><family>BIZ UDPGothic</family></prefer></alias></fontconfig>
"""


def enrol(store):
    """Everybody of PEOPLE, with the password WORD."""
    accounts = Accounts(store.accounts, store.clock)
    store.register.set_organisation(Organisation(ORGANISATION, "見本市"), actor="cli")
    store.register.set_department(Department(ORGANISATION, "110", "総務課"), actor="cli")
    for number, name, roles in PEOPLE:
        person = Person(ORGANISATION, number, "110", name)
        store.register.change(Change("added", None, person), actor="cli")
        for role in roles:
            store.register.grant(Grant("", ORGANISATION, number, role, ORGANISATION), actor="cli")
        accounts.set_first(person, WORD)


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """Where the server keeps its data."""
    return tmp_path_factory.mktemp("site")


@contextlib.contextmanager
def serving(data_dir):
    """A server over a folder, with everybody enrolled; where it is."""
    settings = Settings(data_dir=data_dir)
    opened = wiring.store(settings)
    enrol(opened)
    opened.close()
    config = uvicorn.Config(wiring.app(settings), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="session")
def address(data_dir):
    """Where the server is, with everybody enrolled."""
    with serving(data_dir) as url:
        yield url


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """The browser; closed with its module, as Playwright's loop would be in the way of other tests' loops."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install -y chromium")
    from playwright.sync_api import sync_playwright

    folder = tmp_path_factory.mktemp("fonts")
    fonts = folder / "fonts.conf"
    fonts.write_text(_FONTCONFIG.format(fonts=FONTS, cache=folder / "cache"), "utf-8")
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], env=environment)
        yield browser
        browser.close()


@pytest.fixture
def open_as(chromium, address):
    """A page, signed in as a person, on a screen of an office PC."""
    contexts = []

    def open_(person="1001", path="/", *, width=1366, height=768, scale=1.0, **more):
        context = chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            locale="ja-JP",
            device_scale_factor=scale,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda said: page.errors.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda request: page.errors.append(request.url) if not request.url.startswith((address, "data:")) else None,
        )
        page.goto(f"/signin?next={path}")
        page.fill("#organisation", ORGANISATION)
        page.fill("#person", person)
        page.fill("#password", WORD)
        page.click("button.primary")
        page.wait_for_url(f"{address}{path}")
        return page

    yield open_
    for context in contexts:
        context.close()


def accessible(page):
    """No violation that axe-core knows of."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not found, [(item["id"], [node["html"][:120] for node in item["nodes"]][:3]) for item in found]


def picture(page, name, *, full=False):
    """A small PNG for the docs; taken in every run, kept where asked for."""
    path = IMAGES / f"{name}.png" if IMAGES else None
    assert page.screenshot(path=path, full_page=full, animations="disabled")
