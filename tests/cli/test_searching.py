"""ai-gov audit search and resident, as the CAIO types them."""

import json

import pytest

from ai_gov.audit import tokens as codes
from ai_gov.model import Action, Finding, Level, NameParts
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.stores.steps import decided, outcome

WHY = ("--purpose", "開示請求 第12号への対応")


@pytest.fixture
def run(tmp_path):
    command = Command(tmp_path / "data")
    assert command("user", "organisation", "town", "見本町").code == 0
    for number, role in (("9001", "CAIO"), ("8001", "情報担当")):
        added = command(
            "user", "add", number, "--name", "架空 花子", "-d", "101", "--department-name", "企画課", "--role", role
        )
        assert added.code == 0, added
    store = open_store(command.data_dir)
    try:
        finding = Finding("PERSON", 0, 4, Level.L3C, "name", name=NameParts("見本", "次郎"))
        made = codes.finding_tokens(finding, "見本次郎", store.keys.hmac_key("search", "town"), "town")
        for number in range(3):
            step = decided(
                f"x{number}",
                action=Action.REDACT,
                tokens=made if number == 1 else (),
                sent=[["messages[0]", f"補正予算の{number}"]],
            )
            store.record_sync(step)
            store.record_sync(outcome(step))
    finally:
        store.close()
    return command


def test_uses_are_listed_newest_first_with_the_text_for_the_caio(run):
    result = run("audit", "search", *WHY, "--text", "予算", "--actor", "9001", "--limit", "2")
    assert result.code == 0, result
    lines = [line for line in result.out.splitlines() if "伏せて送信" in line]
    assert ["x2" in lines[0], "x1" in lines[1], len(lines)] == [True, True, 2]
    assert "補正予算の2" in lines[0]
    before = result.err.split("--before ")[1].split()[0]
    following = run("audit", "search", *WHY, "--text", "予算", "--actor", "9001", "--before", before, "--json")
    assert [json.loads(line)["record"] for line in following.out.splitlines()] == ["x0"]


def test_who_has_no_role_for_the_log_gets_no_text_and_it_staff_get_nothing(run):
    result = run("audit", "search", *WHY, "--json")
    assert len(result.out.splitlines()) == 3
    assert "予算" not in result.out
    assert run("audit", "search", *WHY, "--text", "予算").code == 3
    assert "予算" in run("audit", "list", "--json", "--actor", "9001").out
    assert "予算" not in run("audit", "list", "--json", "--actor", "8001").out + run("audit", "list", "--json").out
    assert run("audit", "search", *WHY, "--actor", "8001").code == 3
    assert "登録されていません" in run("audit", "search", *WHY, "--actor", "7777").err


def test_nothing_found_says_so_and_a_purpose_is_needed(run):
    assert "該当する利用はありません" in run("audit", "search", *WHY, "--level", "3A").out
    assert "目的" in run("audit", "search", "--level", "3A").err
    assert run("audit", "search", *WHY, "--level", "機密性2").code == 3
    assert "氏名" in run("audit", "search", "--purpose", "架空花子さんの件について", "--actor", "9001").err


def test_a_resident_is_found_and_the_command_says_what_it_can_not_find(run):
    result = run("audit", "resident", *WHY, "--name", "見本 次郎", "--actor", "9001", "--json")
    assert [(line["record"], line["grade"], line["passed"]) for line in map(json.loads, result.out.splitlines())] == [
        ("x1", "一致", "伏せて送信")
    ]
    assert "個人番号" in result.err
    table = run("audit", "resident", *WHY, "--ask", "--actor", "9001", typed="見本 次郎\n\n\n\n")
    assert "一致（氏名）" in table.out
    assert run("audit", "resident", *WHY, "--name", "見本 次郎").code == 3
    assert (
        "個人番号では探せません" in run("audit", "resident", *WHY, "--number", "1234 5678 9018", "--actor", "9001").err
    )
