"""A provider that runs, and a site that sends its people there."""

import dataclasses
import re
import subprocess
import sys

import httpx
import pytest

from ai_gov import wiring
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.people.provider import ProviderSettings
from ai_gov.settings import Settings
from tests.identity import CLIENT, SECRET

PUBLIC = "http://127.0.0.1:8000"


class Running:
    """A provider's process. ``order`` says who signs in there and which fault it has."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.identity.provider"], stdout=subprocess.PIPE, text=True
        )
        self.issuer = self.process.stdout.readline().strip()

    def order(self, **given):
        return httpx.post(f"{self.issuer}/_order", json=given).json()

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def process():
    running = Running()
    yield running
    running.stop()


@pytest.fixture
def provider(process):
    """The provider, honest, where 1001 signs in."""
    process.order(user={"sub": "s-1001", "preferred_username": "1001", "name": "見本 一郎"})
    return process


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """What is the same for every test, and slow to make: the rules and the dictionary."""
    running = wiring.running(Settings(data_dir=tmp_path_factory.mktemp("base")))
    yield running
    running.store.close()


@pytest.fixture
def made(base, tmp_path):
    store = wiring.store(Settings(data_dir=tmp_path / "data"))
    yield dataclasses.replace(base, store=store)
    store.close()


@pytest.fixture
def site(made, provider, tmp_path):
    """Makes a site with this provider and further settings of it."""

    def site_(*, settings=None, **more):
        item = ProviderSettings(
            **{
                "issuer": provider.issuer,
                "client_id": CLIENT,
                "client_secret": SECRET,
                "organisation": "132012",
                "contact": "情報政策課（内線 123）",
            }
            | more
        )
        given = {"data_dir": tmp_path / "data", "public_url": PUBLIC, "oidc": {"default": item}, **(settings or {})}
        return Browser(wiring.site(Settings(**given), made, None))

    return site_


class Browser:
    """Follows nothing by itself; goes to the provider over the network, and to the site in this process."""

    def __init__(self, app, agent="B"):
        self.app = app
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        self.http = httpx.AsyncClient(transport=transport, base_url=PUBLIC, headers={"User-Agent": agent})

    async def get(self, path):
        return await self.http.get(path)

    async def leave(self, following="/"):
        """To the provider: the address where the browser is sent."""
        response = await self.http.get("/signin/with/default", params={"next": following})
        assert response.status_code == 303, response.text
        return response.headers["location"]

    async def there(self, url):
        """At the provider: the address that it sends the browser back to."""
        async with httpx.AsyncClient() as client:
            response = await client.get(url)
        assert response.status_code == 302, response.text
        assert response.headers["location"].startswith(PUBLIC)
        return response.headers["location"]

    async def sign_in(self, following="/"):
        """All of the way; the response of the site to the one that comes back."""
        return await self.get(await self.there(await self.leave(following)))

    async def csrf(self, path="/password"):
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', (await self.get(path)).text)
        return found[1] if found else ""


@pytest.fixture
def enrol(made):
    """Registers somebody with roles and without a password."""
    register = made.store.register
    register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    register.set_department(Department("132012", "110", "総務課"), actor="cli")
    register.set_department(Department("132012", "120", "税務課"), actor="cli")

    def enrol_(person, *roles, mail="", until=None):
        someone = Person("132012", person, "110", "見本 一郎", mail, until)
        if made.store.people.member("132012", person):
            return someone
        register.change(Change("added", None, someone), actor="cli")
        for role in roles or (Role.STAFF,):
            register.grant(Grant("", "132012", person, role, "132012"), actor="cli")
        return someone

    return enrol_


@pytest.fixture
def failures(made):
    """Why sign-ins were refused in this test, oldest first."""
    before = {entry.event.at for entry in made.store.audit.entries(limit=1000)}

    def failures_():
        found = [entry.event for entry in made.store.audit.entries()[::-1] if entry.event.at not in before]
        return [event.data["reason"] for event in found if event.kind == "sign_in_failed"]

    return failures_
