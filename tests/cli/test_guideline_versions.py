"""ai-gov guideline publish, versions, diff, acknowledged, reviewed: what was published stays, and is compared."""

import datetime as dt

import pytest

from ai_gov import wiring
from ai_gov.model import Actor
from ai_gov.people.model import Department, Grant, Organisation, Person, Role
from ai_gov.people.plan import Change
from ai_gov.settings import Settings
from tests.cli.running import Command


@pytest.fixture
def command(tmp_path):
    """A town of two staff."""
    store = wiring.store(Settings(data_dir=tmp_path / "data"))
    store.register.set_organisation(Organisation("132012", "見本市"), actor="cli")
    store.register.set_department(Department("132012", "110", "総務課"), actor="cli")
    for number in ("1001", "1002"):
        store.register.change(Change("added", None, Person("132012", number, "110", "見本 一郎")), actor="cli")
        store.register.grant(Grant("", "132012", number, Role.STAFF, "132012"), actor="cli")
    store.close()
    return Command(tmp_path / "data")


def test_what_is_published_is_listed_compared_and_counted(command, tmp_path):
    folder = tmp_path / "guideline"
    command("guideline", "new", "--defaults", "--output", folder)
    command("rules", "apply", "--config", folder, "--yes")
    command("guideline", "build", folder, "--format", "md,docx")
    first = command("guideline", "publish", folder, "--effective", "2026-04-01", "--actor", "1002")
    assert first.code == 0, first.err
    assert "第1版として公表しました" in first.out
    same = command("guideline", "publish", folder, "--effective", "2026-04-01")
    assert (same.code, "第1版と同じファイルです" in same.err) == (3, True)
    assert command("guideline", "check").out.splitlines()[-1] == "違いはありません。"

    answers = folder / "answers.yaml"
    answers.write_text(answers.read_text("utf-8").replace("contact: 主管課", "contact: 総務課"), "utf-8")
    command("guideline", "build", folder, "--format", "md,docx")
    assert command("guideline", "publish", folder / "guideline.docx", "--effective", "令和8年5月1日").code == 0
    listed = command("guideline", "versions").out.splitlines()
    assert listed[0].startswith("* 第2版  施行 2026-05-01")
    assert "（docx）" in listed[0]
    assert listed[1].startswith("  第1版  施行 2026-04-01")
    assert "（docx・md）" in listed[1]
    told = command("guideline", "diff", "1", "2").out
    assert "第13条: 「事故や疑いの報告先はどこですか」の答えを「主管課」から「総務課」に改めました。" in told
    assert "事故の報告】" in told
    assert told.count("【") == 2, "nothing else differs, though one is Markdown and one is Word"
    assert command("guideline", "diff", "1", "7").code == 3
    acknowledge(tmp_path / "data", 2)
    assert command("guideline", "acknowledged").out.splitlines()[1:] == ["総務課\t1/2", "合計\t1/2"]
    assert command("guideline", "acknowledged", "1").out.splitlines()[-1] == "合計\t0/2"

    policy = folder / "policy.yaml"
    policy.write_text(policy.read_text("utf-8").replace("min_score: 0.5", "min_score: 0.7"), "utf-8")
    command("rules", "apply", "--config", folder, "--yes")
    found = command("guideline", "check")
    assert found.code == 1
    assert "policy.yaml の min_score" in found.out


def acknowledge(data_dir, number):
    settings = Settings(data_dir=data_dir)
    store = wiring.store(settings)
    wiring.guideline_versions(store, settings).acknowledge(Actor("1001", "132012", "110", frozenset()), number)
    store.close()


def test_a_review_is_asked_for_in_its_month_until_somebody_looked(command, tmp_path):
    folder = tmp_path / "guideline"
    command("guideline", "new", "--defaults", "--output", folder)
    policy = folder / "policy.yaml"
    month = dt.datetime.now(dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=9))).month
    policy.write_text(policy.read_text("utf-8").replace("review_month: 2", f"review_month: {month}"), "utf-8")
    command("rules", "apply", "--config", folder, "--yes")
    command("guideline", "build", folder, "--format", "md")
    command("guideline", "publish", folder, "--effective", "2026-04-01")
    assert "見直しの時期" not in command("guideline", "check", folder).err, "it was published just now"
    store = wiring.store(Settings(data_dir=tmp_path / "data"))
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE guideline_versions SET published_at = '2025-04-01T00:00:00.000000Z'")
    store.close()
    for told in (command("guideline", "check", folder).err, command("guideline", "check").err):
        assert "見直しの時期です" in told
    assert "見直しの時期です" in command("guideline", "versions").out
    assert command("guideline", "reviewed", "--actor", "1001").code == 0
    assert "見直しの時期" not in command("guideline", "versions").out


def test_nothing_is_published_of_another_town_or_without_a_document(command, tmp_path):
    folder = tmp_path / "guideline"
    command("guideline", "new", "--defaults", "--output", folder)
    assert "先に「ai-gov guideline build" in command("guideline", "publish", folder).err
    command("guideline", "build", folder, "--format", "md")
    document = folder / "guideline.md"
    document.write_text(document.read_text("utf-8").replace("見本市", "青葉谷町"), "utf-8")
    assert "「青葉谷町」のものです" in command("guideline", "publish", folder).err
    assert "読めません" in command("guideline", "publish", folder, "--effective", "来年").err
    assert "公表した版はありません" in command("guideline", "versions").out


def test_answers_given_on_the_page_are_where_the_command_begins(command, tmp_path):
    settings = Settings(data_dir=tmp_path / "data")
    store = wiring.store(settings)
    draft = wiring.guideline_draft(store, settings)
    opened = draft.open("132012")
    step = draft.steps()[1]
    checked = draft.check(opened, step, {**{q.id: [] for q in step.questions}, "caio": ["情報統括監"], "assistant": ["none"],
                                         "office": ["デジタル課"], "approval": ["caio"]})  # fmt: skip
    assert not checked.faults
    draft.save(Actor("1001", "132012", "110", frozenset()), opened, step, checked)
    store.close()
    folder = tmp_path / "guideline"
    assert command("guideline", "new", "--defaults", "--output", folder).code == 0
    assert "caio: 情報統括監" in (folder / "answers.yaml").read_text("utf-8")
