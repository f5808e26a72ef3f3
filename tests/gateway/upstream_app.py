"""An OpenAI-compatible service on loopback that counts calls, keeps the bytes it gets, and fails as it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass
class Recorder:
    """What came in, and what is to happen next."""

    mode: str = "echo"
    calls: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    listings: int = 0
    gone: int = 0  # requests whose caller hung up
    url: str = ""
    cut: int = 5  # bytes a piece of a stream has
    answer: str = ""  # instead of the echo
    arguments: str = ""  # of a tool call

    def reset(self) -> None:
        self.mode, self.answer, self.arguments, self.cut = "echo", "", "", 5
        self.calls.clear()
        self.headers.clear()
        self.gone = 0

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(call) for call in self.calls]

    @property
    def text(self) -> str:
        """All that came in, escapes undone as often as there are any."""
        text = b"\n".join(self.calls).decode()
        for _ in range(3):
            text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
        return text


def _top(body: Any, kind: str) -> dict[str, Any]:
    return {"id": "chatcmpl-mock", "object": kind, "created": 1, "model": body["model"], "system_fingerprint": "fp"}


USAGE = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}


def _last(body: Any) -> str:
    content = body["messages"][-1].get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def create(recorder: Recorder) -> Starlette:
    async def chat(request: Request) -> Response:
        raw = await request.body()
        recorder.calls.append(raw)
        recorder.headers.append(dict(request.headers) | {"query": request.url.query})
        body = json.loads(raw)
        mode, _, detail = recorder.mode.partition(":")
        if mode == "status":
            headers = {"Retry-After": "7"} if detail == "429" else {}
            error = {
                "message": f"you said {raw.decode()}",
                "type": "bad_thing",
                "code": "some_code",
                "param": raw.decode(),
            }
            return JSONResponse({"error": error}, int(detail), headers=headers)
        if mode == "redirect":
            return Response(status_code=307, headers={"Location": recorder.url + "/elsewhere"})
        if mode == "hang":
            with contextlib.suppress(asyncio.CancelledError):
                for _ in range(600):
                    await asyncio.sleep(0.05)
                    if await request.is_disconnected():
                        break
            recorder.gone += 1
            return Response(status_code=500)
        if mode == "garbage":
            return Response("{これはJSONではない " + raw.decode(), media_type="application/json")
        if mode == "huge":
            return Response(b'{"choices":"' + b"x" * int(detail) + b'"}', media_type="application/json")
        if body.get("stream"):
            return StreamingResponse(_watched(recorder, body, mode), media_type="text/event-stream")
        message: dict[str, Any] = {"role": "assistant", "content": recorder.answer or _last(body)}
        if mode == "tool":
            call = {"id": "call_x", "type": "function", "function": {"name": "f", "arguments": recorder.arguments}}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        if mode == "custom":
            call = {"id": "call_x", "type": "custom", "custom": {"name": "g", "input": recorder.arguments}}
            message = {"role": "assistant", "content": None, "tool_calls": [call]}
        if mode == "function":
            called = {"name": "h", "arguments": recorder.arguments}
            message = {"role": "assistant", "content": None, "function_call": called}
        finish = {"tool": "tool_calls", "custom": "tool_calls", "function": "function_call"}.get(mode, "stop")
        choices = [
            {"index": index, "message": message, "finish_reason": finish, "logprobs": None}
            for index in range(body.get("n") or 1)
        ]
        return JSONResponse(_top(body, "chat.completion") | {"choices": choices, "usage": USAGE})

    async def models(_: Request) -> Response:
        recorder.listings += 1
        return JSONResponse({"object": "list", "data": [{"id": "mock-large"}, {"id": "悪い 名前"}, {"id": 3}]})

    async def elsewhere(request: Request) -> Response:
        recorder.calls.append(b"redirected " + await request.body())
        return JSONResponse({})

    return Starlette(
        routes=[
            Route("/v1/chat/completions", chat, methods=["POST"]),
            Route("/v1/openai/deployments/d/chat/completions", chat, methods=["POST"]),
            Route("/v1/models", models),
            Route("/v1/elsewhere", elsewhere, methods=["POST"]),
        ]
    )


async def _watched(recorder: Recorder, body: Any, mode: str) -> AsyncIterator[bytes]:
    ended = False
    try:
        async for piece in _stream(recorder, body, mode):
            yield piece
        ended = True
    except RuntimeError:
        ended = True
        raise
    finally:
        recorder.gone += not ended


async def _stream(recorder: Recorder, body: Any, mode: str) -> AsyncIterator[bytes]:
    top = _top(body, "chat.completion.chunk")

    def chunk(delta: Any, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return b"data: " + json.dumps(top | {"choices": [choice]}, ensure_ascii=False).encode() + b"\r\n\r\n"

    text = recorder.answer or _last(body)
    raw = b": hello\n\n" + chunk({"role": "assistant", "content": ""})
    if mode == "tool":
        call = {"index": 0, "id": "call_x", "type": "function", "function": {"name": "f", "arguments": ""}}
        raw += chunk({"tool_calls": [call]})
        pieces = [recorder.arguments[i : i + 2] for i in range(0, len(recorder.arguments), 2)]
        raw += b"".join(chunk({"tool_calls": [{"index": 0, "function": {"arguments": p}}]}) for p in pieces)
    elif mode in ("custom", "function"):
        for at in range(0, len(recorder.arguments), 2):
            piece = recorder.arguments[at : at + 2]
            if mode == "custom":
                call = {"index": 0, "custom": {"input": piece}}
                raw += chunk({"tool_calls": [call | ({} if at else {"id": "call_x", "type": "custom"})]})
            else:
                raw += chunk({"function_call": {"arguments": piece} | ({} if at else {"name": "h"})})
    elif mode == "badutf8":
        raw += b'data: {"choices":[{"index":0,"delta":{"content":"\xff\xfe"}}]}\n\n'
    elif mode == "event-error":
        raw += chunk({"content": "途中"})
        raw += (
            b'data: {"error": {"message": "' + json.dumps(body, ensure_ascii=True).encode().hex().encode() + b'"}}\n\n'
        )
    elif mode == "slow":
        yield raw
        for piece in text:
            yield chunk({"content": piece})
            await asyncio.sleep(0.05)
        raw = b""
    else:
        raw += b"".join(chunk({"content": text[i : i + 2]}) for i in range(0, len(text), 2))
    if mode not in ("cut", "drop", "badutf8", "event-error"):
        raw += chunk({}, "tool_calls" if mode == "tool" else "stop")
        if (body.get("stream_options") or {}).get("include_usage"):
            raw += b"data: " + json.dumps(top | {"choices": [], "usage": USAGE}).encode() + b"\n\n"
        raw += b"data: [DONE]\n\n"
    for at in range(0, len(raw), recorder.cut):
        yield raw[at : at + recorder.cut]
    if mode == "drop":
        raise RuntimeError("the service dies")


@contextlib.contextmanager
def running() -> Iterator[Recorder]:
    """The service in a thread of its own."""
    recorder = Recorder()
    config = uvicorn.Config(create(recorder), host="127.0.0.1", port=0, log_config=None, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        recorder.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/v1"
        yield recorder
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join()
