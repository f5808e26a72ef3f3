"""The whole thing as a town hall runs it: commands, a server, official clients; then a search for what must not rest."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import httpx2
import openai
import pytest

from ai_gov.rules.library import shipped
from tests.commands import SERVE, ai_gov, environ
from tests.gateway import upstream_app
from tests.traces import traces, traces_below

STAFF = {"2001": "早乙女千尋", "2002": "西園寺静馬"}
ASKED = {
    "2001": ["綾小路蓮太郎", "090-6283-9147", "東京都架空市見本町四丁目5番6号", "昭和61年11月23日"],
    "2002": ["有栖川八重", "080-7519-2836", "埼玉県架空市見本台二丁目3番1号", "平成3年2月14日"],
}
NUMBER = "5820 3917 4625"
PASSWORD = "Vq8#tR3w7Zm5"
SEALED = [*(value for values in ASKED.values() for value in values), NUMBER, NUMBER.replace(" ", ""), PASSWORD]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "send_letter",
            "description": "手紙を送る",
            "parameters": {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]},
        },
    }
]


def letter(person: str) -> str:
    name, phone, address, birth = ASKED[person]
    return f"氏名：{name}\n電話番号：{phone}\n住所：{address}\n生年月日：{birth}\nこの方へのお礼状を書いてください。"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def serving(data: Path, logs: Path, upstream: str) -> Iterator[str]:
    """``ai-gov serve`` until it is stopped as an operator stops it; the URL for clients."""
    port = free_port()
    env = environ(data, AI_GOV_PORT=str(port), AI_GOV_UPSTREAM_BASE_URL=upstream, AI_GOV_UPSTREAM_API_KEY="sk-up")
    with (logs / "stdout").open("wb") as out, (logs / "stderr").open("wb") as err:
        process = subprocess.Popen(SERVE, env=env, stdout=out, stderr=err)
        try:
            until = time.monotonic() + 30
            while True:
                assert process.poll() is None, (logs / "stderr").read_text()
                assert time.monotonic() < until
                with contextlib.suppress(httpx2.HTTPError):
                    if httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200:
                        break
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) in (0, -signal.SIGINT, 130)


def town(data: Path) -> dict[str, str]:
    """A town, its staff and their keys, by the commands of the manual."""
    commands = [("user", "organisation", "012345", "架空市")]
    for number, name in STAFF.items():
        place = ("--department", "010", "--department-name", "市民課")
        commands.append(("user", "add", number, "--name", name, *place))
    for command in commands:
        done = ai_gov(data, *command)
        assert done.returncode == 0, done.stderr
    keys = {}
    for number in STAFF:
        done = ai_gov(data, "key", "issue", number)
        assert done.returncode == 0, done.stderr
        keys[number] = done.stdout.strip()
        assert re.fullmatch(r"aigov_\S+", keys[number])
    return keys


def plain(url: str, key: str, person: str) -> None:
    with openai.OpenAI(base_url=url, api_key=key) as client:
        asked = [{"role": "user", "content": letter(person)}]
        answer = client.chat.completions.create(model="default", messages=asked)
        assert answer.choices[0].message.content == letter(person)
        assert answer.model_extra["ai_gov"]["action"] == "redact"
        with client.chat.completions.create(model="default", messages=asked, stream=True) as stream:
            pieces = [choice.delta.content or "" for chunk in stream for choice in chunk.choices]
        assert "".join(pieces) == letter(person)
        assert len(pieces) > 5
        for text in (f"個人番号は {NUMBER} です。", f"個人番号：{NUMBER.replace(' ', '')}"):
            with pytest.raises(openai.PermissionDeniedError):
                client.chat.completions.create(model="default", messages=[{"role": "user", "content": text}])
        secret = f"パスワード：{PASSWORD}\n接続できない原因を教えてください。"
        with contextlib.suppress(openai.PermissionDeniedError):
            client.chat.completions.create(model="default", messages=[{"role": "user", "content": secret}])
        with pytest.raises(openai.BadRequestError):
            client.chat.completions.create(model="default", messages=asked, temperature=9)
        with pytest.raises(openai.AuthenticationError):
            client.with_options(api_key=key[:-1] + "!").chat.completions.create(model="default", messages=asked)


def tools(url: str, key: str, person: str) -> None:
    """A call comes back with the true name, and goes back with it; the demonstration model takes part."""
    with openai.OpenAI(base_url=url, api_key=key) as client:
        messages: list = [{"role": "user", "content": letter(person)}]
        said = client.chat.completions.create(model="demo", messages=messages, tools=TOOLS).choices[0].message
        assert json.loads(said.tool_calls[0].function.arguments) == {"to": ASKED[person][0]}
        messages += [said, {"role": "tool", "tool_call_id": said.tool_calls[0].id, "content": letter(person)}]
        answer = client.chat.completions.create(model="demo", messages=messages, tools=TOOLS)
        assert ASKED[person][0] in answer.choices[0].message.content
        stream = client.chat.completions.create(model="demo", messages=messages[:1], tools=TOOLS, stream=True)
        calls = [call for chunk in stream for choice in chunk.choices for call in choice.delta.tool_calls or []]
        assert json.loads("".join(call.function.arguments or "" for call in calls)) == {"to": ASKED[person][0]}


async def together(url: str, keys: dict[str, str]) -> None:
    """Two people at once, each with half of the requests streamed."""

    async def one(client: openai.AsyncOpenAI, person: str, turn: int) -> None:
        asked = [{"role": "user", "content": letter(person)}]
        if turn % 2:
            stream = await client.chat.completions.create(model="default", messages=asked, stream=True)
            text = "".join([choice.delta.content or "" async for chunk in stream for choice in chunk.choices])
        else:
            text = (await client.chat.completions.create(model="default", messages=asked)).choices[0].message.content
        assert text == letter(person)

    async with contextlib.AsyncExitStack() as stack:
        clients = {
            person: await stack.enter_async_context(openai.AsyncOpenAI(base_url=url, api_key=key))
            for person, key in keys.items()
        }
        await asyncio.gather(*(one(clients[person], person, turn) for turn in range(6) for person in keys))


def test_a_town_hall_works_with_it_and_nothing_confidential_rests_anywhere(tmp_path):
    data, logs = tmp_path / "data", tmp_path / "logs"
    logs.mkdir()
    keys = town(data)
    with upstream_app.running() as service, serving(data, logs, service.url) as url:
        for person, key in keys.items():
            plain(url, key, person)
            tools(url, key, person)
        asyncio.run(together(url, keys))
        assert traces_below(data, SEALED) == [], "while the server runs, with its write-ahead log"
        sent = service.text
    assert len(service.calls) >= 16
    assert traces(sent.encode(), SEALED) == []
    verified = ai_gov(data, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    exported = ai_gov(data, "audit", "export", str(tmp_path / "log.jsonl"))  # searched with the rest below
    assert exported.returncode == 0, exported.stderr
    assert "〔氏名1〕" in (tmp_path / "log.jsonl").read_text("utf-8")
    assert traces_below(tmp_path, SEALED) == []
    stored = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert "〔氏名1〕".encode() in stored, "the search looks where the prompts are kept"
    assert not any(key.encode() in stored for key in keys.values())


def test_the_demonstration_leaves_nothing_confidential_behind(tmp_path):
    """What it prints is for its own user; what it keeps is searched for every name and number of its prompts."""
    done = ai_gov(tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    assert "検証" in done.stdout
    lines = files("ai_gov").joinpath("demo/prompts.jsonl").read_text("utf-8").splitlines()
    prompts = [json.loads(line) for line in lines if line.strip()]
    assert done.stdout.count("監査記録　:") == len(prompts) >= 12
    hidden = hidden_values(prompts)
    assert len(hidden) > 20
    assert traces_below(tmp_path, hidden) == []
    assert traces(done.stderr.encode(), hidden) == []


def in_the_rules(value: str) -> bool:
    """Whether a value stands in the shipped rules, which are kept in the database as they are."""
    return any(value in text for text in shipped("redaction_rules").values())


def test_no_value_of_these_tests_stands_in_the_rules():
    assert not [value for value in SEALED if in_the_rules(value)]


def hidden_values(prompts: list[dict]) -> list[str]:
    """What the shipped rules hide in the demonstration's prompts, of four characters and more."""
    import ai_gov as library

    inspector = library.inspector()
    found: set[str] = set()
    for prompt in prompts:
        text = "\n\n".join(message.get("content") or "" for message in prompt["messages"])
        seen = inspector.inspect(text)
        found |= {text[entity.start : entity.end] for entity in seen.entities if entity.type != "PLACEHOLDER"}
    return sorted(value for value in found if len(value) >= 4 and not in_the_rules(value))


def test_the_environment_of_these_tests_holds_no_setting():
    assert not [name for name in environ(Path("x")) if name.startswith("AI_GOV_") and name != "AI_GOV_DATA_DIR"]
    assert os.environ.get("LANGSMITH_TRACING", "") == ""
