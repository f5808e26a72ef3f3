"""ai-gov audit raw: a raw text opened by two persons, each of whom shows who it is."""

import asyncio
import re

import pytest

from ai_gov.model import Actor
from ai_gov.people.model import Grant, Role
from ai_gov.service.accounts import Accounts
from ai_gov.service.ask import Ask
from ai_gov.service.governance import FixedConfig
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.service import reviewing
from tests.service.reviewing import AUTHOR, BOSS, SECOND, SECTION, TOWN
from tests.service.world import Recording, governance, reader, request

PASSWORD = "kasumi-no-mori-2026"
NAME = "綾小路蓮太郎"
PROMPT = f"氏名：{NAME}\n電話番号：090-6283-9147\nこの方へのお礼状を書いてください。"


@pytest.fixture
def kept(tmp_path):
    """A town whose policy keeps raw texts, and the number of a record."""
    store = open_store(tmp_path / "data")
    reviewing.settle(store)
    accounts = Accounts(store.accounts, store.clock)
    for who, role in ((BOSS, Role.CAIO), (SECOND, Role.AUDITOR), (AUTHOR, Role.STAFF)):
        store.register.grant(Grant("", who.organisation, who.person, role, TOWN), actor="test")
        accounts.set_first(store.people.member(who.organisation, who.person).person, PASSWORD)
    ask = Ask(
        config=FixedConfig(governance(("raw_days: 0", "raw_days: 30"))),
        reader=reader(),
        store=store,
        upstreams={"default": Recording()},
        clock=store.clock,
        keys=store.keys,
        raw=store.raw,
    )
    record = asyncio.run(ask.ask(request(PROMPT, actor=Actor(AUTHOR.person, TOWN, SECTION)))).record
    store.close()
    return Command(tmp_path / "data"), record


def test_a_raw_text_is_asked_for_approved_opened_once_and_listed(kept):
    run, record = kept

    def act(who, *arguments, password=PASSWORD):
        named = ("--organisation", TOWN, "--actor", who.person)
        return run("audit", "raw", *arguments, *named, typed=f"{password}\n")

    made = act(SECOND, "request", record, "--reason", "事故報告 第3号の原因の確認")
    assert made.code == 0
    number = re.search(r"開示番号: (\S+)", made.out)[1]
    assert act(SECOND, "approve", number).code == 3
    assert act(BOSS, "approve", number, password="wrong").code == 3
    assert act(AUTHOR, "approve", number).code == 3
    assert NAME not in act(SECOND, "open", number).out
    assert act(BOSS, "approve", number).code == 0
    shown = act(SECOND, "open", number)
    assert (shown.code, NAME in shown.out, "【回答の原文】" in shown.out) == (0, True, True)
    again = act(SECOND, "open", number)
    assert (again.code, again.out) == (3, "")
    assert "開示済み" in act(BOSS, "list").out
    other = re.search(r"開示番号: (\S+)", act(BOSS, "request", record, "--reason", "事故報告 第3号の続報").out)[1]
    assert act(SECOND, "refuse", other, "--reason", "1回目で足ります").code == 0
    named = act(BOSS, "request", record, "--reason", f"{NAME}さんの件の確認をします")
    assert (named.code, "氏名" in named.err) == (3, True)
    assert run("audit", "verify").code == 0


def test_what_is_left_after_it_was_switched_off_is_shown_and_deleted(kept):
    run, _ = kept
    assert "原文の保存日数: 0" in run("audit", "retention", "delete").out
    assert "1 件を削除し" in run("audit", "retention", "delete", "--yes").out
    assert "削除する記録はありません" in run("audit", "retention", "delete").out
