"""The command line over PostgreSQL: the same words, AI_GOV_DATABASE_URL is all that differs."""

from tests.cli.running import Command


def test_the_log_of_a_postgres_is_kept_verified_exported_and_looked_after(postgres_url, tmp_path):
    run = Command(tmp_path / "data", AI_GOV_DATABASE_URL=postgres_url)
    assert run("user", "organisation", "town", "見本町").code == 0
    assert run("user", "add", "1001", "--name", "架空 花子", "-d", "101", "--department-name", "税務課").code == 0
    assert "organisation_set" in run("audit", "list").out
    verified = run("audit", "verify")
    assert verified.code == 0
    assert "異常は見つかりませんでした" in verified.out
    assert run("audit", "export", tmp_path / "log.jsonl.zst").code == 0
    assert run("audit", "verify", tmp_path / "log.jsonl.zst").code == 0
    assert "削除する記録はありません" in run("audit", "retention", "delete").out
    checked = run("doctor")
    assert "データベース（PostgreSQL 18" in checked.out
    assert "fsync が off です。停電で記録が失われます" in checked.out  # as the server of the tests is set
    assert checked.code == 1
    assert not (tmp_path / "data" / "ai-gov.db").exists()


def test_a_url_of_another_kind_is_refused_and_no_password_is_shown(tmp_path):
    run = Command(tmp_path / "data", AI_GOV_DATABASE_URL="mysql://gov:himitsu@db/gov")
    refused = run("audit", "verify")
    assert refused.code == 2
    assert "postgresql+psycopg://" in refused.err
    assert "himitsu" not in refused.err + refused.out


def test_a_server_that_does_not_answer_is_said_without_its_password(tmp_path):
    run = Command(tmp_path / "data", AI_GOV_DATABASE_URL="postgresql+psycopg://gov:himitsu@127.0.0.1:1/gov")
    refused = run("audit", "verify")
    assert refused.code == 6
    assert "接続できません" in refused.err
    assert "himitsu" not in refused.err + refused.out
