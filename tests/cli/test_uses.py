"""The register of uses and the training on the command line, by somebody who shows the password of the pages."""

import re

import pytest
import yaml
from openpyxl import load_workbook

from ai_gov import wiring
from ai_gov.service.accounts import Accounts
from ai_gov.settings import Settings
from ai_gov.stores.sqlite import open_store
from ai_gov.wiring.training_desk import training_material
from tests.cli.running import Command
from tests.service import registering
from tests.service.registering import APPLICANT, ASSISTANT, CAIO, COLLEAGUE, TOWN

PASSWORD = "kasumi-no-mori-2026"


@pytest.fixture
def run(tmp_path):
    store = open_store(tmp_path / "data")
    registering.settle(store)
    accounts = Accounts(store.accounts, store.clock)
    for who in (APPLICANT, COLLEAGUE, CAIO, ASSISTANT):
        accounts.set_first(store.people.member(who.organisation, who.person).person, PASSWORD)
    store.close()
    return Command(tmp_path / "data")


@pytest.fixture
def act(run):
    """A command in somebody's name, who types the password."""

    def go(who, *arguments, typed="", password=PASSWORD):
        named = ("--organisation", TOWN, "--actor", who.person)
        return run(*arguments, *named, typed=f"{password}\n{typed}")

    return go


@pytest.fixture
def form(run, tmp_path):
    """The form, filled; ``form(title="…")`` with something else."""

    def filled(**changes):
        data = yaml.safe_load(run("uses", "form").out) | changes
        path = tmp_path / "form.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
        return path

    return filled


def test_from_the_form_to_an_approval_that_is_in_force_and_exported(act, form, tmp_path):
    made = act(APPLICANT, "uses", "apply", form())
    assert made.code == 0, made.err
    assert "高リスクの判定: 通常の手続" in made.out
    number = re.search(r"[0-9a-f-]{36}", made.out)[0]
    use = re.search(r"use-[a-z0-9]{6}", made.out)[0]
    shown = act(ASSISTANT, "uses", "show", number)
    assert "版 1　できる操作 承認・差戻し・不承認" in shown.out
    back = act(ASSISTANT, "uses", "decide", number, "return", "--version", "1", "-m", "目的を詳しく")
    assert back.out.startswith("差戻しをしました。申請者が直して")
    again = act(APPLICANT, "uses", "apply", form(purpose="公開分だけを要約する"), "--again", number)
    assert again.code == 0, again.err
    done = act(CAIO, "uses", "decide", number, "approve", "--version", "3", "--until", "令和9年3月31日")
    assert done.code == 0, done.err
    assert use in act(CAIO, "uses", "list", "--all").out
    assert "期限 2027-03-31" in act(APPLICANT, "uses", "list").out
    book = tmp_path / "daicho.xlsx"
    assert act(CAIO, "uses", "export", "--output", book).code == 0
    assert "公開分だけを要約する" in str(list(load_workbook(book)["用途"].values))
    page = tmp_path / "public.html"
    assert act(CAIO, "uses", "export", "--public", "--output", page).code == 0
    text = page.read_text(encoding="utf-8")
    assert "公開分だけを要約する" in text
    assert "架空" not in text
    assert act(APPLICANT, "uses", "export", "--output", page).code == 3
    assert act(CAIO, "uses", "due").code in {0, 1}
    ended = act(CAIO, "uses", "decide", number, "end", "--version", "4")
    assert ended.code == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"destinations": ["nowhere"]}, "方針にありません"),
        ({"risk": {"users": "staff"}}, "「何に使いますか」を選んでください"),
        ({"destination": ["default"]}, "「destination」という項目はありません"),
        ({"purpose": "早乙女千尋さん（090-1234-5678）の相談"}, "個人を表すもの"),
        ({"risk": {"users": "staff", "work": "rights", "learning": "none", "judged": "always"}}, "次のことも書いて"),
    ],
)
def test_what_is_wrong_in_a_form_is_told(act, form, changes, told):
    refused = act(APPLICANT, "uses", "apply", form(**changes))
    assert refused.code == 3
    assert told in refused.err


def test_nobody_acts_without_the_password_nor_on_the_own_application(act, form):
    assert act(APPLICANT, "uses", "apply", form(), password="wrong").code == 3
    number = re.search(r"[0-9a-f-]{36}", act(APPLICANT, "uses", "apply", form()).out)[0]
    own = act(APPLICANT, "uses", "decide", number, "approve", "--version", "1", "--until", "2027-03-31")
    assert (own.code, "自分の申請を自分で" in own.err) == (3, True)
    assert act(COLLEAGUE, "uses", "show", number).code == 3
    assert act(CAIO, "uses", "decide", number, "accept", "--version", "1").code == 3
    assert act(APPLICANT, "uses", "withdraw", number, "--version", "1").code == 0


def test_the_training_is_taken_and_its_results_are_counts(act, tmp_path):
    current = Settings(data_dir=tmp_path / "data")
    opened = wiring.store(current)
    known = {item.ask: item for item in training_material(opened, current)(TOWN).items}
    opened.close()
    failed = act(APPLICANT, "training", "take", typed="1\n" * 10)
    assert failed.code in {0, 1}
    assert failed.out.count("] ") >= 10
    asked = re.findall(r"^\[\d+/10\] (.*)$", failed.out, re.MULTILINE)
    assert len(asked) == 10
    assert set(asked) <= set(known)
    counted = act(CAIO, "training", "results")
    assert counted.code == 0, counted.err
    assert counted.out.splitlines()[0] == "所属\t職員\t有効な合格あり\tなし"
    assert "市民課\t" in counted.out
    assert act(APPLICANT, "training", "results").code == 3
