"""ai-gov demo: 実際のゲートウェイに依頼を送り、判定・伏せ字・回答・記録を見せる."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from importlib import resources
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from ai_gov import settings, wiring
from ai_gov.errors import FailClosed, VerificationFailed
from ai_gov.model import Action

if TYPE_CHECKING:
    from ai_gov.stores.store import DatabaseStore


def demo() -> None:
    """十数件の依頼を本物のゲートウェイへ送り、何が伏せられ、何が出て、どう記録されたかを1件ずつ見せます。"""
    base = settings.load({**os.environ, "AI_GOV_HOST": "127.0.0.1"})
    folder = base.data_dir / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    current = base.model_copy(update={"data_dir": folder, "upstreams": {}})
    secret = _key(current)
    console = Console()
    server, thread, port = _serve(current)
    with contextlib.closing(wiring.store(current)) as log:
        try:
            for row in _prompts():
                _show(console, log, row, *_send(port, secret, row))
        finally:
            server.should_exit = True
            thread.join()
        report = log.audit.verify()
    console.rule("監査ログの検証")
    console.print(Text(report.summary_ja()))
    if not report.ok:
        raise VerificationFailed(report.problems)
    where = "http://127.0.0.1:8000/ 、CAIO の画面は /audit"
    console.print(Text(f"記録は {folder} にあります。「make serve」でゲートウェイと画面（{where}）を動かせます。"))


def _prompts() -> list[dict[str, Any]]:
    text = resources.files("ai_gov").joinpath("demo", "prompts.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def _key(current: settings.Settings) -> str:
    """A town, a member of its staff and a key, made by the commands that make them everywhere."""
    _run(current, "user", "organisation", "demo", "実演町")
    _run(current, "user", "add", "1001", "--name", "実演 職員", "--department", "101", "--department-name", "市民課")
    return _run(current, "key", "issue", "1001").strip().splitlines()[-1]


def _run(current: settings.Settings, *arguments: str) -> str:
    command = [sys.executable, "-c", "from ai_gov.cli import main; main()", *arguments]
    done = subprocess.run(  # noqa: S603 - our own command line, with words of our own
        command,
        env={**os.environ, "AI_GOV_DATA_DIR": str(current.data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FailClosed(done.stderr)
    return done.stdout


def _send(port: int, secret: str, row: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What staff see: the answer or the refusal, and the ai_gov field."""
    import openai

    client = openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=secret, max_retries=0)
    asked = {key: value for key, value in row.items() if key not in ("id", "title", "department", "use")}
    headers = {"X-AI-Gov-Use": row["use"]}
    try:
        if not asked.get("stream"):
            answer = client.chat.completions.create(model="demo", extra_headers=headers, **asked)
            message = answer.choices[0].message
            calls = [call.function.arguments for call in message.tool_calls or [] if call.type == "function"]
            return "\n".join([message.content or "", *calls]), (answer.model_extra or {})["ai_gov"]
        shown = ""
        note: dict[str, Any] = {}
        for chunk in client.chat.completions.create(model="demo", extra_headers=headers, **asked):
            shown += "".join(choice.delta.content or "" for choice in chunk.choices)
            note = (chunk.model_extra or {}).get("ai_gov", note)
        return shown, note  # noqa: TRY300 - both ways of asking end in the same refusal
    except openai.APIStatusError as error:
        return error.response.json()["error"]["message"], error.response.json()["ai_gov"]


def _show(console: Console, store: DatabaseStore, row: dict[str, Any], shown: str, note: dict[str, Any]) -> None:
    entries = store.audit.of_exchange(note["record"])
    data = [entry.event.data for entry in entries if entry.event]
    sent = [text for item in data for _, text in item.get("sent", [])]
    console.rule(f"{row['id']}　{row['title']}（{row['department']}）")
    asked = row["messages"][-1]["content"]
    lines = [
        f"依頼　　　: {asked}",
        f"判定　　　: 自治体機密性{note.get('level', '')}　{Action(note['action']).ja if note.get('action') else ''}",
        *(f"理由　　　: {reason}" for reason in note.get("reasons", [])),
        "実際に出た文章: " + ("\n".join(sent) if sent else "なし（何も送っていません）"),
        f"職員に返った文: {shown}",
        f"表示　　　: {note.get('label', '－')}",
        f"監査記録　: {note['record']}（{len(entries)}件: {'・'.join(str(item.get('outcome')) for item in data)}）",
    ]
    console.print(Text("\n".join(lines)))


def _serve(current: settings.Settings) -> tuple[Any, threading.Thread, int]:
    import uvicorn

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    application = wiring.app(current)
    server = uvicorn.Server(uvicorn.Config(application, log_config=None, access_log=False))
    thread = threading.Thread(target=lambda: server.run(sockets=[listening]), daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        if time.monotonic() > deadline:
            raise FailClosed("ゲートウェイが起動しません。「ai-gov doctor」で確かめてください。")
        time.sleep(0.02)
    return server, thread, listening.getsockname()[1]
