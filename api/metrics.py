"""What Prometheus may read: requests, streams, and how much waits in the database."""

from collections.abc import Callable, Iterable

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.deps import ApiDeps
from store import backlog

log = structlog.get_logger()


class Metrics:
    """One registry an application, so that several can live in one process."""

    def __init__(self, deps: ApiDeps) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "anxin_http_requests_total", "Requests answered", ["method", "route", "status"],
            registry=self.registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "anxin_http_request_seconds", "Time to answer", ["method", "route"],
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
        )  # fmt: skip
        self.streams_cut = Counter(
            "anxin_streams_cut_total", "Streams ended by us", ["reason"], registry=self.registry
        )
        self._streams = Gauge(
            "anxin_stream_clients", "Screens on the stream", registry=self.registry
        )
        self.registry.register(_Backlog(deps))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; a stream is counted when it ends and not timed."""
        self._requests.labels(method, route, str(status)).inc()
        if not route.endswith("/stream"):
            self._seconds.labels(method, route).observe(seconds)

    def count_streams(self, count: Callable[[], float]) -> None:
        """Where to ask for the number of streams."""
        self._streams.set_function(count)

    def text(self) -> bytes:
        """The exposition format, version 0.0.4."""
        return generate_latest(self.registry)


class _Backlog(Collector):
    """Read from the database when asked, so that it is never stale; away: only `up` is 0."""

    def __init__(self, deps: ApiDeps) -> None:
        self._deps = deps

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        try:
            with self._deps.connection() as conn:
                waiting = backlog.measure(conn, self._deps.clock.now())
        except Exception as error:  # noqa: BLE001  a scrape must answer whatever is wrong
            log.warning("metrics without the database", error=type(error).__name__)
            yield GaugeMetricFamily("anxin_database_up", "Whether it answers", value=0)
            return
        yield GaugeMetricFamily("anxin_database_up", "Whether it answers", value=1)
        opened = GaugeMetricFamily("anxin_alarms_open", "Open alarms", labels=["priority"])
        taken = GaugeMetricFamily(
            "anxin_alarms_unclaimed", "Open alarms nobody owns", labels=["priority"]
        )
        for priority in (1, 2, 3, 4):
            opened.add_metric([str(priority)], waiting.open.get(priority, 0))
            taken.add_metric([str(priority)], waiting.unclaimed.get(priority, 0))
        outbox = GaugeMetricFamily("anxin_outbox_waiting", "Messages to send", labels=["lane"])
        for lane in (1, 2):
            outbox.add_metric([str(lane)], waiting.outbox.get(lane, 0))
        yield from (opened, taken, outbox)
        yield GaugeMetricFamily(
            "anxin_timers_overdue", "Timers that should have fired", value=waiting.overdue_timers
        )
        yield GaugeMetricFamily(
            "anxin_timer_overdue_seconds", "By how long the worst", value=waiting.overdue_seconds
        )
