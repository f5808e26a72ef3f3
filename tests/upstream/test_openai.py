"""OpenAI互換の送信先: one receipt, one attempt, exactly the bytes; and nothing of what a service says when it fails."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import Any

import pytest

from ai_gov.errors import (
    UpstreamBusy,
    UpstreamError,
    UpstreamModelMissing,
    UpstreamRejected,
    UpstreamTimeout,
)
from ai_gov.service.ports import Outgoing, Receipt, ReceiptSpentError
from ai_gov.upstream.openai import OpenAIUpstream

SECRET = "綾小路蓮太郎"


def request(stream: bool = False, **more: Any) -> Outgoing:
    body = {"model": "m", "messages": [{"role": "user", "content": f"{SECRET} 𠮷野家"}], **more}
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return Outgoing("default", json.dumps(body, ensure_ascii=False).encode(), stream, "x")


def receipt(outgoing: Outgoing) -> Receipt:
    return Receipt("entry", "x", hashlib.sha256(outgoing.body).digest())


async def streamed(upstream: OpenAIUpstream, outgoing: Outgoing) -> list[Any]:
    return [chunk async for chunk in upstream.stream(outgoing, receipt(outgoing))]


def text_of(chunks: list[Any]) -> str:
    return "".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"])


@pytest.fixture
async def upstream(service):
    made = OpenAIUpstream("default", base_url=service.url + "/", api_key="sk-test", read_seconds=1)
    yield made
    await made.aclose()


async def test_exactly_the_given_bytes_are_sent_with_the_key(service, upstream) -> None:
    outgoing = request()
    answer = await upstream.complete(outgoing, receipt(outgoing))
    assert service.calls == [outgoing.body]
    assert service.headers[0]["authorization"] == "Bearer sk-test"
    assert answer["choices"][0]["message"]["content"] == f"{SECRET} 𠮷野家"


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 64, 100_000])
async def test_a_stream_may_be_cut_anywhere(service, upstream, cut) -> None:
    service.cut = cut
    chunks = await streamed(upstream, request(stream=True))
    assert text_of(chunks) == f"{SECRET} 𠮷野家"
    assert chunks[-1]["usage"]["total_tokens"] == 8


async def test_connections_are_used_again_after_a_stream(service, upstream) -> None:
    for _ in range(3):
        await streamed(upstream, request(stream=True))
    pool = upstream._client._transport._pool
    assert len(pool.connections) == 1


@pytest.mark.parametrize("stream", [False, True])
async def test_a_receipt_is_good_for_one_attempt_and_for_its_bytes_only(service, upstream, stream) -> None:
    async def send(outgoing: Outgoing, paper: Receipt) -> None:
        if stream:
            async for _ in upstream.stream(outgoing, paper):
                pass
        else:
            await upstream.complete(outgoing, paper)

    outgoing = request(stream)
    paper = receipt(outgoing)
    await send(outgoing, paper)
    with pytest.raises(ReceiptSpentError):
        await send(outgoing, paper)
    with pytest.raises(ReceiptSpentError):
        await send(request(stream, n=2), receipt(outgoing))
    with pytest.raises(ReceiptSpentError):
        await send(outgoing, Receipt("entry", "x", b""))
    assert len(service.calls) == 1


FAULTS = {
    "status:400": (UpstreamRejected, 400, 400),
    "status:422": (UpstreamRejected, 400, 422),
    "status:401": (UpstreamError, 502, 401),
    "status:403": (UpstreamError, 502, 403),
    "status:404": (UpstreamModelMissing, 404, 404),
    "status:408": (UpstreamTimeout, 504, 408),
    "status:429": (UpstreamBusy, 429, 429),
    "status:500": (UpstreamError, 502, 500),
    "status:503": (UpstreamError, 502, 503),
    "redirect": (UpstreamError, 502, 307),
    "garbage": (UpstreamError, 502, 200),
    "huge:17000000": (UpstreamError, 502, 200),
    "hang": (UpstreamTimeout, 504, None),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("mode", FAULTS)
async def test_what_a_service_says_when_it_fails_is_not_passed_on(service, upstream, stream, mode) -> None:
    kind, status, upstream_status = FAULTS[mode]
    service.mode = mode
    outgoing = request(stream)
    with pytest.raises(kind) as caught:
        await (streamed(upstream, outgoing) if stream else upstream.complete(outgoing, receipt(outgoing)))
    error = caught.value
    assert (type(error), error.status, error.upstream_status) == (kind, status, upstream_status)
    assert SECRET not in error.message
    assert error.__cause__ is None
    assert len(service.calls) == 1, "one receipt is one attempt"
    if mode.startswith("status"):
        assert "some_code" in error.message


async def test_the_wait_that_a_busy_service_asks_for_is_kept(service, upstream) -> None:
    service.mode = "status:429"
    outgoing = request()
    with pytest.raises(UpstreamBusy) as caught:
        await upstream.complete(outgoing, receipt(outgoing))
    assert (caught.value.retry, caught.value.retry_after) == (True, 7)


@pytest.mark.parametrize("mode", ["cut", "drop", "badutf8", "event-error"])
async def test_a_stream_that_does_not_end_well_is_an_error_after_what_came(service, upstream, mode) -> None:
    service.mode = mode
    outgoing = request(stream=True)
    seen = []

    async def read() -> None:
        async for chunk in upstream.stream(outgoing, receipt(outgoing)):
            seen.append(chunk)  # noqa: PERF401

    with pytest.raises(UpstreamError) as caught:
        await read()
    assert seen
    assert SECRET not in caught.value.message


async def test_a_service_that_is_not_there_is_an_error_at_once() -> None:
    upstream = OpenAIUpstream("default", base_url="http://127.0.0.1:9/v1")
    outgoing = request()
    with pytest.raises(UpstreamError) as caught:
        await asyncio.wait_for(upstream.complete(outgoing, receipt(outgoing)), 6)
    assert caught.value.upstream_status is None
    assert list(await upstream.models()) == []
    await upstream.aclose()


async def test_leaving_a_stream_early_hangs_up(service, upstream) -> None:
    service.mode, service.answer = "slow", "あ" * 100
    outgoing = request(stream=True)
    chunks = upstream.stream(outgoing, receipt(outgoing))
    await anext(chunks)
    await chunks.aclose()
    for _ in range(40):
        if service.gone:
            break
        await asyncio.sleep(0.05)
    assert service.gone == 1


async def test_models_are_asked_for_once_a_minute_and_only_names_are_taken(service, upstream) -> None:
    service.listings = 0
    assert list(await upstream.models()) == ["mock-large"]
    assert list(await upstream.models()) == ["mock-large"]
    assert service.listings == 1


async def test_azure_has_its_own_header_and_version(service) -> None:
    upstream = OpenAIUpstream(
        "azure",
        base_url=f"{service.url}/openai/deployments/d",
        api_key="azure-key",
        azure_api_version="2024-10-21",
    )
    outgoing = request()
    await upstream.complete(outgoing, receipt(outgoing))
    await upstream.aclose()
    headers = service.headers[0]
    assert (headers["api-key"], headers["query"]) == ("azure-key", "api-version=2024-10-21")
    assert "authorization" not in headers


async def test_proxies_of_the_environment_are_not_used(service, monkeypatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    upstream = OpenAIUpstream("default", base_url=service.url)
    outgoing = request()
    await upstream.complete(outgoing, receipt(outgoing))
    await upstream.aclose()
    assert len(service.calls) == 1
