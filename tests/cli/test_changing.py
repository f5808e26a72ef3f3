"""ai-gov audit changes: who changed what, with before and after."""

import json

import pytest
from pydantic import SecretStr

from ai_gov import wiring
from ai_gov.settings import Settings, UpstreamSettings
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command


@pytest.fixture
def run(tmp_path):
    command = Command(tmp_path / "data")
    assert command("user", "organisation", "town", "見本町").code == 0
    added = command(
        "user",
        "add",
        "9001",
        "--name",
        "架空 花子",
        "-d",
        "zei",
        "--department-name",
        "税務課",
        "--role",
        "CAIO",
        "--actor",
        "8001",
    )
    assert added.code == 0
    return command


def changes(run, *arguments):
    result = run("audit", "changes", "--json", *arguments)
    assert result.code == 0, result
    return [json.loads(line) for line in result.out.splitlines()]


def test_every_change_is_listed_newest_first_with_who_made_it(run):
    assert run("key", "issue", "9001", "--label", "端末A", "--actor", "8001").code == 0
    found = changes(run)
    assert [item["title"] for item in found][:2] == ["APIキーの発行", "職員の追加"]
    assert found[0]["actor"] == "8001"
    assert found[-1]["title"] == "規則・方針などの適用"
    assert len(found[-1]["after"]) == 64
    text = json.dumps(found, ensure_ascii=False)
    assert "架空" not in text
    shown = run("audit", "changes", "--limit", "1").out
    assert "APIキーの発行" in shown
    first = run("audit", "changes", "--limit", "2").err.split("--before ")[1].split()[0]
    assert [item["position"] for item in changes(run, "--before", first)][:1] == [found[2]["position"]]
    assert changes(run, "--kind", "key_issued")[0]["kind"] == "key_issued"


def test_rules_that_were_applied_show_what_is_different(run, tmp_path):
    folder = tmp_path / "own" / "redaction_rules"
    folder.mkdir(parents=True)
    policy = wiring.files(None)["redaction_rules/policy.yaml"]
    (folder / "policy.yaml").write_text(policy.replace("list_min_records: 10", "list_min_records: 7"), encoding="utf-8")
    store = open_store(run.data_dir)
    try:
        digest, files = wiring.in_force(store)
        from ai_gov.service.governance import digest as digest_of
        from ai_gov.service.ruleset import difference

        new = wiring.files(tmp_path / "own")
        store.config.apply(new, digest=digest_of(new), actor="8001", diff=difference(files, new))
    finally:
        store.close()
    (latest,) = changes(run, "--kind", "config_applied", "--limit", "1")
    assert (latest["before"], latest["after"]) == (digest, digest_of(new))
    assert "+list_min_records: 7" in latest["lines"]
    assert "    -list_min_records: 10" in run("audit", "changes", "--kind", "config_applied", "--diff").out.splitlines()
    assert "policy.yaml" in latest["summary"]


def test_a_server_that_starts_with_other_settings_says_so_without_its_secrets(run):
    store = open_store(run.data_dir)
    try:
        upstream = UpstreamSettings(base_url="https://ai.example/v1", api_key=SecretStr("sk-secret-1"))
        first = Settings(data_dir=run.data_dir, upstreams={"default": upstream})
        wiring.note_settings(store, first)
        store.sequence_now()
        wiring.note_settings(store, first)
        other = upstream.model_copy(update={"api_key": SecretStr("sk-secret-2")})
        wiring.note_settings(store, first.model_copy(update={"port": 9000, "upstreams": {"default": other}}))
    finally:
        store.close()
    latest, before = changes(run, "--kind", "settings_changed")
    assert latest["before"] == before["after"]
    assert "port: 8000 → 9000" in latest["lines"]
    assert [line.split(":")[0] for line in latest["lines"]] == ["port", "upstreams.default.api_key"]
    assert "sk-secret" not in json.dumps([latest, before])
    assert "https://ai.example/v1" in json.dumps(before)
