"""体験用の依頼: each is one the gateway takes, and each is decided as its title says."""

import json
from importlib.resources import files

import pytest

from ai_gov import wiring
from ai_gov.datafile import parse
from ai_gov.gateway.wire import read_chat
from ai_gov.model import Action
from ai_gov.policy.schema import Policy
from ai_gov.rules.library import shipped

LINES = files("ai_gov").joinpath("demo/prompts.jsonl").read_text(encoding="utf-8").split("\n")
PROMPTS = [json.loads(line) for line in LINES if line]
BODY = ("messages", "tools", "stream")
EXPECTED = {"D04": Action.BLOCK, "D05": Action.BLOCK, "D06": Action.BLOCK, "D07": Action.ALLOW, "D12": Action.ALLOW}
NAMES = {
    "D01": ["早坂", "はやさか"],
    "D02": ["笠置", "鷺沼"],
    "D03": ["曽根崎", "ゆり子"],
    "D08": ["砥上"],
    "D09": ["和久井", "国枝", "ワクイ", "オーウェン"],
    "D10": ["鵜殿"],
    "D11": ["Kx7!mQ2v9Lp", "10.60.14.27"],
    "D13": ["PHAM", "ファム", "RT20918347KE", "bao.pham"],
}


@pytest.fixture(scope="module")
def inspector():
    return wiring.inspector(None)


def text_of(prompt):
    return "\n\n".join(message.get("content") or "" for message in prompt["messages"])


def test_there_are_a_dozen_with_ids_titles_and_departments():
    assert len(PROMPTS) >= 12
    assert len({prompt["id"] for prompt in PROMPTS}) == len(PROMPTS)
    assert all(prompt["title"] and prompt["department"] for prompt in PROMPTS)


def test_they_show_a_stream_a_long_talk_a_tool_and_a_placeholder_of_the_user():
    assert any(prompt.get("stream") for prompt in PROMPTS)
    assert any(sum(m["role"] == "user" for m in prompt["messages"]) > 1 for prompt in PROMPTS)
    assert any(prompt.get("tools") and any(m.get("tool_calls") for m in prompt["messages"]) for prompt in PROMPTS)
    assert any("〔氏名1〕" in text_of(prompt) for prompt in PROMPTS)


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt["id"])
def test_the_gateway_takes_each(prompt):
    body = {"model": "default", **{key: prompt[key] for key in BODY if key in prompt}}
    read_chat(json.dumps(body, ensure_ascii=False).encode())


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt["id"])
def test_each_is_decided_as_it_should_be(prompt, inspector):
    seen = inspector.inspect(text_of(prompt))
    assert seen.action is EXPECTED.get(prompt["id"], Action.REDACT)
    assert not [name for name in NAMES.get(prompt["id"], ()) if name in seen.redacted]


def test_each_use_is_one_of_the_shipped_policy():
    known = {
        use.id for use in parse(shipped("redaction_rules")["redaction_rules/policy.yaml"], Policy, "policy.yaml").uses
    }
    assert {prompt["use"] for prompt in PROMPTS} <= known
