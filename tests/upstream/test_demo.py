"""体験用モデル: says what it is in each answer, and lets one see that names come back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from ai_gov.service.ports import Outgoing, Receipt, ReceiptSpentError
from ai_gov.upstream.demo import NOTICE, DemoUpstream

ASKED = "〔氏名1〕さん（〔電話番号1〕）への返事を書いてください。"


def outgoing(**more: Any) -> Outgoing:
    body = {"model": "demo", "messages": [{"role": "user", "content": ASKED}], **more}
    return Outgoing("demo", json.dumps(body, ensure_ascii=False).encode(), bool(more.get("stream")), "x")


def receipt(request: Outgoing) -> Receipt:
    return Receipt("entry", "x", hashlib.sha256(request.body).digest())


async def answer(**more: Any) -> Any:
    request = outgoing(**more)
    return await DemoUpstream().complete(request, receipt(request))


async def chunks(**more: Any) -> list[Any]:
    request = outgoing(stream=True, **more)
    return [chunk async for chunk in DemoUpstream().stream(request, receipt(request))]


async def test_it_says_that_it_is_a_demonstration_and_uses_what_it_was_sent() -> None:
    text = (await answer())["choices"][0]["message"]["content"]
    assert text.startswith(NOTICE)
    assert "〔氏名1〕 様" in text
    assert "〔電話番号1〕" in text


async def test_a_stream_says_the_same_in_small_pieces_that_cut_placeholders() -> None:
    pieces = [c["delta"].get("content") or "" for chunk in await chunks() for c in chunk["choices"]]
    assert "".join(pieces) == (await answer())["choices"][0]["message"]["content"]
    assert not any("〔氏名1〕" in piece for piece in pieces)


async def test_it_calls_the_tool_it_is_given_with_arguments_that_fit() -> None:
    schema = {"type": "object", "properties": {"宛名": {"type": "string"}, "通": {"type": "integer"}}}
    tools = [{"type": "function", "function": {"name": "send", "parameters": schema}}]
    choice = (await answer(tools=tools))["choices"][0]
    call = choice["message"]["tool_calls"][0]["function"]
    assert (choice["finish_reason"], call["name"]) == ("tool_calls", "send")
    assert json.loads(call["arguments"]) == {"宛名": "〔氏名1〕", "通": 0}
    pieces = [
        call["function"]["arguments"]
        for chunk in await chunks(tools=tools)
        for c in chunk["choices"]
        for call in c["delta"].get("tool_calls", ())
    ]
    assert "".join(pieces) == call["arguments"]


async def test_it_answers_in_words_once_the_tool_has_answered() -> None:
    tools = [{"type": "function", "function": {"name": "send"}}]
    messages = [
        {"role": "user", "content": ASKED},
        {"role": "tool", "tool_call_id": "a", "content": "〔氏名1〕に送信済み"},
    ]
    message = (await answer(tools=tools, messages=messages))["choices"][0]["message"]
    assert "〔氏名1〕に送信済み" in message["content"]


async def test_it_fills_a_form_where_json_is_asked_for_and_answers_as_often_as_asked() -> None:
    schema = {"type": "object", "properties": {"件名": {"enum": ["通知"]}, "人": {"type": "array", "items": {}}}}
    form = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    choices = (await answer(response_format=form, n=2))["choices"]
    assert [choice["index"] for choice in choices] == [0, 1]
    assert json.loads(choices[0]["message"]["content"]) == {"件名": "通知", "人": ["〔氏名1〕"]}
    free = (await answer(response_format={"type": "json_object"}))["choices"][0]["message"]["content"]
    assert json.loads(free)["注記"] == NOTICE


async def test_a_long_question_is_not_cut_inside_a_placeholder() -> None:
    for extra in range(12):
        text = "あ" * (110 + extra) + "〔氏名1・カナ〕が来庁した"
        message = (await answer(messages=[{"role": "user", "content": text}]))["choices"][0]["message"]["content"]
        assert "〔氏名1・カナ" not in message.replace("〔氏名1・カナ〕", "")


async def test_it_spends_receipts_like_any_other() -> None:
    request = outgoing()
    paper = receipt(request)
    await DemoUpstream().complete(request, paper)
    with pytest.raises(ReceiptSpentError):
        await DemoUpstream().complete(request, paper)
