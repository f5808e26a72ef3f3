"""Spans of requests reach a real collector's address when they are over: no text, no person; a dead collector is none."""

import gzip

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.gateway.running import running
from tests.notify.listeners import http_listener

NAME = "鷹栖 環"


def asked(gateway, text, **more):
    body = {"model": "default", "messages": [{"role": "user", "content": text}], **more}
    return gateway.post(body)


def spans_of(heard):
    found = []
    for body in heard.bodies:
        message = ExportTraceServiceRequest()
        message.ParseFromString(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        found += [span for group in message.resource_spans for scope in group.scope_spans for span in scope.spans]
    return found


def values(span):
    return {item.key: item.value.string_value or item.value.int_value for item in span.attributes}


def test_a_request_is_a_span_with_the_call_inside_and_no_word_of_it(service, tmp_path):
    with http_listener() as heard:
        heard.statuses = [200]
        endpoint = heard.url.removesuffix("/hook/token-1")
        with running(tmp_path, service.url, AI_GOV_OTEL_ENDPOINT=endpoint) as gateway:
            answered = asked(gateway, f"{NAME}さんへの案内文を書いて。")
            blocked = asked(gateway, "個人番号123456789018の確認。")
            assert (answered.status_code, blocked.status_code) == (200, 403), (answered.text, blocked.text)
        spans = spans_of(heard)  # the server is stopped: all are sent
    whole = {values(span)["ai_gov.record"]: span for span in spans if span.name == "ai_gov.request"}
    calls = [span for span in spans if span.name.startswith("chat ")]
    done, stopped = whole[answered.json()["ai_gov"]["record"]], whole[blocked.json()["ai_gov"]["record"]]
    assert (values(done)["ai_gov.outcome"], values(stopped)["ai_gov.outcome"]) == ("answered", "blocked")
    (call,) = calls
    assert call.parent_span_id == done.span_id
    assert done.start_time_unix_nano <= call.start_time_unix_nano <= call.end_time_unix_nano <= done.end_time_unix_nano
    assert values(call)["gen_ai.operation.name"] == "chat"
    sent = b"".join(heard.bodies if heard.bodies[0][:2] != b"\x1f\x8b" else map(gzip.decompress, heard.bodies))
    for secret in (NAME, "鷹栖", "案内文", "123456789018", "1001"):
        assert secret.encode() not in sent


def test_a_collector_that_is_not_there_disturbs_nobody(service, tmp_path):
    with running(tmp_path, service.url, AI_GOV_OTEL_ENDPOINT="http://127.0.0.1:9") as gateway:
        assert asked(gateway, "図書館の案内文を書いて。").status_code == 200
    assert b"Traceback" not in gateway.output()
