"""What a careless or a hostile client sends: an answer or a sentence, a row, and never a byte too many."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import sqlite3
import time

import httpx2
import pytest

from ai_gov import wiring
from ai_gov.gateway.app import create_app
from ai_gov.settings import Settings
from tests.gateway import running

SURNAMES = [
    "佐藤",
    "鈴木",
    "高橋",
    "田中",
    "伊藤",
    "渡辺",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "佐々木",
    "山口",
    "松本",
    "井上",
    "木村",
    "林",
    "斎藤",
    "清水",
]
GIVEN = [
    "太郎",
    "花子",
    "一郎",
    "次郎",
    "三郎",
    "京子",
    "和子",
    "幸子",
    "正夫",
    "健太",
    "大輔",
    "美咲",
    "陽菜",
    "翔太",
    "直樹",
    "恵子",
    "裕子",
    "隆",
    "誠",
    "茂",
]


def body(text: str, **more):
    return {"model": "default", "messages": [{"role": "user", "content": text}], **more}


def refused(gateway, reply, status: int, code: str) -> None:
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code), reply.text
    assert gateway.outcomes(reply.json()["ai_gov"]["record"]) == ["refused"]
    assert reply.headers["x-should-retry"] == "false"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"null", "invalid_json"),
        (b"\xff\xfe\x00", "invalid_json"),
        (b'{"model":"default","messages":[{"role":"user","content":"\xe5"}]}', "invalid_json"),
        (b'{"model":"default","model":"demo","messages":[]}', "duplicate_key"),
        (b'{"model":"default","messages":[{"role":"user","content":"a","content":"b"}]}', "duplicate_key"),
        (b"[" * 200_000, "too_deep"),
        (b'{"messages":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}", "too_deep"),
        (b'{"model":"default","messages":[{"role":"user","content":"a"}],"temperature":NaN}', "invalid_json"),
        (b'{"model":"default"}', "missing_field"),
        (b'{"model":"default","messages":[]}', "invalid_value"),
    ],
)
def test_a_body_that_can_not_be_read_is_a_400(gateway, service, raw, code) -> None:
    refused(gateway, gateway.post(raw), 400, code)
    assert service.calls == []


def test_a_body_of_5_mb_is_a_413_and_is_not_kept(gateway, service) -> None:
    refused(gateway, gateway.post(body("あ" * 1_700_000)), 413, "too_large")
    assert service.calls == []


def test_a_body_that_does_not_say_how_long_it_is_is_stopped_at_the_limit_too(gateway, service) -> None:
    def pieces():
        for _ in range(600):
            yield b'{"a":"' + b"x" * 10_000

    reply = gateway.http.post(
        f"{gateway.url}/chat/completions",
        content=pieces(),
        headers={"Authorization": f"Bearer {gateway.keys['taro']}"},
    )
    refused(gateway, reply, 413, "too_large")
    assert service.calls == []


def test_a_prompt_of_too_many_characters_is_a_413(gateway, service) -> None:
    refused(gateway, gateway.post(body("山" * 200_001)), 413, "too_large")
    assert service.calls == []


def test_a_compressed_body_is_refused(gateway, service) -> None:
    refused(gateway, gateway.post(body("a"), Content_Encoding="gzip"), 400, "bad_request")
    assert service.calls == []


def test_lone_surrogates_and_nuls_are_made_harmless_and_hide_no_name(gateway, service) -> None:
    raw = (
        rb'{"model":"default","messages":[{"role":"user","content":'
        rb'"\ud800\u7dbe\u5c0f\u8def\u0000\u84ee\u592a\u90ce\u3055\u3093\udfff\u3078"}]}'
    )
    reply = gateway.post(raw)
    assert reply.status_code == 200
    assert "綾小路蓮太郎" in reply.json()["choices"][0]["message"]["content"]
    assert len(service.calls) == 1
    assert "綾小路" not in service.text
    assert "蓮太郎" not in service.text
    assert b"\\u0000" not in service.calls[0]


def test_ten_thousand_names_do_not_get_out(gateway, service) -> None:
    names = [f"{surname}{given}" for surname in SURNAMES for given in GIVEN]
    lines = [f"{index + 1}\t{names[index % len(names)]}様" for index in range(10_000)]
    reply = gateway.post(body("次の名簿を整形してください。\n" + "\n".join(lines)))
    assert reply.status_code in (200, 403, 503), reply.text
    assert len(service.calls) == (reply.status_code == 200)
    assert not any(name in service.text for name in names)


@pytest.mark.parametrize("stream", [False, True])
def test_a_placeholder_that_somebody_types_is_nobody(gateway, service, stream) -> None:
    text = "〔氏名1〕と【氏名１】は記号です。氏名：綾小路蓮太郎 さんへの礼状。"
    reply = gateway.post(body(text, stream=stream))
    assert reply.status_code == 200
    if stream:
        chunks = [json.loads(line[6:]) for line in reply.text.split("\n\n") if line.startswith("data: {")]
        answer = "".join(c["delta"].get("content", "") for chunk in chunks for c in chunk["choices"])
    else:
        answer = reply.json()["choices"][0]["message"]["content"]
    assert answer.startswith(text)
    assert "綾小路" not in service.text


def test_an_unknown_model_is_refused_where_nothing_serves_it(tmp_path, service) -> None:
    with running.running(tmp_path, service.url, AI_GOV_UPSTREAM_BASE_URL="") as gateway:
        refused(gateway, gateway.post(body("こんにちは") | {"model": "gpt-9"}), 404, "not_found")
        refused(gateway, gateway.post(body("こんにちは")), 404, "not_found")
    assert service.calls == []


def test_a_locked_database_is_a_503_and_nothing_is_sent(gateway, service) -> None:
    with contextlib.closing(sqlite3.connect(gateway.database)) as other:
        other.execute("begin immediate")
        started = time.monotonic()
        reply = gateway.post(body("こんにちは"))
        assert time.monotonic() - started < 15
        other.rollback()
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "record_failed")
    assert reply.headers["x-should-retry"] == "false"
    assert service.calls == []
    assert gateway.post(body("こんにちは")).status_code == 200, "it goes on once the database is free"


def test_a_full_disk_is_a_503_and_nothing_is_sent(tmp_path, service) -> None:
    with running.running(tmp_path, service.url) as gateway:
        assert gateway.post(body("こんにちは")).status_code == 200
        service.calls.clear()
        pid = gateway.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, before[1]))  # no file grows beyond 1 KiB
        try:
            reply = gateway.post(body("こんにちは"))
            stranger = gateway.http.get(f"{gateway.url}/models")
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        assert (reply.status_code, reply.json()["error"]["code"]) == (503, "record_failed")
        assert stranger.status_code == 503
        assert service.calls == []
        assert gateway.post(body("こんにちは")).status_code == 200


def test_an_inspection_that_takes_too_long_is_a_503_and_nothing_is_sent(tmp_path, service) -> None:
    with running.running(tmp_path, service.url, AI_GOV_INSPECTION_SECONDS="0.0001") as gateway:
        for stream in (False, True):
            reply = gateway.post(body("綾小路蓮太郎さんへの礼状", stream=stream))
            refused(gateway, reply, 503, "detector_failed")
        ready = gateway.http.get(f"{gateway.root}/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        assert gateway.http.get(f"{gateway.root}/healthz").status_code == 200
    assert service.calls == []


class Broken:
    """A reader that chokes, and says on what."""

    def read(self, text: str):
        raise RuntimeError(f"can't read {text}")


@pytest.mark.parametrize("stream", [False, True])
async def test_a_detector_that_breaks_is_a_503_and_nothing_is_sent(tmp_path, service, stream, capfd) -> None:
    keys = running.register(tmp_path, running.PEOPLE)
    upstreams = {"default": {"base_url": service.url}}
    made = wiring.running(Settings.model_validate({"data_dir": tmp_path, "upstreams": upstreams}))
    made.ask._reader = Broken()
    app = create_app(made.ask, made.store.people)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        reply = await client.post(
            "/v1/chat/completions",
            json=body("綾小路蓮太郎さんへの礼状", stream=stream),
            headers={"Authorization": f"Bearer {keys['taro']}"},
        )
    await made.aclose()
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "detector_failed")
    assert "綾小路" not in reply.text
    assert service.calls == []
    out, err = capfd.readouterr()
    assert "綾小路" not in out + err


def test_a_request_that_is_no_http_or_never_ends_stops_nobody(gateway, service) -> None:
    port = int(gateway.root.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port)) as rude, socket.create_connection(("127.0.0.1", port)) as slow:
        rude.sendall(b"\x16\x03\x01 this is no http\r\n\r\n")
        slow.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        assert gateway.post(body("こんにちは")).status_code == 200
