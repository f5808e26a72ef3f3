"""A gateway in a process of its own, over the recording upstream, with people and keys. Not a test."""

from __future__ import annotations

import contextlib
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from ai_gov import wiring
from ai_gov.people.model import Role
from ai_gov.settings import Settings
from tests.commands import environ
from tests.registering import key_for

COMMAND = [sys.executable, "-m", "uvicorn", "--factory", "ai_gov.asgi:create", "--no-access-log"]


@dataclass
class Gateway:
    """What tests know of it."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]
    keys: dict[str, str] = field(repr=False, default_factory=dict)
    http: httpx2.Client = field(repr=False, default_factory=lambda: httpx2.Client(timeout=30, trust_env=False))

    @property
    def root(self) -> str:
        return self.url.removesuffix("/v1")

    def post(self, body: Any, *, key: str = "taro", **headers: str) -> httpx2.Response:
        content = body if isinstance(body, bytes) else None
        named = {"Authorization": f"Bearer {self.keys[key]}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.http.post(
            f"{self.url}/chat/completions", content=content, json=None if content is not None else body, headers=named
        )

    def rows(self, record: str = "") -> list[dict[str, str]]:
        """Rows of the log, oldest first, of one exchange or of all."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=5)) as connection:
            connection.row_factory = sqlite3.Row
            where, values = ("where exchange = ?", (record,)) if record else ("", ())
            return [dict(row) for row in connection.execute(f"select * from entries {where} order by position", values)]

    def outcomes(self, record: str) -> list[str]:
        return [row["outcome"] for row in self.rows(record)]

    def wait_for(self, record: str, outcome: str, seconds: float = 5) -> None:
        until = time.monotonic() + seconds
        while self.outcomes(record)[-1:] != [outcome]:
            assert time.monotonic() < until, self.outcomes(record)
            time.sleep(0.02)

    @property
    def database(self) -> Path:
        return (
            next(self.data_dir.glob("*.db"))
            if list(self.data_dir.glob("*.db"))
            else next(self.data_dir.glob("*.sqlite*"))
        )

    def output(self) -> bytes:
        return b"".join((self.data_dir / name).read_bytes() for name in ("stdout", "stderr"))

    def stored(self) -> bytes:
        """Every byte under the data directory, with what the server wrote to its output."""
        return b"".join(path.read_bytes() for path in sorted(self.data_dir.rglob("*")) if path.is_file())


def register(data_dir: Path, people: dict[str, tuple[str, Role, int]]) -> dict[str, str]:
    """Keys for people: name → (職員番号, role, days for which the key is valid)."""
    store = wiring.store(Settings(data_dir=data_dir))
    try:
        return {name: key_for(store, person, role, days=days) for name, (person, role, days) in people.items()}
    finally:
        store.close()


PEOPLE = {
    "taro": ("1001", Role.STAFF, 365),
    "hanako": ("1002", Role.STAFF, 365),
    "auditor": ("1003", Role.AUDITOR, 365),
    "expired": ("1004", Role.STAFF, -1),
}


@contextlib.contextmanager
def running(
    data_dir: Path, upstream_url: str, *, command: Sequence[str] = COMMAND, **environment: str
) -> Iterator[Gateway]:
    """Start it, wait until it is ready, and stop it again."""
    keys = register(data_dir, PEOPLE)
    with started(data_dir, upstream_url, keys, command=command, **environment) as gateway:
        yield gateway


@contextlib.contextmanager
def started(
    data_dir: Path, upstream_url: str, keys: dict[str, str], *, command: Sequence[str] = COMMAND, **environment: str
) -> Iterator[Gateway]:
    """The same over a data directory that exists already."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = environ(data_dir) | {
        "AI_GOV_PORT": str(port),
        "AI_GOV_UPSTREAM_BASE_URL": upstream_url,
        "AI_GOV_UPSTREAM_API_KEY": "sk-upstream",
        "AI_GOV_UPSTREAM_SECONDS": "2",
        **environment,
    }
    if not env["AI_GOV_UPSTREAM_BASE_URL"]:
        env = {name: value for name, value in env.items() if not name.startswith("AI_GOV_UPSTREAM_")}
    with (data_dir / "stdout").open("ab") as out, (data_dir / "stderr").open("ab") as err:
        process = subprocess.Popen([*command, "--port", str(port)], env=env, stdout=out, stderr=err)
        gateway = Gateway(f"http://127.0.0.1:{port}/v1", data_dir, process, keys)
        try:
            _wait(gateway)
            yield gateway
        finally:
            gateway.http.close()
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(gateway: Gateway) -> None:
    until = time.monotonic() + 30
    while True:
        assert gateway.process.poll() is None, gateway.output().decode()
        assert time.monotonic() < until, gateway.output().decode()
        with contextlib.suppress(httpx2.HTTPError):
            if httpx2.get(f"{gateway.root}/healthz", trust_env=False).status_code == 200:
                return
        time.sleep(0.05)
