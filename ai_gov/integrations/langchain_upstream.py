"""LangChainの送信先: any chat model of LangChain as an ``Upstream``; it only ever sees the bytes that may leave."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.runnables import Runnable, RunnableConfig

from ai_gov.errors import AiGovError, UpstreamError
from ai_gov.model import Json
from ai_gov.service.ports import Outgoing, Receipt

_OURS: Final = ("model", "messages", "tools", "tool_choice", "parallel_tool_calls")
_NOT_SENT: Final = ("stream", "stream_options", "store", "user", "safety_identifier", "n")
_ENDS: Final = {"stop", "length", "tool_calls", "content_filter"}


class LangChainUpstream:
    """LangChainの送信先.

    The wrapped model does not inherit the callbacks of the caller's chain: those see the governed model. Callbacks
    of the wrapped model itself are kept; they see what leaves. ``model`` of the request is not passed on: the
    wrapped model knows its own.
    """

    def __init__(self, model: BaseChatModel) -> None:
        self._model = model

    async def complete(self, request: Outgoing, receipt: Receipt) -> Json:
        """One whole chat completion. Raises UpstreamError."""
        receipt.spend(hashlib.sha256(request.body).digest())
        runnable, messages, options = self._call(json.loads(request.body))
        try:
            said = await runnable.ainvoke(messages, _alone(), **options)
        except Exception as error:
            raise _failed(error) from error
        message: dict[str, Json] = {"role": "assistant", "content": said.text or None}
        calls = _calls(said)
        if calls:
            message["tool_calls"] = calls
        body = _top(request, "chat.completion")
        body["choices"] = [{"index": 0, "message": message, "finish_reason": _end(said, called=bool(calls))}]
        if said.usage_metadata:
            body["usage"] = _usage(said.usage_metadata)
        return body

    async def stream(self, request: Outgoing, receipt: Receipt) -> AsyncIterator[Json]:
        """The chunks of a streamed chat completion. Raises UpstreamError."""
        receipt.spend(hashlib.sha256(request.body).digest())
        runnable, messages, options = self._call(json.loads(request.body))
        top = _top(request, "chat.completion.chunk")
        whole: AIMessageChunk | None = None
        try:
            async for piece in runnable.astream(messages, _alone(), **options):
                part = _chunk(piece)
                whole = part if whole is None else whole + part
                delta = _delta(part)
                if delta:
                    yield {**top, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        except Exception as error:
            raise _failed(error) from error
        said = whole or AIMessageChunk(content="")
        end = _end(said, called=bool(said.tool_call_chunks))
        yield {**top, "choices": [{"index": 0, "delta": {}, "finish_reason": end}]}
        if said.usage_metadata:
            yield {**top, "choices": [], "usage": _usage(said.usage_metadata)}

    async def models(self) -> Sequence[str]:
        """It does not say."""
        return ()

    async def aclose(self) -> None:
        """The wrapped model belongs to the caller."""

    def _call(self, body: dict[str, Json]) -> tuple[Runnable[Any, AIMessage], list[BaseMessage], dict[str, Any]]:
        runnable: Runnable[Any, AIMessage] = self._model
        if body.get("tools"):
            how: dict[str, Any] = {}
            if "tool_choice" in body:
                how["tool_choice"] = _choice(body["tool_choice"])
            if "parallel_tool_calls" in body:
                how["parallel_tool_calls"] = body["parallel_tool_calls"]
            runnable = self._model.bind_tools(body["tools"], **how)
        options = {key: value for key, value in body.items() if key not in _OURS and key not in _NOT_SENT}
        return runnable, convert_to_messages(body["messages"]), options


def _alone() -> RunnableConfig:
    """Given and empty, these keep what surrounds the governed model from being inherited."""
    return {"callbacks": [], "tags": [], "metadata": {}}


def _choice(choice: Json) -> Any:
    """A tool_choice in the words of LangChain's ``bind_tools``."""
    if isinstance(choice, dict) and isinstance(choice.get("function"), dict):
        return choice["function"]["name"]
    return "any" if choice == "required" else choice


def _failed(error: Exception) -> AiGovError:
    if isinstance(error, AiGovError):
        return error
    name = type(error).__name__
    return UpstreamError(f"生成AIのモデルがエラーを返しました（{name}）。続く場合は情報担当に連絡してください。")


def _top(request: Outgoing, kind: str) -> dict[str, Json]:
    return {"id": f"chatcmpl-{request.exchange_id}", "object": kind, "created": 0}


def _calls(said: AIMessage) -> list[Json]:
    valid = [(call["id"], call["name"], json.dumps(call["args"], ensure_ascii=False)) for call in said.tool_calls]
    broken = [(call["id"], call["name"], call["args"] or "") for call in said.invalid_tool_calls]
    return [
        {"id": given or f"call{at:05}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for at, (given, name, arguments) in enumerate(valid + broken, 1)
    ]


def _end(said: AIMessage, *, called: bool) -> str:
    if called:
        return "tool_calls"
    reason = said.response_metadata.get("finish_reason")
    return reason if reason in _ENDS else "stop"


def _usage(usage: UsageMetadata) -> dict[str, Json]:
    return {
        "prompt_tokens": usage["input_tokens"],
        "completion_tokens": usage["output_tokens"],
        "total_tokens": usage["total_tokens"],
    }


def _chunk(piece: BaseMessage) -> AIMessageChunk:
    """A piece as a chunk: models that can't stream give their whole message."""
    if isinstance(piece, AIMessageChunk):
        return piece
    assert isinstance(piece, AIMessage)
    pieces = [
        {"name": c["name"], "args": json.dumps(c["args"], ensure_ascii=False), "id": c["id"], "index": at}
        for at, c in enumerate(piece.tool_calls)
    ]
    return AIMessageChunk(
        content=piece.text,
        tool_call_chunks=pieces,  # type: ignore[arg-type]
        usage_metadata=piece.usage_metadata,
        response_metadata=piece.response_metadata,
    )


def _delta(part: AIMessageChunk) -> dict[str, Json]:
    delta: dict[str, Json] = {}
    if part.text:
        delta["content"] = part.text
    calls: list[Json] = []
    for at, call in enumerate(part.tool_call_chunks):
        index = call.get("index")
        function: dict[str, Json] = {"arguments": call.get("args") or ""}
        entry: dict[str, Json] = {"index": index if isinstance(index, int) else at, "function": function}
        if call.get("name"):
            function["name"] = call["name"]
            entry |= {"id": call.get("id") or f"call{at + 1:05}", "type": "function"}
        calls.append(entry)
    if calls:
        delta["tool_calls"] = calls
    return delta
