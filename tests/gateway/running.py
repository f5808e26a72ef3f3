"""A gateway in a process of its own, over the recording upstream, with people and keys. Not a test."""

from __future__ import annotations

import contextlib
import os
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
import sqlalchemy as sa

from ai_gov import wiring
from ai_gov.people.keys import key_digest, new_key
from ai_gov.settings import Settings
from ai_gov.stores import tables
from ai_gov.stores.peoplestore import KEY_PURPOSE

TOWN = "132012"
ALWAYS = "2099-01-01T00:00:00+00:00"
LONG_AGO = "2020-01-01T00:00:00+00:00"
COMMAND = [sys.executable, "-m", "uvicorn", "--factory", "ai_gov.asgi:create", "--no-access-log"]
AI_GOV = [sys.executable, "-c", "from ai_gov.cli import main; main()"]
SERVE = [*AI_GOV, "serve"]


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


def register(data_dir: Path, people: dict[str, tuple[str, str, str]]) -> dict[str, str]:
    """Keys for people: name → (職員番号, role, end of the key)."""
    store = wiring.store(Settings(data_dir=data_dir))
    keys = {}
    with store.database.write() as connection:
        connection.execute(sa.insert(tables.organisations), {"id": TOWN, "name": "見本市"})
        for name, (person, role, end) in people.items():
            key = new_key()
            own = {"organisation": TOWN, "person": person}
            connection.execute(
                sa.insert(tables.persons),
                {"organisation": TOWN, "id": person, "department": "110", "name": "", "mail": ""},
            )
            connection.execute(
                sa.insert(tables.grants),
                {**own, "id": person, "role": role, "scope_organisation": TOWN, "scope_department": ""}
                | {"deputy_for": "", "by_roster": False},
            )
            connection.execute(
                sa.insert(tables.api_keys),
                {**own, "id": key.id, "digest": key_digest(key, store.keys.hmac_key(KEY_PURPOSE, ""))}
                | {"label": "", "default_use": "", "created_at": LONG_AGO, "expires_at": end},
            )
            keys[name] = key.text
    store.close()
    return keys


PEOPLE = {
    "taro": ("1001", "staff", ALWAYS),
    "hanako": ("1002", "staff", ALWAYS),
    "auditor": ("1003", "auditor", ALWAYS),
    "expired": ("1004", "staff", "2021-01-01T00:00:00+00:00"),
}


def environ(data_dir: Path, **more: str) -> dict[str, str]:
    """This process's environment with no setting of ours but those given."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("AI_GOV_")}
    return env | {"AI_GOV_DATA_DIR": str(data_dir), **more}


def ai_gov(data_dir: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run one command of ``ai-gov`` to its end."""
    command, env = [*AI_GOV, *arguments], environ(data_dir, **environment)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)


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
