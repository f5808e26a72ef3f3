"""A real site over a real store, asked as a browser asks."""

import re

import httpx
import pytest

from ai_gov import wiring
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.service.accounts import Accounts
from ai_gov.settings import Settings

WORD = "みどりの窓辺に置いた三つの湯のみ"


class Browser:
    """Keeps cookies, follows nothing by itself, sends forms with the token of the page before."""

    def __init__(self, app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        self.http = httpx.AsyncClient(
            transport=transport, base_url="http://127.0.0.1:8000", headers={"User-Agent": "B"}
        )

    async def get(self, path, **headers):
        return await self.http.get(path, headers=headers)

    async def csrf(self, path="/password"):
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', (await self.get(path)).text)
        return found[1] if found else ""

    async def send(self, path, data, *, csrf=None, **headers):
        token = await self.csrf() if csrf is None else csrf
        return await self.http.post(path, data={**data, "csrf": token}, headers=headers)

    async def sign_in(self, person="1001", word=WORD):
        data = {"organisation": "132012", "person": person, "password": word, "next": "/"}
        return await self.http.post("/signin", data=data)


@pytest.fixture
def made(tmp_path):
    running = wiring.running(Settings(data_dir=tmp_path / "data"))
    yield running
    running.store.close()


@pytest.fixture
def accounts(made):
    return Accounts(made.store.accounts, made.store.clock)


@pytest.fixture
def enrol(made, accounts):
    """Registers a person with roles; its password is WORD."""
    made.store.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    made.store.register.set_department(Department("132012", "110", "総務課"), actor="cli")

    def enrol_(person, *roles, name="見本 一郎", department="110"):
        someone = Person("132012", person, department, name)
        made.store.register.change(Change("added", None, someone), actor="cli")
        for role in roles or (Role.STAFF,):
            made.store.register.grant(Grant("", "132012", person, role, "132012"), actor="cli")
        accounts.set_first(someone, WORD)
        return someone

    return enrol_


@pytest.fixture
def site(made, tmp_path):
    return wiring.site(Settings(data_dir=tmp_path / "data"), made, wiring.first_setup(made.store))


@pytest.fixture
def browser(site):
    return Browser(site)
