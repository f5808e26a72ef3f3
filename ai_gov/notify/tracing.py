"""追跡（OpenTelemetry）: spans of the requests that were recorded, without any text and without any person.

A span is made from what the log holds already, after it is durable: tracing can neither delay a record nor lose one.
Names follow the GenAI conventions (https://github.com/open-telemetry/semantic-conventions-genai, status Development);
all of them stand in this module. Nothing is sent unless ``AI_GOV_OTEL_ENDPOINT`` names a collector.
"""

from __future__ import annotations

import collections
import datetime as dt
import logging
from collections.abc import Mapping
from typing import Final

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode, set_span_in_context

from ai_gov.model import Json, State, Step
from ai_gov.service.ports import Receipt, Store

log = logging.getLogger(__name__)

UNDER_WAY: Final = 10_000
"""Requests remembered between their decision and their outcome; those beyond have a span without the call."""
_FAULTS: Final = frozenset({State.FAILED.value, State.INTERRUPTED.value, State.REFUSED.value})
_PATH: Final = "/v1/traces"


class Traced:
    """追跡つきの保存: ports.Store that tells a collector of each request when it is over."""

    def __init__(self, store: Store, tracer: Tracer) -> None:
        self._store = store
        self._tracer = tracer

    async def record(self, step: Step, *, sent_sha256: bytes = b"") -> Receipt:
        """Write a step durably, then make its spans. Raises StoreFailed as the store does."""
        receipt = await self._store.record(step, sent_sha256=sent_sha256)
        try:
            self._tracer.note(step)
        except Exception as error:  # noqa: BLE001 - a fault of tracing is none of the request's
            log.warning("spans could not be made: %s", type(error).__name__)
        return receipt


class Tracer:
    """追跡: the provider, and what must be remembered until a request is over. For one event loop."""

    def __init__(self, exporter: SpanExporter, *, version: str = "") -> None:
        resource = Resource.create({"service.name": "ai-gov", "service.version": version})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("ai_gov")
        self._decided: collections.OrderedDict[str, Step] = collections.OrderedDict()

    def note(self, step: Step) -> None:
        """A step that is durable: the last one of a request makes its spans."""
        exchange = step.exchange
        if exchange is None:
            return
        if exchange.state is State.DECIDED:
            self._decided[exchange.id] = step
            if len(self._decided) > UNDER_WAY:
                self._decided.popitem(last=False)
            return
        self._emit(self._decided.pop(exchange.id, None), step)

    def close(self) -> None:
        """Send what is waiting; at most some seconds."""
        self._provider.force_flush(3000)
        self._provider.shutdown()

    def _emit(self, decided: Step | None, last: Step) -> None:
        exchange, end = last.exchange, _nanoseconds(last.event.at)
        assert exchange is not None
        data = {**(decided.event.data if decided else {}), **last.event.data}
        span = self._tracer.start_span(
            "ai_gov.request",
            kind=SpanKind.INTERNAL,
            start_time=_nanoseconds(exchange.received_at),
            attributes={
                "ai_gov.record": exchange.id,
                "ai_gov.client": exchange.client,
                "ai_gov.organisation": last.event.organisation,
                "ai_gov.department": last.event.department,
                "ai_gov.outcome": exchange.state.value,
                **{f"ai_gov.{name}": str(data[name]) for name in ("action", "level", "use", "code") if data.get(name)},
            },
        )
        if decided is not None:
            call = self._tracer.start_span(
                f"chat {exchange.destination}",
                context=set_span_in_context(span),
                kind=SpanKind.CLIENT,
                start_time=_nanoseconds(decided.event.at),
                attributes=_call(exchange.destination, data),
            )
            _fail(call, data)
            call.end(end)
        _fail(span, data)
        span.end(max(end, _nanoseconds(exchange.received_at)))


def tracer(endpoint: str, *, version: str = "") -> Tracer:
    """To a collector that speaks OTLP over HTTP: http://collector:4318."""
    return Tracer(OTLPSpanExporter(endpoint.rstrip("/").removesuffix(_PATH) + _PATH, timeout=5), version=version)


def _call(destination: str, data: Mapping[str, Json]) -> dict[str, str | int | list[str]]:
    found: dict[str, str | int | list[str]] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",  # every upstream speaks its format
        "gen_ai.request.model": destination,
    }
    usage = data.get("usage") or {}
    for theirs, ours in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")):
        if isinstance(usage.get(theirs), int):
            found[f"gen_ai.usage.{ours}"] = usage[theirs]
    if data.get("finish"):
        found["gen_ai.response.finish_reasons"] = [str(reason) for reason in data["finish"]]
    return found


def _fail(span: Span, data: Mapping[str, Json]) -> None:
    if data.get("outcome") in _FAULTS:
        span.set_attribute("error.type", str(data.get("code") or data["outcome"]))
        span.set_status(StatusCode.ERROR)


def _nanoseconds(at: dt.datetime) -> int:
    return int(at.timestamp() * 1_000_000) * 1000
