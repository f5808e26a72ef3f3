"""誤りの応答: every error has a status, a code, a sentence, and OpenAI's shape."""

from __future__ import annotations

import asyncio
import json

import pytest

from ai_gov import errors
from ai_gov.errors import AiGovError, BadRequest, ClientGone, TooLarge
from ai_gov.gateway import replies, sse
from ai_gov.gateway.body import read_body
from ai_gov.gateway.chat import while_connected
from ai_gov.gateway.replies import reply_to
from ai_gov.gateway.wire import WireLimits

STOPPED = {"record": "r", "level": "3B", "reasons": ["理由です。"]}
MADE: list[tuple[AiGovError, str]] = [
    (errors.BadRequest("文です。", param="n"), "invalid_request_error"),
    (errors.Unauthenticated("文です。"), "authentication_error"),
    (errors.Forbidden("文です。"), "permission_error"),
    (errors.UnknownRoute("文です。"), "invalid_request_error"),
    (errors.TooLarge("文です。"), "invalid_request_error"),
    (errors.TooMany("文です。"), "rate_limit_error"),
    (errors.Blocked("文です。", **STOPPED), "policy_error"),
    (errors.Held("文です。", **STOPPED), "policy_error"),
    (errors.UpstreamError("文です。"), "upstream_error"),
    (errors.UpstreamTimeout("文です。"), "upstream_error"),
    (errors.UpstreamRejected("文です。", upstream_status=400), "invalid_request_error"),
    (errors.UpstreamModelMissing("文です。"), "invalid_request_error"),
    (errors.UpstreamBusy("文です。", upstream_status=429), "rate_limit_error"),
    (errors.DetectorFailed("文です。"), "service_unavailable"),
    (errors.StoreFailed("文です。"), "service_unavailable"),
    (errors.FailClosed("文です。"), "service_unavailable"),
    (replies.MethodNotAllowed("文です。"), "invalid_request_error"),
    (replies.Internal(), "internal_error"),
]


@pytest.mark.parametrize(("error", "kind"), MADE, ids=lambda value: type(value).__name__)
def test_every_error_has_openais_shape(error, kind) -> None:
    reply = reply_to(error)
    assert reply.status == error.status
    assert set(reply.body) == {"error", "ai_gov"}
    assert set(reply.body["error"]) == {"message", "type", "param", "code"}
    assert reply.body["error"]["type"] == kind
    assert reply.body["error"]["code"] == error.code
    assert ("x-should-retry" in reply.headers) == (reply.status != 429)
    for name, value in reply.headers.items():
        assert (name + value).isascii()


def test_a_stop_says_its_level_action_and_reasons() -> None:
    held = reply_to(errors.Held("文です。", **STOPPED))
    assert held.body["ai_gov"] == {"record": "r", "level": "3B", "action": "hold", "reasons": ["理由です。"]}
    assert held.headers["X-AI-Gov-Action"] == "hold"


def test_what_is_written_is_utf8_whatever_an_upstream_said() -> None:
    assert sse.encode({"a": "\ud83d\ude00 \ud800 山"}).decode() == '{"a":"😀 � 山"}'
    assert sse.event({"a": "山\n\r"}).count(b"\n") == 2


def receiving(*pieces: bytes, end: bool = True):
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    if messages and end:
        messages[-1]["more_body"] = False

    async def receive():
        if messages:
            return messages.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    return receive, messages


async def test_a_body_is_not_kept_beyond_its_limit() -> None:
    limits = WireLimits(max_body_bytes=10)
    receive, _ = receiving(b"12345", b"67890")
    assert await read_body(receive, limits) == b"1234567890"
    receive, left = receiving(b"12345", b"678901", b"x", b"y")
    with pytest.raises(TooLarge):
        await read_body(receive, limits)
    assert left == []


async def test_a_body_that_never_ends_is_given_up() -> None:
    receive, _ = receiving(b"1", end=False)
    with pytest.raises(BadRequest):
        await read_body(receive, WireLimits(), seconds=0.05)


async def test_work_stops_when_the_client_goes_away_and_may_finish_its_row() -> None:
    written = []

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            await asyncio.sleep(0.01)
            written.append("row")

    async def receive():
        await asyncio.sleep(0.01)
        return {"type": "http.disconnect"}

    with pytest.raises(ClientGone):
        await while_connected(receive, work())
    assert written == ["row"]


async def test_work_stops_when_the_server_does() -> None:
    written = []

    async def work() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            written.append("row")

    receive, _ = receiving()
    serving = asyncio.create_task(while_connected(receive, work()))
    await asyncio.sleep(0.01)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert written == ["row"]


async def test_errors_of_the_work_come_through() -> None:
    async def work() -> None:
        raise BadRequest("文です。")

    receive, _ = receiving()
    with pytest.raises(BadRequest):
        await while_connected(receive, work())
    assert json.loads(sse.encode(reply_to(BadRequest("文です。")).body))
