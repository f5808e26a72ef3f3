"""ai-gov audit alerts, as a timer runs it."""

import json

from ai_gov.model import Action
from ai_gov.stores.sqlite import open_store
from tests.cli.running import Command
from tests.notify.listeners import http_listener
from tests.stores.steps import decided


def test_alerts_are_raised_told_and_only_once(tmp_path):
    with http_listener() as heard:
        run = Command(tmp_path / "data", AI_GOV_ALERT_WEBHOOK_URL=heard.url)
        assert run("user", "organisation", "town", "見本町").code == 0
        store = open_store(run.data_dir)
        try:
            for _ in range(5):
                store.record_sync(decided(action=Action.BLOCK))
        finally:
            store.close()
        first = run("audit", "alerts", "--verify", "--json")
        assert first.code == 1
        assert [json.loads(line)["rule"] for line in first.out.splitlines()] == ["many-blocks"]
        assert json.loads(heard.bodies[0])["person"] == "1001"
        again = run("audit", "alerts")
        assert (again.code, again.out.strip()) == (0, "新しい警報はありません。")
        assert run("audit", "alerts", "--test").code == 0
        assert "試験" in json.loads(heard.bodies[-1])["text"]
        heard.statuses = [500]
        assert "webhook: 届きません" in run("audit", "alerts", "--test").err
    assert "AI_GOV_ALERT_SYSLOG" in Command(tmp_path / "data")("audit", "alerts", "--test").err
