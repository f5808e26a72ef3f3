"""Services that fail and clients that go away: a clear error, a row, and no hang."""

from __future__ import annotations

import asyncio
import json
import time

import httpx2
import openai
import pytest

from tests.gateway import running

NAME = "綾小路蓮太郎"
PROMPT = f"{NAME}さんへの礼状"


def body(text: str = PROMPT, **more):
    return {"model": "default", "messages": [{"role": "user", "content": text}], **more}


FAULTS = {
    "status:400": (400, "upstream_rejected"),
    "status:401": (502, "upstream_error"),
    "status:404": (404, "upstream_model_missing"),
    "status:429": (429, "upstream_busy"),
    "status:500": (502, "upstream_error"),
    "redirect": (502, "upstream_error"),
    "garbage": (502, "upstream_error"),
    "hang": (504, "upstream_timeout"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("mode", FAULTS)
def test_a_service_that_fails_before_it_answers_is_an_error_with_a_row(gateway, service, mode, stream) -> None:
    status, code = FAULTS[mode]
    service.mode = mode
    started = time.monotonic()
    reply = gateway.post(body(stream=stream))
    assert time.monotonic() - started < 5
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    assert NAME not in reply.text
    assert "〔" not in reply.text
    assert reply.headers.get("x-should-retry") == (None if status == 429 else "false")
    assert gateway.outcomes(reply.json()["ai_gov"]["record"]) == ["decided", "failed"]
    assert len(service.calls) == 1


@pytest.mark.parametrize("mode", ["cut", "drop", "badutf8", "event-error"])
def test_a_stream_that_breaks_ends_with_an_error_event_and_without_done(gateway, service, mode) -> None:
    service.mode = mode
    service.answer = "これは途中まで届く回答です。" * 3
    reply = gateway.post(body(stream=True))
    if reply.status_code != 200:  # nothing could be shown before it broke
        assert (reply.status_code, reply.json()["error"]["code"]) == (502, "upstream_error")
        record = reply.json()["ai_gov"]["record"]
    else:
        events = [line[6:] for line in reply.text.split("\n\n") if line.startswith("data: ")]
        assert "[DONE]" not in events
        last = json.loads(events[-1])
        assert last["error"]["code"] == "upstream_error"
        record = last["ai_gov"]["record"]
    assert gateway.outcomes(record) == ["decided", "failed"]
    assert NAME not in reply.text


def test_the_sdk_raises_where_a_stream_breaks(client, service) -> None:
    service.mode, service.answer = "cut", "これは途中まで届く回答です。"
    stream = client.chat.completions.create(**body(stream=True))
    with pytest.raises(openai.APIError) as caught:
        list(stream)
    assert "途中で終わりました" in str(caught.value)


def test_a_service_that_is_not_there_is_a_502_at_once(tmp_path) -> None:
    with running.running(tmp_path, "http://127.0.0.1:9/v1") as gateway:
        reply = gateway.post(body())
        assert (reply.status_code, reply.json()["error"]["code"]) == (502, "upstream_error")
        assert gateway.outcomes(reply.json()["ai_gov"]["record"]) == ["decided", "failed"]
        assert gateway.http.get(f"{gateway.url}/models", headers=_key(gateway)).status_code == 200


def _key(gateway) -> dict[str, str]:
    return {"Authorization": f"Bearer {gateway.keys['taro']}"}


def _wait(condition, seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_client_that_leaves_in_mid_stream_has_its_row_and_the_service_is_hung_up_on(gateway, service) -> None:
    service.mode, service.answer = "slow", "あ" * 200
    with gateway.http.stream(
        "POST", f"{gateway.url}/chat/completions", json=body(stream=True), headers=_key(gateway)
    ) as reply:
        record = reply.headers["x-ai-gov-record"]
        next(reply.iter_bytes())
    gateway.wait_for(record, "client_gone")
    _wait(lambda: service.gone == 1)


def test_a_client_that_leaves_before_the_answer_has_its_row_too(gateway, service) -> None:
    before = len(gateway.rows())
    for stream in (False, True):
        service.reset()
        service.mode = "hang"
        with pytest.raises(httpx2.ReadTimeout):
            gateway.http.post(
                f"{gateway.url}/chat/completions", json=body(stream=stream), headers=_key(gateway), timeout=0.5
            )
        assert len(service.calls) == 1
        _wait(lambda: service.gone == 1)
    _wait(lambda: len(gateway.rows()) == before + 4)
    assert [row["outcome"] for row in gateway.rows()[before:]] == ["decided", "client_gone"] * 2


def test_a_client_that_leaves_during_the_inspection_has_its_row_and_nothing_is_sent(gateway, service) -> None:
    before = len(gateway.rows())
    text = "令和7年度の事業計画について、関係課と協議の上、次のとおり取りまとめました。" * 4_000
    with pytest.raises(httpx2.ReadTimeout):
        gateway.http.post(
            f"{gateway.url}/chat/completions",
            json=body(text),
            headers=_key(gateway),
            timeout=httpx2.Timeout(5, read=0.05),
        )
    _wait(lambda: len(gateway.rows()) > before, 15)
    assert [row["outcome"] for row in gateway.rows()[before:]] == ["refused"]
    assert service.calls == []


async def test_many_at_once_are_all_answered_and_all_recorded(gateway, service) -> None:
    before = len(gateway.rows())
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
        replies = await asyncio.gather(
            *(
                client.post(f"{gateway.url}/chat/completions", json=body(stream=bool(turn % 2)), headers=_key(gateway))
                for turn in range(64)
            )
        )
    assert {reply.status_code for reply in replies} == {200}
    rows = [row for row in gateway.rows()[before:] if row["exchange"]]  # an alert may stand between
    records = {reply.headers["x-ai-gov-record"] for reply in replies}
    assert len(records) == 64
    assert sorted(row["outcome"] for row in rows) == ["answered"] * 64 + ["decided"] * 64
    assert {row["exchange"] for row in rows} == records
