"""稼働の計測: Prometheus figures. Their labels are routes, statuses and actions; never a person, never a text."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_SECONDS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120)


Gauges = Callable[[], Mapping[str, float]]
"""Figures of the log and the machine by name, as they were last looked at."""

_MEANINGS: Final = {
    "ai_gov_unsequenced_seconds": "Seconds that the oldest entry outside the tree has waited",
    "ai_gov_unindexed_entries": "Entries of the tree that the search index lacks",
    "ai_gov_disk_free_ratio": "Free part of the disk that the data folder lies on",
    "ai_gov_log_sound": "Whether the last verification found the log as it was (1) or not (0)",
    "ai_gov_reminders_failing": "People whose last reminder of these days did not surely reach the mail server",
    "ai_gov_alerts": "Alerts raised by this process since it started",
}


class _Looked(Collector):
    """Figures that somebody else keeps."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each."""
        for name, value in self._gauges().items():
            yield GaugeMetricFamily(name, _MEANINGS.get(name, name), value=value)


class Metrics:
    """計測値 of one application."""

    def __init__(self, gauges: Gauges | None = None) -> None:
        self.registry = CollectorRegistry()
        if gauges is not None:
            self.registry.register(_Looked(gauges))
        self._requests = Counter(
            "ai_gov_requests", "Requests by route, status and error code", ("route", "status", "code"),
            registry=self.registry,
        )  # fmt: skip
        self._actions = Counter(
            "ai_gov_decisions", "Decisions by action and level", ("action", "level"), registry=self.registry
        )
        self._seconds = Histogram(
            "ai_gov_request_seconds", "Seconds to the end of the answer", ("route",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._first = Histogram(
            "ai_gov_first_chunk_seconds", "Seconds to the first chunk of a stream", buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._under_way = Gauge("ai_gov_requests_under_way", "Requests under way", registry=self.registry)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)

    def start(self) -> float:
        """A request begins; give what this returns to the others."""
        self._under_way.inc()
        return time.perf_counter()

    def end(self, started: float, *, route: str, status: int, code: str = "") -> None:
        """A request is over."""
        self._under_way.dec()
        self._requests.labels(route, str(status), code).inc()
        self._seconds.labels(route).observe(time.perf_counter() - started)

    def decided(self, action: str, level: str) -> None:
        """A prompt was decided on."""
        self._actions.labels(action, level).inc()

    def first_chunk(self, started: float) -> None:
        """The first chunk of a stream goes out."""
        self._first.observe(time.perf_counter() - started)
