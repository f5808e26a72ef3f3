"""kill -9 under load: whatever reached the service has its row, and the next start closes what was open."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.commands import SERVE, ai_gov
from tests.gateway import running

PARALLEL = 12
SERVICE = """
import os, signal, sys
from pathlib import Path
from tests.gateway import upstream_app

class Written(list):
    def append(self, raw):
        super().append(raw)
        with open(sys.argv[1], "ab", buffering=0) as file:  # what came in, before anything is said to it
            file.write(raw + b"\\n")
        pid, _, at = Path(sys.argv[2]).read_text().partition(" ")
        if at and len(self) >= int(at):
            Path(sys.argv[2]).write_text("")
            os.kill(int(pid), signal.SIGKILL)  # at once: the row must be there already

with upstream_app.running() as recorder:
    recorder.calls, recorder.mode, recorder.answer = Written(), "slow", "こんにちは。" * 2
    print(recorder.url, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def service(written: Path, kill: Path) -> Iterator[str]:
    """The service in a process of its own; its URL.

    It writes down each request as it arrives, and kills the process of ``kill`` at the request of that number.
    """
    written.touch()
    kill.touch()
    process = subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(written), str(kill)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdin
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def load(gateway: running.Gateway, stop: threading.Event, turn: int, who: int) -> list[str]:
    """Ask again and again until the server is gone; the records of the answers that came whole."""
    whole = []
    with httpx2.Client(trust_env=False, timeout=10) as client:
        for number in range(10_000):
            if stop.is_set():
                break
            stream = bool((who + number) % 2)
            text = f"依頼{turn}-{who}-{number}。氏名：綾小路蓮太郎"
            body = {"model": "default", "messages": [{"role": "user", "content": text}], "stream": stream}
            headers = {"Authorization": f"Bearer {gateway.keys['taro']}"}
            try:
                reply = client.post(f"{gateway.url}/chat/completions", json=body, headers=headers)
            except httpx2.HTTPError:
                break
            if reply.status_code == 200 and (not stream or reply.text.rstrip().endswith("[DONE]")):
                whole.append(reply.headers["x-ai-gov-record"])
    return whole


def numbers(texts: str) -> list[str]:
    return re.findall(r"依頼(\d+-\d+-\d+)。", texts)


@pytest.mark.parametrize("rounds", [3])
def test_every_request_that_reached_the_service_has_its_row(tmp_path, rounds):
    data, written, kill = tmp_path / "data", tmp_path / "requests", tmp_path / "kill"
    keys = running.register(data, running.PEOPLE)
    answered: set[str] = set()
    with service(written, kill) as url:
        for turn in range(rounds):
            with (
                running.started(data, url, keys, command=SERVE) as gateway,
                ThreadPoolExecutor(PARALLEL) as pool,
            ):
                stop = threading.Event()
                futures = [pool.submit(load, gateway, stop, turn, who) for who in range(PARALLEL)]
                arrived = len(numbers(written.read_text()))
                kill.write_text(f"{gateway.process.pid} {arrived + PARALLEL + 7 * turn}")
                assert gateway.process.wait(20) == -signal.SIGKILL
                stop.set()
                for future in futures:
                    answered.update(future.result())
        sent = numbers(written.read_text())
        with running.started(data, url, keys, command=SERVE) as gateway:
            rows = gateway.rows()
            asked = {"model": "default", "messages": [{"role": "user", "content": "点検"}]}
            assert gateway.post(asked).status_code == 200, "it goes on as before"
    assert len(sent) >= PARALLEL * rounds
    decided = {row["exchange"]: json.loads(row["text"])["data"] for row in rows if row["kind"] == "decided"}
    recorded = [number for data in decided.values() for number in numbers(json.dumps(data, ensure_ascii=False))]
    assert len(recorded) == len(set(recorded))
    assert set(sent) <= set(recorded), "something left without a row"
    assert len(sent) == len(set(sent)), "one receipt, one attempt"
    outcomes = {exchange: [r["outcome"] for r in rows if r["exchange"] == exchange] for exchange in decided}
    assert {len(of_one) for of_one in outcomes.values()} == {2}, "each is closed, once"
    ends = [of_one[1] for of_one in outcomes.values()]
    assert set(ends) <= {"answered", "interrupted", "client_gone"}
    assert ends.count("interrupted") >= rounds, "the server was in the middle of something each time"
    assert answered
    assert {outcomes[record][1] for record in answered} == {"answered"}, "nobody was answered before it was durable"
    done = ai_gov(data, "audit", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
