"""ai-gov user, key and audit, as an IT officer types them."""

import json
import re
import sqlite3

import pytest

from ai_gov.service.accounts import Accounts
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command

ROSTER = (
    "職員番号,氏名,所属コード,所属名,役割\r\n1001,架空 花子,102,福祉課,職員・確認者\r\n1003,新規 次郎,101,税務課,\r\n"
)


@pytest.fixture
def run(tmp_path):
    return Command(tmp_path / "data")


@pytest.fixture
def town(run):
    assert run("user", "organisation", "999999", "見本町").code == 0
    added = run("user", "add", "1001", "--name", "架空 花子", "-d", "101", "--department-name", "税務課")
    assert added.code == 0
    assert "ai-gov key issue 1001" in added.out
    return run


def issued(run, number="1001"):
    result = run("key", "issue", number, "--label", "端末A")
    assert result.code == 0
    return result.out.strip()


def opens(run, key):
    store = open_store(run.data_dir)
    try:
        return store.people.by_key_sync(key) is not None
    finally:
        store.close()


def test_a_key_is_shown_once_and_works_until_it_is_revoked(town):
    key = issued(town)
    assert re.fullmatch(r"aigov_\w{12}_\w{43}", key, re.ASCII)
    assert opens(town, key)
    key_id = key.split("_")[1]
    listed = town("key", "list")
    assert key_id in listed.out
    assert key not in listed.out
    assert town("key", "revoke", key_id).code == 0
    assert not opens(town, key)
    assert key_id not in town("key", "list").out
    assert "無効" in town("key", "list", "--all").out
    assert town("key", "revoke", key_id).code == 3
    assert "ai-gov key list" in town("key", "revoke", "nothing").err


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_the_yearly_roster_is_shown_before_it_is_applied(town, tmp_path, encoding):
    key = issued(town)
    assert town("user", "add", "1002", "--name", "試験 三郎", "-d", "101").code == 0
    gone = issued(town, "1002")
    file = tmp_path / "roster.csv"
    file.write_bytes(ROSTER.encode(encoding))
    planned = town("user", "import", file, "--dry-run")
    assert "追加 1、異動 1、変更 0、復帰 0、転出・退職 1、変わらない 0" in planned.out
    assert opens(town, gone)
    refused = town("user", "import", file, typed="n\n")
    assert refused.code == 130
    assert opens(town, gone)
    assert town("user", "import", file, typed="y\n").code == 0
    assert not opens(town, gone)
    assert opens(town, key)
    assert town("user", "list").out.splitlines() == [
        "1001\t架空 花子\t福祉課\t職員・確認者",
        "1003\t新規 次郎\t税務課\t職員",
    ]
    assert "転出・退職" in town("user", "list", "--all").out


def test_a_wrong_roster_is_refused_with_every_line_and_changes_nothing(town, tmp_path):
    file = tmp_path / "roster.csv"
    file.write_text("職員番号,氏名,所属コード,所属名\n1 1,x y,101,税務課\n1002,,101,税務課\n", encoding="utf-8")
    result = town("user", "import", file, "--yes")
    assert result.code == 2
    assert f"{file}:2:" in result.err
    assert f"{file}:3:" in result.err
    assert len(town("user", "list").out.splitlines()) == 1


def test_a_roster_from_which_many_are_missing_needs_a_word_more(town, tmp_path):
    for number in range(2000, 2009):
        town("user", "add", number, "--name", "架空 某", "-d", "101")
    file = tmp_path / "roster.csv"
    file.write_text("職員番号,氏名,所属コード,所属名\n1001,架空 花子,101,税務課\n", encoding="utf-8")
    result = town("user", "import", file, "--yes")
    assert result.code == 3
    assert "--many-leave" in result.err
    assert town("user", "import", file, "--yes", "--many-leave").code == 0
    assert len(town("user", "list").out.splitlines()) == 1


def test_roles_are_granted_and_revoked(town):
    town("user", "add", "1002", "--name", "試験 三郎", "-d", "101", "--role", "確認者")
    assert town("user", "grant", "1001", "確認者", "--deputy-for", "1002").code == 3
    dates = ("--from", "2020-01-01", "--until", "令和99年12月31日")
    assert town("user", "grant", "1001", "確認者", "--deputy-for", "1002", *dates).code == 0
    assert "代理（1002）" in town("user", "show", "1001").out
    assert "確認者" in town("user", "list").out.splitlines()[0]
    assert town("user", "revoke", "1001", "確認者").code == 0
    assert "確認者" not in town("user", "list").out.splitlines()[0]
    assert "情報担当" in town("user", "grant", "1001", "村長").err


def test_who_left_gets_no_key(town):
    key = issued(town)
    assert town("user", "leave", "1001").code == 0
    assert not opens(town, key)
    assert town("key", "issue", "1001").code == 3
    assert town("user", "leave", "1001").code == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("user", "add", "1", "--name", "x", "-d", "101"), "ai-gov user organisation"),
        (("user", "list"), "AI_GOV_DATA_DIR"),
        (("audit", "verify"), "AI_GOV_DATA_DIR"),
    ],
)
def test_what_is_missing_is_said_with_what_to_do_next(run, arguments, words):
    result = run(*arguments)
    assert result.code == 3
    assert words in result.err


def test_reading_the_log_is_in_the_log_with_who_read_it(town):
    assert town("audit", "list", "--kind", "person_added", "--actor", "9001").code == 0
    newest = json.loads(town("audit", "list", "--json", "--limit", "1").out)
    assert (newest["kind"], newest["actor"]) == ("log_read", "9001")
    assert newest["data"] == {"how": "list", "filter": {"kind": "person_added"}, "count": 1}


def test_pages_of_the_log_follow_each_other(town):
    first = town("audit", "list", "--limit", "1", "--kind", "person_added")
    assert "--before" in first.err
    before = re.search(r"--before (\d+)", first.err)[1]
    assert town("audit", "list", "--before", before, "--kind", "person_added").out == ""
    assert town("audit", "list", "--since", "2020-01-01", "--until", "2020-01-02").out == ""
    assert town("audit", "list", "--since", "昨日").code == 3


def test_a_sound_log_verifies_in_the_database_in_a_file_and_against_a_kept_checkpoint(town, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(town("audit", "checkpoint").out, encoding="utf-8")
    issued(town)
    file = tmp_path / "log.jsonl"
    assert town("audit", "export", file).code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    key = town("audit", "checkpoint", "--key").out.strip()
    for arguments in ((), (file,), ("--against", kept), (file, "--against", kept, "--key", key)):
        result = town("audit", "verify", *arguments)
        assert (result.code, "異常は見つかりませんでした" in result.out) == (0, True), result
    assert "示せません" in town("audit", "verify", file).out.splitlines()[0]
    assert town("audit", "export", file).code == 3


def test_a_log_that_was_touched_does_not(town, tmp_path):
    issued(town)
    file = tmp_path / "log.jsonl"
    town("audit", "export", file)
    file.write_text(file.read_text(encoding="utf-8").replace("税務課", "福祉課"), encoding="utf-8")
    assert town("audit", "verify", file).code == 7
    raw = sqlite3.connect(town.data_dir / "ai-gov.db")
    raw.execute("UPDATE entries SET actor = 'x' WHERE seq = 1")
    raw.commit()
    raw.close()
    result = town("audit", "verify")
    assert result.code == 7
    assert "2件目" in result.out


def test_another_towns_key_verifies_nothing(town, run, tmp_path):
    other = Command(tmp_path / "other")
    other("user", "organisation", "1", "別の町")
    key = other("audit", "checkpoint", "--key").out.strip()
    assert town("audit", "verify", "--key", key).code == 7
    assert town("audit", "verify", "--key", "nonsense").code == 3


def test_an_initial_password_is_shown_once_and_opens_the_pages(town):
    result = town("user", "password", "1001")
    assert result.code == 0
    word = re.search(r"初期パスワード: (\S+)", result.out)[1]
    store = open_store(town.data_dir)
    try:
        signed = Accounts(store.accounts, store.clock).sign_in("999999", "1001", word, user_agent="B")
        assert signed.visitor.must_change
    finally:
        store.close()
    assert all(word.encode() not in path.read_bytes() for path in town.data_dir.rglob("*") if path.is_file())
    assert town("user", "password", "9999").code == 3
