"""A request that uses every field of the table, and ways to put something else in its places. Not a test."""

from __future__ import annotations

import copy
import itertools
from typing import Any

CANARY = "綾小路蓮太郎"  # an invented name

_SCHEMA = {"type": "object", "properties": {"件名": {"type": "string", "description": "短く"}}, "required": ["件名"]}
_PARTS = [
    {"type": "text", "text": "一", "prompt_cache_breakpoint": {"mode": "explicit"}},
    {"type": "refusal", "refusal": "二"},
]
_CUSTOM = {
    "type": "custom",
    "custom": {
        "name": "g",
        "description": "説明",
        "format": {"type": "grammar", "grammar": {"definition": "start: A", "syntax": "lark"}},
    },
}
_NAMED = [{"type": "function", "function": {"name": "f"}}, {"type": "custom", "custom": {"name": "g"}}]

FULL: dict[str, Any] = {
    "model": "demo",
    "messages": [
        {"role": "system", "content": "要約してください", "name": "係"},
        {"role": "user", "content": _PARTS},
        {
            "role": "assistant",
            "content": None,
            "refusal": "できません",
            "annotations": [],
            "parsed": None,
            "reasoning": "考え",
            "reasoning_content": "考え",
            "tool_calls": [
                {
                    "id": "a",
                    "index": 0,
                    "type": "function",
                    "function": {
                        "name": "f",
                        "arguments": '{"氏名": "様", "件数": 3}',
                        "parsed_arguments": {"件数": 3},
                    },
                },
                {"id": "b", "type": "custom", "custom": {"name": "g", "input": "入力"}},
            ],
            "function_call": {"name": "h", "arguments": "{}"},
        },
        {"role": "tool", "tool_call_id": "a", "content": "結果"},
    ],
    "tools": [
        {
            "type": "function",
            "function": {"name": "f", "description": "説明", "parameters": _SCHEMA, "strict": True},
        },
        _CUSTOM,
    ],
    "tool_choice": {
        "type": "allowed_tools",
        "function": {"name": "f"},
        "custom": {"name": "g"},
        "allowed_tools": {"mode": "auto", "tools": _NAMED},
    },
    "parallel_tool_calls": True,
    "functions": [{"name": "h", "description": "説明", "parameters": _SCHEMA}],
    "function_call": {"name": "h"},
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "a", "description": "説明", "schema": _SCHEMA, "strict": True},
    },
    "prediction": {"type": "content", "content": _PARTS},
    "stop": ["終"],
    "temperature": 0.2,
    "top_p": 1,
    "frequency_penalty": 0,
    "presence_penalty": 0,
    "max_tokens": 100,
    "max_completion_tokens": 100,
    "n": 2,
    "seed": 7,
    "logit_bias": {"50256": -100},
    "top_k": 40,
    "min_p": 0.1,
    "repetition_penalty": 1.1,
    "stream": True,
    "stream_options": {"include_usage": True, "include_obfuscation": False},
    "reasoning_effort": "low",
    "verbosity": "low",
    "service_tier": "auto",
    "prompt_cache_key": "鍵",
    "prompt_cache_options": {"mode": "implicit"},
    "prompt_cache_retention": "24h",
    "user": "職員",
    "safety_identifier": "職員",
    "store": True,
    "metadata": {"件": "名"},
    "modalities": ["text"],
    "logprobs": False,
}

Where = tuple[str | int, ...]


def minimal() -> dict[str, Any]:
    return {"model": "demo", "messages": [{"role": "user", "content": "こんにちは"}]}


def at(body: Any, where: Where) -> Any:
    for part in where:
        body = body[part]
    return body


def spots(body: Any, path: str) -> list[Where]:
    """Every place of ``body`` that a path of the table names."""
    found: list[Where] = [()]
    for part in path.replace("[]", ".[]").split("."):
        following: list[Where] = []
        for where in found:
            node = at(body, where)
            if part == "[]":
                following += [(*where, i) for i in range(len(node))] if isinstance(node, list) else []
            elif part == "*":
                following += [(*where, key) for key in node] if isinstance(node, dict) else []
            elif isinstance(node, dict) and part in node:
                following.append((*where, part))
        found = following
    return found


def put(body: Any, path: str, value: Any, where: Where | None = None) -> Any:
    """A copy of ``body`` with ``value`` where the path says; what is missing on the way there is made."""
    body = copy.deepcopy(body)
    if where is None:
        known = spots(body, path)
        parts = path.replace("[]", ".[]").split(".")
        where = known[0] if known else tuple(0 if p == "[]" else "12" if p == "*" else p for p in parts)
    node = body
    for part, following in itertools.pairwise(where):
        empty: Any = [] if isinstance(following, int) else {}
        if isinstance(part, int):
            while len(node) <= part:
                node.append(copy.deepcopy(empty))
        elif not isinstance(node.get(part), type(empty)):
            node[part] = empty
        node = node[part]
        if not isinstance(node, type(empty)):
            return body
    last = where[-1]
    if isinstance(last, int) and len(node) <= last:
        node.append(value)
    else:
        node[last] = value
    return body
