"""ai-gov audit siem and reindex."""

import json

from ai_gov.model import Action
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.stores.steps import decided, outcome


def test_a_siem_gets_every_entry_once_and_no_text_or_code(tmp_path):
    run = Command(tmp_path / "data")
    assert run("user", "organisation", "town", "見本町").code == 0
    store = open_store(run.data_dir)
    try:
        step = decided("x1", tokens=["code-1"], sent=[["messages[0]", "補正予算の要約"]])
        store.record_sync(step)
        store.record_sync(outcome(step))
        store.record_sync(decided("x2", action=Action.BLOCK))
    finally:
        store.close()
    result = run("audit", "siem")
    assert result.code == 0
    lines = [json.loads(line) for line in result.out.splitlines()]
    of = {line["ai_gov.exchange"]: line for line in lines if line["event.action"] == "decided"}
    assert of["x1"]["ai_gov.findings"] == ["PERSON"]
    assert (of["x1"]["event.outcome"], of["x2"]["event.outcome"]) == ("success", "failure")
    assert (of["x2"]["organization.id"], of["x2"]["user.id"], of["x2"]["user.group.id"]) == ("town", "1001", "zei")
    assert [line["event.sequence"] for line in lines] == list(range(len(lines)))
    for word in ("補正予算", "code-1"):
        assert word not in result.out
    following = [json.loads(line) for line in run("audit", "siem", "--after", len(lines) - 1).out.splitlines()]
    assert [(line["event.sequence"], line["event.action"]) for line in following] == [(len(lines), "log_read")]


def test_the_index_can_be_made_anew(tmp_path):
    run = Command(tmp_path / "data")
    assert run("user", "organisation", "town", "見本町").code == 0
    assert "件の索引を作り直しました" in run("audit", "reindex").out
    assert run("audit", "changes").code == 0
