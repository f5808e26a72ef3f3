"""The service over a real store, the real rules and reader, and an upstream that keeps what it gets. Not a test."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ai_gov.gateway.wire import read_chat
from ai_gov.model import Actor
from ai_gov.nlp.reader import SudachiReader
from ai_gov.rules.library import shipped
from ai_gov.service.ask import Ask
from ai_gov.service.governance import FixedConfig, build
from ai_gov.service.messages import AskRequest
from ai_gov.service.ports import Config, Governance, Outgoing, Reader, Receipt
from ai_gov.stores.memory import MemoryKeys, MemoryStore
from ai_gov.stores.sqlite import SqliteStore

TARO = Actor("1001", "132012", "110", key="k1")
PIECE = 2  # characters of a chunk: placeholders are cut on purpose
POLICY = "redaction_rules/policy.yaml"


@functools.cache
def governance(*changes: tuple[str, str]) -> Governance:
    """The shipped rules and policy, with words of policy.yaml replaced."""
    files = shipped("redaction_rules")
    policy = files[POLICY]
    for old, new in changes:
        assert old in policy
        policy = policy.replace(old, new, 1)
    return build({**files, POLICY: policy}, dt.date(2026, 11, 25))


@functools.cache
def reader() -> SudachiReader:
    return SudachiReader()


@dataclass
class Recording:
    """送信先: echoes the last message; ``refuses`` instead, or ``breaks`` after some chunks; ``meanwhile`` is called."""

    calls: list[bytes] = field(default_factory=list)
    refuses: BaseException | None = None
    breaks: BaseException | None = None
    meanwhile: Callable[[], None] = lambda: None
    waits: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: str = ""
    closed: int = 0  # streams that were let go of
    tampers: bool = False

    async def complete(self, request: Outgoing, receipt: Receipt) -> Any:
        text = await self._take(request, receipt)
        if self.breaks:
            raise self.breaks
        message = {"role": "assistant", "content": text}
        return self._top("chat.completion") | {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}

    async def stream(self, request: Outgoing, receipt: Receipt) -> AsyncIterator[Any]:
        text = await self._take(request, receipt)
        try:
            for at in range(0, len(text), PIECE):
                if self.breaks and at >= 4 * PIECE:
                    raise self.breaks
                await asyncio.sleep(0)
                yield self._chunk({"content": text[at : at + PIECE]})
            yield self._chunk({}, "stop")
        finally:
            self.closed += 1

    async def models(self) -> Sequence[str]:
        return ()

    async def aclose(self) -> None:
        pass

    async def _take(self, request: Outgoing, receipt: Receipt) -> str:
        body = request.body + (b" " if self.tampers else b"")
        receipt.spend(hashlib.sha256(body).digest())
        self.calls.append(request.body)
        self.asked.set()
        if self.waits:
            await self.waits.wait()
        self.meanwhile()
        if self.refuses:
            raise self.refuses
        return self.answer or json.loads(request.body)["messages"][-1]["content"]

    def _top(self, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-x", "object": kind, "created": 1, "model": "m"}

    def _chunk(self, delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
        return self._top("chat.completion.chunk") | {"choices": [choice]}

    @property
    def left(self) -> str:
        """All that left, as text."""
        return b"\n".join(self.calls).decode()


Store = MemoryStore | SqliteStore


@dataclass
class World:
    """The service with all that stands around it."""

    store: Store
    upstream: Recording
    ask: Ask

    def outcomes(self, record: str = "") -> list[str]:
        """Outcomes of the rows of a request, or of all, oldest first."""
        return [entry.columns["outcome"] for entry in self.rows(record)]

    def rows(self, record: str = "") -> list[Any]:
        return self.store.audit.of_exchange(record) if record else self.store.audit.entries(limit=10_000)[::-1]

    def texts(self) -> str:
        """Every row as JSON, columns and search codes included."""
        return "\n".join(
            json.dumps([dict(e.columns), e.event and dict(e.event.data)], ensure_ascii=False) for e in self.rows()
        )


def world(
    store: Store,
    *,
    upstream: Recording | None = None,
    read: Reader | None = None,
    config: Config | None = None,
    deadline: float = 10.0,
) -> World:
    upstream = upstream or Recording()
    keys = store.keys if isinstance(store, SqliteStore) else MemoryKeys()
    ask = Ask(
        config=config or FixedConfig(governance()),
        reader=read or reader(),
        store=store,
        upstreams={"default": upstream},
        clock=store.clock,
        keys=keys,
        inspection_deadline=deadline,
    )
    return World(store, upstream, ask)


def request(text: str | list[dict[str, Any]], *, stream: bool = False, actor: Actor = TARO, **more: Any) -> AskRequest:
    """A request as the gateway would read it; ``text`` is one message, or all."""
    messages = [{"role": "user", "content": text}] if isinstance(text, str) else text
    body = {"model": "default", "messages": messages, "stream": stream, **more}
    return read_chat(json.dumps(body).encode()).by(actor, client="test")


def said(chunks: Sequence[Any]) -> str:
    """The text of a stream."""
    return "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])


async def answered(made: World, asked: AskRequest) -> str:
    """The text of the answer, streamed or not."""
    if asked.stream:
        return said([chunk async for chunk in (await made.ask.ask_stream(asked)).chunks])
    return (await made.ask.ask(asked)).body["choices"][0]["message"]["content"]
