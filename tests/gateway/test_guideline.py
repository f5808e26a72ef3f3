"""Where the policy says so, nobody asks before having read the guideline in force: on the API and on the chat page."""

import datetime as dt
import json
from contextlib import closing
from types import SimpleNamespace

import httpx
import pytest

from ai_gov import datafile, wiring
from ai_gov.errors import StoreFailed
from ai_gov.model import Actor
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.policy.schema import Policy
from ai_gov.service.accounts import Accounts
from ai_gov.service.governance import POLICY
from ai_gov.service.guideline_condition import GuidelineRead
from ai_gov.settings import Settings
from ai_gov.stores.entry import Filter

ME = Actor("1001", "132012", "110", frozenset({"staff"}))
IT = Actor("1002", "132012", "110", frozenset({"it"}))
ASKED = {"model": "demo", "messages": [{"role": "user", "content": "会議の案内文を作ってください。"}]}
TEXT = "# 利用ガイドライン\n\n## 1　目的\n\n目的は、安全に使うことです。\n"


class Town:
    """A town with a server, one of its staff, and what it published."""

    def __init__(self, folder):
        self.settings = Settings(data_dir=folder, public_url="https://ai.example.jp")
        store = wiring.store(self.settings)
        store.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
        store.register.set_department(Department("132012", "110", "総務課"), actor="cli")
        person = Person("132012", "1001", "110", "見本 一郎")
        store.register.change(Change("added", None, person), actor="cli")
        store.register.grant(Grant("", "132012", "1001", Role.STAFF, "132012"), actor="cli")
        self.key = store.register.issue_key(person, actor="cli")[0].text
        member = store.people.member("132012", "1001")
        self.cookie = Accounts(store.accounts, store.clock).begin(member, user_agent="B", by="password").token
        store.close()

    def demand(self):
        with self.store() as store:
            files = dict(store.config.current().files)
            files[POLICY] = files[POLICY].replace("acknowledge: false", "acknowledge: true")
            store.config.apply(files, digest="d" * 64, actor="1002", diff=[])

    def publish(self, text=TEXT, effective=dt.date(2026, 4, 1)):
        with self.store() as store:
            versions = wiring.guideline_versions(store, self.settings)
            return versions.publish(IT, {"g.md": text.encode()}, effective=effective).number

    def acknowledge(self, number):
        with self.store() as store:
            wiring.guideline_versions(store, self.settings).acknowledge(ME, number)

    def store(self):
        return closing(wiring.store(self.settings))

    async def ask(self):
        """The answers of the API and of the chat page to the same person."""
        app = wiring.app(self.settings)
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="https://ai.example.jp") as http:
                headers = {"Authorization": f"Bearer {self.key}"}
                api = await http.post("/v1/chat/completions", json=ASKED, headers=headers)
                http.cookies.set("__Host-ai_gov_session", self.cookie)
                http.headers["User-Agent"] = "B"
                page = await http.get("/password")
                csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
                typed = {"prompt": "", "text": "会議の案内文を作ってください。", "values": {}, "attachments": []}
                given = {"x-csrf-token": csrf, "accept": "application/json"}
                chat = await http.post("/chat/ask", json=typed, headers=given)
                return api, [json.loads(line) for line in chat.text.splitlines()]


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "data")


async def test_who_has_not_read_the_version_in_force_is_led_to_it_and_nothing_is_sent(town):
    town.demand()
    number = town.publish()
    api, chat = await town.ask()
    assert (api.status_code, api.json()["error"]["code"]) == (403, "not_prepared")
    assert "第1版" in api.json()["error"]["message"]
    assert "https://ai.example.jp/guideline/read" in api.json()["error"]["message"]
    assert api.json()["ai_gov"]["page"] == "/guideline/read"
    assert api.headers["x-should-retry"] == "false"
    assert chat[-1]["error"]["page"] == "/guideline/read", chat
    with town.store() as store:
        rows = store.audit.entries(Filter(actor="1001", kind="refused"))
        assert {row.event.data["code"] for row in rows} == {"not_prepared"}
        assert not store.audit.entries(Filter(kind="decided"))
        assert any(row.event.exchange == api.json()["ai_gov"]["record"] for row in rows)
    town.acknowledge(number)
    api, chat = await town.ask()
    assert api.status_code == 200, api.text
    assert chat[-1].get("error", {}).get("code") != "not_prepared"
    town.publish(TEXT.replace("安全に", "正しく"))
    assert (await town.ask())[0].status_code == 403, "asked again after a change"


async def test_nothing_is_asked_where_the_policy_does_not_say_so_or_no_version_is_in_force(town):
    town.publish()
    assert (await town.ask())[0].status_code == 200


async def test_a_version_that_holds_later_keeps_nobody_from_working(town):
    town.demand()
    town.publish(effective=dt.date(2099, 4, 1))
    assert (await town.ask())[0].status_code == 200


async def test_who_has_read_is_not_looked_up_again_and_a_broken_register_lets_nobody_pass():
    asked = []

    class Versions:
        def in_force(self, organisation):
            return SimpleNamespace(number=3, title="決まり")

        def has_read(self, *mark):
            asked.append(mark)
            if len(asked) == 1:
                raise StoreFailed("読めません。")
            return True

    policy = wiring.files(None)
    governance = SimpleNamespace(policy=_demanding(policy[POLICY]))
    condition = GuidelineRead(Versions())
    with pytest.raises(StoreFailed):
        await condition.check(ME, governance)
    await condition.check(ME, governance)
    await condition.check(ME, governance)
    assert len(asked) == 2


def _demanding(text):
    return datafile.parse(text.replace("acknowledge: false", "acknowledge: true"), Policy, POLICY)
