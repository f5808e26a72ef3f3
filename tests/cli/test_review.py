"""Review and release on the command line, as a reviewer without a browser does it."""

import json
import re

import pytest

from ai_gov.service.accounts import Accounts
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.service import reviewing
from tests.service.reviewing import AUTHOR, BOSS, CHECKED, DRAFT, FINAL, SECOND, TOWN

PASSWORD = "kasumi-no-mori-2026"


@pytest.fixture
def run(tmp_path):
    store = open_store(tmp_path / "data")
    reviewing.settle(store)
    accounts = Accounts(store.accounts, store.clock)
    for who in (AUTHOR, BOSS, SECOND):
        accounts.set_first(store.people.member(who.organisation, who.person).person, PASSWORD)
    store.close()
    return Command(tmp_path / "data", AI_GOV_PUBLIC_URL="https://ai.example.lg.jp")


@pytest.fixture
def act(run):
    """A command in somebody's name, who types the password."""

    def go(who, *arguments, password=PASSWORD):
        named = ("--organisation", TOWN, "--actor", who.person)
        return run("review", *arguments, *named, typed=f"{password}\n")

    return go


@pytest.fixture
def number(act, tmp_path):
    (tmp_path / "text.md").write_text(FINAL, encoding="utf-8")
    (tmp_path / "draft.md").write_text(DRAFT, encoding="utf-8")
    made = act(
        AUTHOR,
        "start",
        tmp_path / "text.md",
        "--title",
        "納付のお知らせ",
        "--draft",
        tmp_path / "draft.md",
        "--use",
        "public-notice",
    )
    assert made.code == 0, made.err
    return re.search(r"[0-9a-f-]{36}", made.out)[0]


def checks():
    return [item for name in CHECKED for item in ("--check", name)]


def test_the_whole_way_to_a_file_that_verifies(act, run, number, tmp_path):
    assert act(AUTHOR, "request", number, "--revision", 1, "-m", "お願いします").code == 0
    assert "納付のお知らせ" in act(BOSS, "list").out
    shown = act(BOSS, "show", number).out
    assert "- 納付期限は3月31日です。" in shown
    assert "+ 納付期限は4月30日です。" in shown
    assert "お願いします" in shown
    assert "できる操作 コメント・承認・差戻し・却下" in shown
    assert act(BOSS, "approve", number, "--revision", 1, *checks()).code == 0
    out = tmp_path / "out"
    released = act(AUTHOR, "release", number, out)
    assert released.code == 0, released.err
    files = sorted(out.iterdir())
    assert [path.suffix for path in files] == [".docx", ".html", ".pdf", ".txt"]
    for path in files:
        verified = run("release", "verify", path)
        assert verified.code == 0, verified.err
        assert "見本市\t市民課" in verified.out
    assert "庁外への公開" in run("release", "list", "--organisation", TOWN).out
    site = tmp_path / "site"
    assert run("release", "register", "export", site, "--organisation", TOWN).code == 0
    (page,) = (site / "verify").glob("*/index.html")
    assert page.parent.name == files[0].stem
    key = (site / "verifiers.txt").read_text().strip()
    for path in files:
        assert run("release", "verify", path, "--register", site, "--key", key).code == 0
    data = json.loads((site / "register.json").read_text())
    assert AUTHOR.person not in (site / "register.json").read_text()
    assert data["releases"][0]["reviewers"] == 1
    changed = tmp_path / "changed.txt"
    changed.write_bytes((out / f"{files[0].stem}.txt").read_bytes() + b" ")
    for options in ((), ("--register", site)):
        refused = run("release", "verify", changed, *options)
        assert refused.code == 7
        assert "一致しません" in refused.err
    assert act(AUTHOR, "withdraw", number, "--reason", "mistake").code == 0
    gone = run("release", "verify", files[0])
    assert gone.code == 7
    assert "取り下げられています" in gone.err
    run("release", "register", "export", site, "--organisation", TOWN)
    assert "この文書は取り下げられています" in page.read_text()


def test_a_register_that_somebody_changed_proves_nothing(act, run, number, tmp_path):
    act(AUTHOR, "request", number, "--revision", 1)
    act(BOSS, "approve", number, "--revision", 1, *checks())
    act(BOSS, "release", number, tmp_path / "out")
    site = tmp_path / "site"
    run("release", "register", "export", site, "--organisation", TOWN)
    path = site / "register.json"
    path.write_text(path.read_text().replace("市民課", "税務課"), encoding="utf-8")
    file = next((tmp_path / "out").glob("*.txt"))
    refused = run("release", "verify", file, "--register", site)
    assert refused.code == 3
    assert "署名を確かめられません" in refused.err
    other = Command(tmp_path / "elsewhere")
    assert "検証鍵がありません" in other("release", "verify", file, "--register", site).err


def test_nobody_acts_in_another_name_without_the_password(act, number):
    act(AUTHOR, "request", number, "--revision", 1)
    refused = act(BOSS, "approve", number, "--revision", 1, *checks(), password="wrong-password")
    assert refused.code == 3
    assert "パスワード" in refused.err
    assert "確認待ち" in act(AUTHOR, "show", number).out
    assert act(AUTHOR, "list", "nonsense").code == 3


def test_a_return_brings_the_text_back_with_the_reason(act, number, tmp_path):
    act(AUTHOR, "request", number, "--revision", 1)
    (tmp_path / "better.md").write_text("期限は5月7日です。", encoding="utf-8")
    assert act(BOSS, "return", number, "-m", "期限を確かめて", "--suggestion", tmp_path / "better.md").code == 0
    shown = act(AUTHOR, "show", number).out
    assert "期限は5月7日です。" in shown
    assert "期限を確かめて" in shown
    assert act(AUTHOR, "show", number, "--text").out.startswith("納付期限は4月30日です。")


def test_points_that_were_not_checked_are_named(act, number):
    act(AUTHOR, "request", number, "--revision", 1)
    refused = act(BOSS, "approve", number, "--revision", 1, "--check", "facts")
    assert refused.code == 3
    assert "個人情報や、公開できない情報" in refused.err
    assert act(BOSS, "reject", number, "--reason", "facts").code == 0
    assert "理由 事実に誤りがある" in act(AUTHOR, "show", number).out
    assert "却下" in act(AUTHOR, "list", "mine").out


def test_a_superior_permits_on_the_command_line_too(run, act, tmp_path):
    from ai_gov import flow
    from ai_gov.model import Action, Actor, Decision, Level
    from ai_gov.service.permits import PermitService

    store = open_store(tmp_path / "data")
    actor = Actor(AUTHOR.person, TOWN, reviewing.SECTION)
    exchange = flow.receive("019d4657-0000-7000-8000-000000000000", at=store.clock.now(), client="test", actor=actor)
    decision = Decision(Action.HOLD, Level.L3C, Level.L3C, "default", ())
    step = flow.decide(
        exchange,
        decision,
        (),
        at=store.clock.now(),
        config_digest="",
        sent=[["messages[0].content", "〔調達1〕の説明文"]],
    )
    store.record_sync(step)
    PermitService(store.permits, keys=store.keys, clock=store.clock)._ask(step.exchange, "b", "hold", "default")
    store.close()

    def go(*arguments):
        named = ("--organisation", TOWN, "--actor", BOSS.person)
        return run("permit", *arguments, *named, typed=f"{PASSWORD}\n")

    number = go("list").out.split("\t")[0]
    assert "〔調達1〕の説明文" in go("show", number).out
    assert go("grant", number).code == 0
    assert "許可済み" in go("refuse", number).err
    assert "ありません" in go("list").out
