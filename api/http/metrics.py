"""Prometheus metrics of the API: requests, open streams, what waits in the database."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from alerts.metrics import COUNTERS, ClockAhead, Disks, Waiting
from api.deps import ApiDeps

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Of our routes and of browsers; whatever else is sent is one label, not a series each."""


class Metrics:
    """One registry an application, so that several can live in one process."""

    def __init__(self, deps: ApiDeps) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "anxin_http_requests_total",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "anxin_http_request_seconds",
            "Time to answer",
            ["method", "route"],
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
        )
        self.streams_cut = Counter(
            "anxin_streams_cut_total", "Streams ended by us", ["reason"], registry=self.registry
        )
        self._streams = Gauge(
            "anxin_stream_clients", "Screens on the stream", registry=self.registry
        )
        self.registry.register(Waiting(deps.pool, deps.clock))
        self.registry.register(ClockAhead(deps.clock))
        self.registry.register(Disks(deps.disks))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; a stream is counted when it ends and not timed."""
        method = method if method in METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        if not route.endswith("/stream"):
            self._seconds.labels(method, route).observe(seconds)

    def count_streams(self, count: Callable[[], float]) -> None:
        """Where to ask for the number of streams."""
        self._streams.set_function(count)

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self.registry) + generate_latest(COUNTERS)
