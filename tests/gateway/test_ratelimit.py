"""回数の上限: how often one may ask."""

from __future__ import annotations

import json

import pytest

from ai_gov import wiring
from ai_gov.errors import TooMany
from ai_gov.gateway.ratelimit import STRANGERS, RateLimit, source_of
from ai_gov.gateway.refusals import EACH
from ai_gov.model import Actor
from tests.cli.running import Command
from tests.gateway import running
from tests.service.world import TARO

BODY = {"model": "default", "messages": [{"role": "user", "content": "こんにちは"}]}


class Ticking:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_person_has_so_many_requests_a_minute_with_all_keys_together() -> None:
    clock = Ticking()
    rate = RateLimit(clock)
    for key in ("k1", "k2", "k3"):
        rate.person(Actor("1001", "132012", "110", key=key), 3)
    clock.now += 22.5
    with pytest.raises(TooMany) as caught:
        rate.person(TARO, 3)
    assert caught.value.retry_after == 38
    assert "38秒" in caught.value.message
    rate.person(Actor("1001", "999999", "110"), 3)  # another town's 1001
    rate.person(Actor("1002", "132012", "110"), 3)
    clock.now += 38
    rate.person(TARO, 3)


def test_without_a_limit_nothing_is_counted() -> None:
    rate = RateLimit(Ticking())
    for _ in range(1_000):
        rate.person(TARO, None)
    assert not rate._counts


@pytest.mark.parametrize(
    ("client", "source"),
    [(("::ffff:10.0.0.5", 1), "10.0.0.5"), (("fe80::1%eth0", 1), "fe80::/64"), (("testclient", 1), "")],
)
def test_a_machine_is_one_source(client, source) -> None:
    assert source_of(client) == source


@pytest.fixture
def limited(tmp_path, service):
    """A gateway whose policy allows one person four requests a minute."""
    keys = running.register(tmp_path, running.PEOPLE)
    folder = tmp_path / "config" / "redaction_rules"
    folder.mkdir(parents=True)
    policy = wiring.files(None)["redaction_rules/policy.yaml"]
    limits = "  max_prompt_chars: 200000"
    (folder / "policy.yaml").write_text(policy.replace(limits, f"{limits}\n  requests_per_minute: 4"), encoding="utf-8")
    run = Command(tmp_path)
    applied = run("rules", "apply", "--config", tmp_path / "config", "--yes")
    assert applied.code == 0, applied.err
    with running.started(tmp_path, service.url, keys) as made:
        yield made


def test_who_asks_too_often_is_told_when_to_come_back_and_it_is_recorded(limited, service) -> None:
    replies = [limited.post(BODY) for _ in range(6)]
    assert [reply.status_code for reply in replies] == [200] * 4 + [429] * 2
    refused = replies[-1]
    assert refused.json()["error"]["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "x-should-retry" not in refused.headers
    assert limited.outcomes(refused.json()["ai_gov"]["record"]) == ["refused"]
    assert limited.post(BODY, key="hanako").status_code == 200
    assert len(service.calls) == 5
    wrong = {"Authorization": "Bearer aigov_x"}
    codes = [limited.http.get(f"{limited.url}/models", headers=wrong).status_code for _ in range(STRANGERS + 20)]
    assert codes == [401] * STRANGERS + [429] * 20
    assert limited.post(BODY, key="auditor").status_code == 403  # a known key is let in all the same
    limited.process.terminate()
    limited.process.wait(15)
    rows = [row for row in limited.rows() if row["actor"] == "" and row["kind"].startswith("refused")]
    assert len(rows) == 2 * EACH + 2
    again = [json.loads(row["text"])["data"] for row in rows if row["kind"] == "refused_again"]
    assert {(data["code"], data["count"], data["address"]) for data in again} == {
        ("unauthenticated", STRANGERS - EACH, "127.0.0.1"),
        ("rate_limited", 20 - EACH, "127.0.0.1"),
    }
