"""The official openai SDK, unmodified, against a real server over a real upstream."""

from __future__ import annotations

import asyncio
import json

import openai
import pytest

PROMPT = "氏名：綾小路蓮太郎（電話 090-1234-5678）へのお礼状を書いてください。"
NAME, PHONE = "綾小路蓮太郎", "090-1234-5678"


def ask(client, text: str = PROMPT, **more):
    return client.chat.completions.create(model="default", messages=[{"role": "user", "content": text}], **more)


def text_of(chunks) -> str:
    return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def test_an_answer_comes_back_restored_and_labelled_and_the_name_did_not_leave(client, service) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="default", messages=[{"role": "user", "content": PROMPT}]
    )
    completion = raw.parse()
    assert completion.choices[0].message.content.startswith(PROMPT)
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage.total_tokens == 8
    assert completion.model_extra["ai_gov"]["action"] == "redact"
    assert "職員の確認前" in completion.model_extra["ai_gov"]["label"]
    assert raw.headers["x-ai-gov-record"] == completion.model_extra["ai_gov"]["record"]
    assert raw.headers["x-ai-gov-label"] == "ai-draft-unreviewed"
    assert (raw.headers["x-ai-gov-action"], raw.headers["x-ai-gov-level"]) == ("redact", "3C")
    assert len(service.calls) == 1
    assert NAME not in service.text
    assert PHONE not in service.text
    assert service.bodies[0]["store"] is False
    assert service.headers[0]["authorization"] == "Bearer sk-upstream"


def test_a_stream_comes_back_restored_in_small_pieces_with_its_label_first_and_last(client, service) -> None:
    with ask(client, stream=True) as stream:
        chunks = list(stream)
    assert text_of(chunks).startswith(PROMPT)
    assert len(chunks) > 5
    assert chunks[0].model_extra["ai_gov"]["action"] == "redact"
    assert chunks[-1].model_extra["ai_gov"]["state"] == "answered"
    assert all(chunk.choices for chunk in chunks), "no usage was asked for"
    assert NAME not in service.text


def test_usage_comes_at_the_end_of_a_stream_that_asks_for_it(client, service) -> None:
    chunks = list(ask(client, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].usage.total_tokens == 8
    assert chunks[-1].choices == []


def test_a_tools_arguments_are_restored_streamed_or_not(client, service) -> None:
    tools = [
        {
            "type": "function",
            "function": {"name": "f", "parameters": {"type": "object", "properties": {"to": {"type": "string"}}}},
        }
    ]
    service.mode = "tool"
    service.arguments = json.dumps({"to": "〔氏名1〕", "memo": '引用"符'}, ensure_ascii=True)
    message = ask(client, tools=tools).choices[0].message
    assert json.loads(message.tool_calls[0].function.arguments)["to"] == NAME
    pieces = [
        call.function.arguments or ""
        for chunk in ask(client, tools=tools, stream=True)
        for choice in chunk.choices
        for call in choice.delta.tool_calls or []
    ]
    assert json.loads("".join(pieces)) == {"to": NAME, "memo": '引用"符'}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("mode", ["custom", "function"])
def test_calls_of_the_other_two_kinds_are_restored_too(gateway, service, mode, stream) -> None:
    service.mode = mode
    service.arguments = "宛名は〔氏名1〕です" if mode == "custom" else '{"to":"〔氏名1〕"}'
    tools = [{"type": "custom", "custom": {"name": "g"}}] if mode == "custom" else None
    functions = [{"name": "h", "parameters": {"type": "object"}}] if mode == "function" else None
    reply = gateway.post(
        {"model": "default", "messages": [{"role": "user", "content": PROMPT}], "stream": stream}
        | {"tools": tools, "functions": functions}
    )
    assert reply.status_code == 200, reply.text
    assert service.arguments.replace("〔氏名1〕", NAME) == "".join(_calls(reply.text, mode, stream=stream))


def _calls(text: str, mode: str, *, stream: bool) -> list[str]:
    bodies = [line[6:] for line in text.split("\n\n") if line.startswith("data: {")] if stream else [text]
    found = []
    for body in map(json.loads, bodies):
        for choice in body["choices"]:
            said = choice["delta" if stream else "message"]
            if mode == "function":
                found.append(said.get("function_call", {}).get("arguments", ""))
            else:
                found += [call["custom"]["input"] for call in said.get("tool_calls", ())]
    return found


def test_the_answer_to_a_tool_call_can_be_sent_back_as_it_came(client, service) -> None:
    service.mode = "tool"
    service.arguments = '{"to":"〔氏名1〕"}'
    first = ask(client).choices[0].message
    service.mode = "echo"
    messages = [
        {"role": "user", "content": PROMPT},
        first,
        {"role": "tool", "tool_call_id": first.tool_calls[0].id, "content": f"{NAME}さんに送りました"},
    ]
    answer = client.chat.completions.create(model="default", messages=messages)
    assert NAME in answer.choices[0].message.content
    sent = service.bodies[-1]["messages"]
    assert sent[1]["tool_calls"][0]["id"] == sent[2]["tool_call_id"] == "call00001"
    assert NAME not in service.text
    assert json.loads(sent[1]["tool_calls"][0]["function"]["arguments"])["to"] == "〔氏名1〕"


def test_several_answers_and_structured_ones(client, service) -> None:
    completion = ask(client, n=2)
    assert [choice.index for choice in completion.choices] == [0, 1]
    service.answer = '{"宛名":"〔氏名1〕"}'
    schema = {"type": "object", "properties": {"宛名": {"type": "string"}}, "required": ["宛名"]}
    form = {"type": "json_schema", "json_schema": {"name": "letter", "schema": schema}}
    completion = ask(client, response_format=form)
    assert json.loads(completion.choices[0].message.content) == {"宛名": NAME}
    assert service.bodies[-1]["response_format"]["json_schema"]["schema"] == schema


def test_a_conversation_keeps_its_numbers_when_its_restored_history_comes_back(client, service) -> None:
    first = ask(client)
    messages = [
        {"role": "user", "content": PROMPT},
        {"role": "assistant", "content": first.choices[0].message.content},
        {"role": "user", "content": f"{NAME}さんの敬称を「様」にしてください。"},
    ]
    client.chat.completions.create(model="default", messages=messages)
    sent = service.bodies[-1]["messages"]
    assert "〔氏名1〕" in sent[0]["content"]
    assert "〔氏名1〕" in sent[2]["content"]
    assert "〔氏名2〕" not in service.text


def test_what_the_policy_stops_is_a_403_that_no_agent_takes_for_an_answer(client, service, gateway) -> None:
    with pytest.raises(openai.PermissionDeniedError) as caught:
        ask(client, "個人番号は 1234 5678 9018 です。")
    error = caught.value
    assert error.code == "blocked"
    assert error.response.headers["x-should-retry"] == "false"
    note = error.response.json()["ai_gov"]
    assert note["action"] == "block"
    assert note["reasons"]
    assert gateway.outcomes(note["record"]) == ["blocked"]
    assert service.calls == []


def test_the_same_is_so_for_a_stream(client, service) -> None:
    with pytest.raises(openai.PermissionDeniedError):
        ask(client, "個人番号は 1234 5678 9018 です。", stream=True)
    assert service.calls == []


def test_errors_are_the_sdks_own_kinds_and_are_not_tried_again(gateway, service) -> None:
    with openai.OpenAI(base_url=gateway.url, api_key="no-key") as stranger, pytest.raises(openai.AuthenticationError):
        ask(stranger)
    with openai.OpenAI(base_url=gateway.url, api_key=gateway.keys["taro"]) as client:
        with pytest.raises(openai.BadRequestError) as caught:
            ask(client, temperature=9)
        assert (caught.value.param, caught.value.code) == ("temperature", "invalid_value")
        service.mode = "status:500"
        with pytest.raises(openai.InternalServerError):
            ask(client)
    assert len(service.calls) == 1, "x-should-retry: false"


def test_a_busy_service_is_tried_again_by_the_sdk_each_time_with_a_row_of_its_own(gateway, service) -> None:
    service.mode = "status:429"
    client = openai.OpenAI(base_url=gateway.url, api_key=gateway.keys["taro"], max_retries=1)
    with client, pytest.raises(openai.RateLimitError) as caught:
        ask(client.with_options(max_retries=0))
    assert caught.value.response.headers["retry-after"] == "7"
    assert "x-should-retry" not in caught.value.response.headers


def test_models_are_listed(client) -> None:
    names = [model.id for model in client.models.list()]
    assert {"demo", "default", "mock-large"} <= set(names)


def test_the_demonstration_model_says_what_it_is(client, service) -> None:
    messages = [{"role": "user", "content": PROMPT}]
    completion = client.chat.completions.create(model="demo", messages=messages)
    assert "実演用" in completion.choices[0].message.content
    assert f"{NAME} 様" in completion.choices[0].message.content
    assert service.calls == []


async def test_two_people_at_once_never_see_each_others_names(gateway, service) -> None:
    """Both prompts hold 〔氏名1〕 when they leave; each comes back with its own person."""
    names = {"taro": "綾小路蓮太郎", "hanako": "山本花子"}

    async def converse(who: str, turn: int) -> None:
        async with openai.AsyncOpenAI(base_url=gateway.url, api_key=gateway.keys[who]) as client:
            messages = [{"role": "user", "content": f"氏名：{names[who]}（{turn}回目）にお礼状を書いてください。"}]
            if turn % 2:
                stream = await client.chat.completions.create(model="default", messages=messages, stream=True)
                text = "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])
            else:
                completion = await client.chat.completions.create(model="default", messages=messages)
                text = completion.choices[0].message.content or ""
        other = names["hanako" if who == "taro" else "taro"]
        assert names[who] in text
        assert f"（{turn}回目）" in text
        assert other not in text

    await asyncio.gather(*(converse(who, turn) for who in names for turn in range(12)))
    assert len(service.calls) == 24
    assert not any(name in service.text for name in names.values())


async def test_the_asynchronous_client_streams_too(gateway, service) -> None:
    async with openai.AsyncOpenAI(base_url=gateway.url, api_key=gateway.keys["taro"]) as client:
        stream = await client.chat.completions.create(
            model="default", messages=[{"role": "user", "content": PROMPT}], stream=True
        )
        assert PROMPT in "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])


def test_the_first_token_does_not_wait_for_the_last(client, service) -> None:
    import time

    service.mode, service.answer = "slow", "あ" * 30  # 50 ms between two characters
    started = time.monotonic()
    arrivals = [time.monotonic() - started for chunk in ask(client, stream=True) if chunk.choices[0].delta.content]
    assert arrivals[0] < 0.6
    assert arrivals[-1] > 1.4
    assert len(arrivals) > 20
