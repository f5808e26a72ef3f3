"""体験用モデル: answers without a network, and says so in each answer.

It writes a small letter out of what reached it, placeholders included, so that one sees them come back as names.
It fills a form where JSON is asked for, and calls a tool where tools are given.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final

from ai_gov.model import Json
from ai_gov.service.ports import Outgoing, Receipt

NOTICE: Final = "これは実演用の応答です。生成AIは使わず、受け取った文から決まった手順で作っています。"
PIECE: Final = 3  # code points a chunk: placeholders are cut on purpose
_PLACEHOLDER: Final = re.compile(r"〔[^〔〕\n]{1,20}〕")
_SENTENCE_END: Final = re.compile(r"(?<=[。！？\n])")
_EXCERPT: Final = 120  # code points of what was asked that are repeated
_DEPTH: Final = 8


class DemoUpstream:
    """体験用の送信先. The same request always gets the same answer."""

    async def complete(self, request: Outgoing, receipt: Receipt) -> Json:
        """One whole chat completion."""
        body = _received(request, receipt)
        choices = [
            {"index": index, "message": message, "finish_reason": _finish(message)}
            for index, message in enumerate(_messages(body))
        ]
        texts = [json.dumps(choice["message"], ensure_ascii=False) for choice in choices]
        return {**_top(request, "chat.completion"), "choices": choices, "usage": _usage(request.body, texts)}

    async def stream(self, request: Outgoing, receipt: Receipt) -> AsyncIterator[Json]:
        """The same in small chunks; the last one holds the usage."""
        body = _received(request, receipt)
        top = _top(request, "chat.completion.chunk")
        messages = _messages(body)
        for index, message in enumerate(messages):
            for delta in _deltas(message):
                yield {**top, "choices": [{"index": index, "delta": delta, "finish_reason": None}]}
            yield {**top, "choices": [{"index": index, "delta": {}, "finish_reason": _finish(message)}]}
        texts = [json.dumps(message, ensure_ascii=False) for message in messages]
        yield {**top, "choices": [], "usage": _usage(request.body, texts)}

    async def models(self) -> Sequence[str]:
        """Just itself."""
        return ("demo",)

    async def aclose(self) -> None:
        """Nothing to close."""


def _received(request: Outgoing, receipt: Receipt) -> dict[str, Json]:
    receipt.spend(hashlib.sha256(request.body).digest())
    body: dict[str, Json] = json.loads(request.body)
    return body


def _top(request: Outgoing, kind: str) -> dict[str, Json]:
    digest = hashlib.sha256(request.exchange_id.encode()).hexdigest()[:24]
    return {"id": f"chatcmpl-{digest}", "object": kind, "created": 0, "model": "demo"}


def _messages(body: dict[str, Json]) -> list[dict[str, Json]]:
    """The answers: as many as were asked for."""
    call = _tool_call(body)
    if call is not None:
        answer: dict[str, Json] = {"role": "assistant", "content": None, "tool_calls": [call]}
    else:
        answer = {"role": "assistant", "content": _form(body) or _letter(body)}
    return [answer] * int(body.get("n") or 1)


def _finish(message: dict[str, Json]) -> str:
    return "tool_calls" if message.get("tool_calls") else "stop"


def _deltas(message: dict[str, Json]) -> Iterable[dict[str, Json]]:
    yield {"role": "assistant", "content": "" if message["content"] is not None else None}
    for piece in _pieces(message["content"] or ""):
        yield {"content": piece}
    for index, call in enumerate(message.get("tool_calls", ())):
        arguments = call["function"]["arguments"]
        yield {"tool_calls": [{**call, "index": index, "function": {**call["function"], "arguments": ""}}]}
        for piece in _pieces(arguments):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _pieces(text: str) -> Iterable[str]:
    return (text[at : at + PIECE] for at in range(0, len(text), PIECE))


def _usage(sent: bytes, answers: Iterable[str]) -> dict[str, Json]:
    """Characters for tokens: this model has no others."""
    asked, answered = len(sent.decode()), sum(map(len, answers))
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def _text(message: dict[str, Json]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text") or part.get("refusal") or "" for part in content)
    return content or ""


def _last(body: dict[str, Json], *roles: str) -> str:
    """The last text that one of these roles wrote."""
    texts = [_text(message) for message in body["messages"] if message["role"] in roles]
    return texts[-1] if texts else ""


def _placeholders(body: dict[str, Json]) -> list[str]:
    """The placeholders of the last question, else of the whole conversation, in order of appearance."""
    found = _PLACEHOLDER.findall(_last(body, "user"))
    if not found:
        found = list(itertools.chain.from_iterable(_PLACEHOLDER.findall(_text(m)) for m in body["messages"]))
    return list(dict.fromkeys(found))


def _letter(body: dict[str, Json]) -> str:
    """A draft of a letter to the first person of the question, with the gist of what was asked."""
    asked = _last(body, "user").strip()
    names = _placeholders(body)
    person = next((name for name in names if name.startswith("〔氏名")), None)
    lines = [NOTICE, ""]
    lines += [f"{person} 様", ""] if person else []
    lines += ["次のご依頼を受け取りました。", f"「{_excerpt(asked)}」" if asked else "（本文なし）"]
    result = _last(body, "tool", "function").strip() if body["messages"][-1]["role"] in ("tool", "function") else ""
    lines += ["", "道具から返された結果は次のとおりです。", f"「{_excerpt(result)}」"] if result else []
    if names:
        lines += ["", "置き換えられて届いた箇所: " + "、".join(names)]
    return "\n".join(lines)


def _excerpt(text: str) -> str:
    """The first sentences, never cut inside a placeholder."""
    taken = ""
    for sentence in _SENTENCE_END.split(text):
        if taken and len(taken) + len(sentence) > _EXCERPT:
            break
        taken += sentence
    if len(taken) <= _EXCERPT:
        return taken.strip()
    cut = _EXCERPT
    for found in _PLACEHOLDER.finditer(taken):
        if found.start() < cut < found.end():
            cut = found.end()
    return taken[:cut].strip() + "…"


def _form(body: dict[str, Json]) -> str:
    """JSON where JSON is asked for, filled from the question; empty otherwise."""
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_schema":
        return json.dumps(_filled(wanted["json_schema"].get("schema") or {}, _words(body)), ensure_ascii=False)
    if wanted.get("type") == "json_object":
        asked = _excerpt(_last(body, "user"))
        return json.dumps({"注記": NOTICE, "依頼": asked, "置換箇所": _placeholders(body)}, ensure_ascii=False)
    return ""


def _tool_call(body: dict[str, Json]) -> dict[str, Json] | None:
    """A call of the tool that is asked for, or of the first; none where a tool has just answered."""
    tools = [tool["function"] for tool in body.get("tools") or [] if tool.get("type") == "function"]
    choice = body.get("tool_choice", "auto")
    if not tools or choice == "none" or body["messages"][-1]["role"] in ("tool", "function"):
        return None
    name = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    function = next((tool for tool in tools if tool["name"] == name), tools[0])
    arguments = _filled(function.get("parameters") or {"type": "object"}, _words(body))
    function_call = {"name": function["name"], "arguments": json.dumps(arguments, ensure_ascii=False)}
    return {"id": "call00001", "type": "function", "function": function_call}


def _words(body: dict[str, Json]) -> Iterable[str]:
    """What strings are filled with: the placeholders in turn, else the gist of the question."""
    return itertools.cycle(_placeholders(body) or [_excerpt(_last(body, "user")) or NOTICE])


def _filled(schema: Json, words: Iterable[str], depth: int = 0) -> Json:
    """A value that fits a JSON Schema (its usual words; references are not followed)."""
    if not isinstance(schema, dict) or depth > _DEPTH:
        return None
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return _filled(schema[key][0], words, depth + 1)
    kind = schema.get("type", "object" if "properties" in schema else "string")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            properties = schema.get("properties") or {}
            return {name: _filled(child, words, depth + 1) for name, child in properties.items()}
        case "array":
            return [_filled(schema.get("items") or {}, words, depth + 1)]
        case "integer" | "number":
            return schema.get("minimum", 0)
        case "boolean":
            return False
        case "null":
            return None
    return next(iter(words))
