"""ai-gov register: the uses of AI that are approved, by whom, until when, kept, exported and published."""

import datetime as dt

import docx
import pytest
import yaml
from openpyxl import load_workbook

from ai_gov.model import japan_date
from tests.cli.running import Command
from tests.documents.guideline import town

APPROVAL = town.APPROVAL | {"approved_until": dt.date(2099, 3, 31), "review_on": None}


@pytest.fixture
def command(tmp_path):
    return Command(tmp_path / "data")


@pytest.fixture
def folder(command, tmp_path):
    made = tmp_path / "town"
    command("guideline", "new", "--defaults", "--output", made)
    edit(made, lambda data: data["uses"][1].update(approval=APPROVAL))
    return made


def edit(folder, change):
    path = folder / "policy.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_every_use_is_listed_with_its_state(command, folder):
    shown = command("register", "list", "--config", folder)
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert any(line.startswith("minutes\t") and line.endswith("承認済み") for line in lines)
    assert any(line.startswith("general\t") and line.endswith("台帳に載っていない") for line in lines)


def test_what_runs_out_is_told_with_an_exit_code(command, folder):
    soon = (japan_date() + dt.timedelta(days=30)).isoformat()

    def settled(data):
        for item in data["destinations"]:
            item["approved_until"] = "2099-03-31"

    edit(folder, settled)
    assert command("register", "due", "--config", folder).code == 0
    edit(folder, lambda data: data["uses"][1]["approval"].update(approved_until=soon))
    told = command("register", "due", "--config", folder)
    assert (told.code, "期限が近い" in told.out) == (1, True)
    edit(folder, lambda data: data["uses"][1]["approval"].update(approved_until="2026-05-01"))
    assert "期限切れ" in command("register", "due", "--config", folder).out
    edit(folder, lambda data: data.update(uses_need_approval=True))
    assert (
        "用途「一般の文書作成」は台帳に載っていないため、止まります。"
        in command("register", "due", "--config", folder).out
    )


def test_the_register_is_exported_to_excel(command, folder, tmp_path):
    path = tmp_path / "daicho.xlsx"
    assert command("register", "export", "--config", folder, "-o", path).code == 0
    book = load_workbook(path)
    assert book.sheetnames == ["サービス", "用途"]
    rows = list(book["用途"].values)
    assert rows[0][:3] == ("用途", "記号", "所管課")
    assert any(row[2] == "総務課" for row in rows)


def test_only_what_is_to_be_published_is_published(command, folder, tmp_path):
    path = tmp_path / "public.html"
    assert command("register", "export", "--config", folder, "--public", "-o", path).code == 0
    page = path.read_text(encoding="utf-8")
    assert "会議の録音を起こした文章を要約する" in page
    assert "CAIO（副市長）" not in page
    assert "一般の文書作成" not in page
    edit(folder, lambda data: data["uses"][1]["approval"].update(published=False))
    command("register", "export", "--config", folder, "--public", "-o", path)
    assert "会議の録音" not in path.read_text(encoding="utf-8")
    word = tmp_path / "public.docx"
    assert command("register", "export", "--config", folder, "-o", word).code == 0
    assert docx.Document(word).core_properties.title.endswith("生成AI利用台帳")


def test_another_form_is_refused(command, folder, tmp_path):
    refused = command("register", "export", "--config", folder, "-o", tmp_path / "daicho.csv")
    assert refused.code == 3
    assert ".xlsx" in refused.err


def test_what_is_in_force_is_what_is_shown(command, folder):
    assert command("rules", "apply", "--config", folder, "--yes").code == 0
    assert "総務課" in command("register", "list").out
