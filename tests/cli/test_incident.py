"""Incidents on the command line, from an alert to the page for the mayor."""

import re
import zipfile

import pytest

from ai_gov.service.accounts import Accounts
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.service import incident_world as world
from tests.service.incident_world import TOWN

PASSWORD = "kasumi-no-mori-2026"


@pytest.fixture
def town(tmp_path):
    store = open_store(tmp_path / "data")
    world.settle(store)
    accounts = Accounts(store.accounts, store.clock)
    for where, number, _ in world.PEOPLE:
        accounts.set_first(store.people.member(where, number).person, PASSWORD)
    record = world.use(store, 1)
    raised = world.alert(store, record)
    store.close()
    return record, raised


@pytest.fixture
def act(tmp_path, town):
    run = Command(tmp_path / "data")

    def go(person, *arguments, password=PASSWORD, where=TOWN):
        return run("incident", *arguments, "--organisation", where, "--actor", person, typed=f"{password}\n")

    return go


@pytest.fixture
def number(act, town):
    record, raised = town
    opened = ("open", "--title", "個人番号の入力", "--known", "2026-11-20", "--time", "9:30")
    made = act("1003", *opened, "--record", record, "--alert", raised)
    assert made.code == 0, made.err
    assert "2026-12-19（知った日から30日目）" in made.out
    assert "確認していません" in made.err
    return re.search(rf"{TOWN}-\d{{4}}-\d{{3}}", made.out)[0]


def test_an_incident_goes_from_an_alert_to_the_page_for_the_mayor(act, number, tmp_path, town):
    told = ("--reportable", "yes", "--category", "number_many", "--persons", "1,200", "--estimated")
    assert act("1004", "facts", number, *told, "--summary", "名簿を送った。").code == 0
    assert act("1003", "facts", number, "--cause", "様式の誤り。").code == 0
    assert act("1003", "note", number, "送信先に削除を求めた。").code == 0
    assert act("1003", "reported", number, "preliminary", "--on", "2026-11-21", "--reference", "受付7").code == 0
    shown = act("1005", "show", number)
    assert "約1,200人（概数）" in shown.out
    assert "名簿を送った。" in shown.out
    assert "2026-11-21 に報告済み" in shown.out
    assert town[0] in shown.out
    assert "確報（個人情報保護委員会）まで" in act("1005", "list").out
    for name in ("report.md", "report.docx"):
        assert act("1005", "summary", number, tmp_path / name).code == 0
    text = (tmp_path / "report.md").read_text("utf-8")
    for words in (
        "個人番号の入力",
        "特定個人情報の本人の数が100人を超える",
        "令和8年12月19日",
        "受付7",
        town[0],
        "送信先に削除を求めた。",
    ):
        assert words in text
    assert "個人番号の入力" in zipfile.ZipFile(tmp_path / "report.docx").read("word/document.xml").decode()
    unready = act("1003", "close", number, "終わった。")
    assert unready.code == 3
    assert "確報" in unready.err
    for stage in ("final", "notice"):
        assert act("1003", "reported", number, stage, "--on", "2026-11-22").code == 0
    assert act("1003", "close", number, "再発防止策まで終えた。").code == 0
    assert "終結" in act("1003", "list").out
    assert act("1003", "reopen", number, "二次被害の申し出があった。").code == 0


def test_who_does_not_prove_it_or_may_not_changes_nothing(act, number):
    assert act("1003", "note", number, "書く", password="wrong").code == 3
    assert act("1005", "note", number, "書く").code == 3
    assert act("9003", "show", number, where="132021").code == 3
    assert "書く" not in act("1003", "show", number).out


def test_a_name_is_refused_by_the_rules_in_force(act, number):
    refused = act("1003", "note", number, "山田太郎さん（080-1234-5678）に連絡した。")
    assert refused.code == 3
    assert "書かないでください" in refused.err
    assert "山田" not in refused.err
    assert "山田" not in act("1003", "show", number).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("reported", "second"), "preliminary"),
        (("facts", "--category", "secret"), "一覧から"),
        (("facts", "--persons", "many"), "整数"),
        (("summary", "report.xls"), ".docx"),
    ],
)
def test_what_cannot_be_read_says_how_to_write_it(act, number, words, said, tmp_path):
    command, *rest = words
    refused = act("1003", command, number, *rest)
    assert refused.code == 3
    assert said in refused.err
