"""Every route, method and stranger: refused with a sentence, recorded, and nothing sent."""

from __future__ import annotations

import pytest

BODY = {"model": "default", "messages": [{"role": "user", "content": "こんにちは"}]}


def call(gateway, method: str, path: str, key: str | None = "taro", **headers: str):
    named = {"Authorization": f"Bearer {gateway.keys[key]}"} if key in gateway.keys else {}
    return gateway.http.request(method, gateway.root + path, headers={**named, **headers}, json=BODY, timeout=10)


def recorded(gateway, reply) -> dict[str, str]:
    record = reply.json()["ai_gov"]["record"]
    assert reply.headers["x-ai-gov-record"] == record
    rows = gateway.rows(record)
    assert [row["outcome"] for row in rows] == ["refused"]
    return rows[0]


@pytest.mark.parametrize(
    "path",
    [
        "/v1",
        "/v1/",
        "/v1/responses",
        "/v1/responses/resp_1",
        "/v1/embeddings",
        "/v1/completions",
        "/v1/messages",
        "/v1/chat",
        "/v1/chat/completions/",
        "/v1/chat/completions/chatcmpl-1",
        "/v1/Chat/Completions",
        "/v1/models/demo",
        "/v1/files",
        "/v1/images/generations",
        "/v1/audio/transcriptions",
        "/v1/moderations",
        "/v1/assistants",
        "/v1/threads",
        "/v1/batches",
        "/v1/fine_tuning/jobs",
        "/v1/realtime",
        "/v1/vector_stores",
        "/v1/綾小路蓮太郎",
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_every_other_route_under_v1_is_refused_and_recorded(gateway, service, path, method) -> None:
    reply = call(gateway, method, path)
    assert reply.status_code == 404
    assert reply.headers["x-should-retry"] == "false"
    assert reply.json()["error"]["code"] == "not_found"
    recorded(gateway, reply)
    assert service.calls == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        *((method, "/v1/chat/completions", "POST") for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")),
        *((method, "/v1/models", "GET") for method in ("POST", "PUT", "DELETE", "OPTIONS")),
    ],
)
def test_every_other_method_is_refused_and_recorded(gateway, service, method, path, allowed) -> None:
    reply = call(gateway, method, path)
    assert (reply.status_code, reply.headers["allow"]) == (405, allowed)
    recorded(gateway, reply)
    assert service.calls == []


def test_the_routes_of_the_application_are_these_and_no_others() -> None:
    """A new route fails here until it says what becomes of what is sent to it."""
    from ai_gov.gateway.app import _Guarded, _Open, create_app

    routes = {route.path: type(route.app) for route in create_app(None, None).routes}
    assert routes == {
        "/v1/chat/completions": _Guarded,
        "/v1/models": _Guarded,
        "/v1": _Guarded,
        "/v1/{rest:path}": _Guarded,
        "/healthz": _Open,
        "/readyz": _Open,
        "/metrics": _Open,
        "/{rest:path}": _Open,
    }


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer\t.",
        "Bearer x",
        "Basic dGFybzp4",
        "taro",
        "Bearer aigov-綾小路".encode(),
        "Bearer " + "x" * 5000,
    ],
)
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/v1/responses"])
def test_a_stranger_gets_a_401_that_is_recorded_without_the_key(gateway, service, header, path) -> None:
    headers = {} if header is None else {"Authorization": header}
    reply = gateway.http.post(gateway.root + path, headers=headers, json=BODY)
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "unauthenticated")
    assert reply.headers["www-authenticate"] == "Bearer"
    row = recorded(gateway, reply)
    assert row["actor"] == ""
    assert service.calls == []


def test_a_key_that_has_expired_or_is_half_right_opens_nothing(gateway, service) -> None:
    assert call(gateway, "POST", "/v1/chat/completions", "expired").status_code == 401
    half = gateway.keys["taro"][:-1] + ("A" if gateway.keys["taro"][-1] != "A" else "B")
    headers = {"Authorization": f"Bearer {half}"}
    reply = gateway.http.post(f"{gateway.url}/chat/completions", headers=headers, json=BODY)
    assert reply.status_code == 401
    assert half.encode() not in gateway.stored()
    assert service.calls == []


def test_someone_who_is_no_user_gets_a_403_that_is_recorded(gateway, service) -> None:
    reply = call(gateway, "POST", "/v1/chat/completions", "auditor")
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "forbidden")
    assert recorded(gateway, reply)["actor"] == "1003"
    assert call(gateway, "GET", "/v1/models", "auditor").status_code == 403
    assert service.calls == []


def test_an_unknown_model_is_a_404_and_its_name_is_not_repeated(gateway, service) -> None:
    reply = gateway.post(BODY | {"model": "gpt 綾小路"})
    assert reply.status_code == 400
    reply = gateway.post(BODY | {"model": "demo:ayanokoji"}, X_AI_Gov_Use="no-such-use")
    assert reply.status_code in (200, 400, 403, 404)
    assert "ayanokoji" not in reply.text.replace('"model":"demo:ayanokoji"', "")


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-AI-Gov-Use", "一般".encode()), ("X-AI-Gov-Use", "a b"), ("X-AI-Gov-Declared-Level", "5")],
)
def test_headers_that_say_nothing_known_are_refused(gateway, service, name, value) -> None:
    headers = {"Authorization": f"Bearer {gateway.keys['taro']}", name: value}
    reply = gateway.http.post(f"{gateway.url}/chat/completions", headers=headers, json=BODY)
    assert (reply.status_code, reply.json()["error"]["param"]) == (400, name)
    recorded(gateway, reply)
    assert service.calls == []


def test_a_declared_level_can_only_tighten(gateway, service) -> None:
    assert gateway.post(BODY).status_code == 200
    assert gateway.post(BODY, X_AI_Gov_Declared_Level="1").status_code == 200
    stopped = gateway.post(BODY, X_AI_Gov_Declared_Level="3B")
    assert (stopped.status_code, stopped.headers["x-ai-gov-level"]) == (403, "3B")
    lowered = gateway.post(
        BODY | {"messages": [{"role": "user", "content": "個人番号 123456789018"}]}, X_AI_Gov_Declared_Level="1"
    )
    assert lowered.status_code == 403
    assert len(service.calls) == 2


def test_pages_for_machines_answer_without_a_key_and_hold_no_person(gateway, service) -> None:
    gateway.post(BODY)
    health = gateway.http.get(f"{gateway.root}/healthz")
    assert (health.status_code, health.json()) == (200, {"status": "ok"})
    ready = gateway.http.get(f"{gateway.root}/readyz")
    assert (ready.status_code, ready.json()["problems"]) == (200, [])
    metrics = gateway.http.get(f"{gateway.root}/metrics").text
    assert 'ai_gov_requests_total{code="",route="chat",status="200"}' in metrics
    named = "\n".join(line.rpartition(" ")[0] if not line.startswith("#") else line for line in metrics.splitlines())
    assert "1001" not in named  # a sum of seconds may hold any digits; a name or label must not
    assert "こんにちは" not in metrics
    assert gateway.http.get(f"{gateway.root}/nothing").status_code == 404


def test_an_upgrade_to_a_websocket_is_not_a_way_in(gateway, service) -> None:
    headers = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Authorization": f"Bearer {gateway.keys['taro']}",
    }
    reply = gateway.http.get(f"{gateway.url}/realtime", headers=headers)
    assert reply.status_code in (403, 404)
    assert service.calls == []
