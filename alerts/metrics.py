"""Prometheus metrics: counters of a process, and gauges read from the database when scraped.

The counters live in a registry of their own, so that each process (the API, too, where the
carrier's callbacks arrive) shows what it has counted itself.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import structlog
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import REGISTRY, Collector

from alerts.disk_space import DiskWatch
from store.answer_limits import answers_within
from store.clock import Clock, ComparedClock
from store.db import Pool
from store.engine import backlog

log = structlog.get_logger(__name__)

COUNTERS = CollectorRegistry()
RAISED = Counter("anxin_alarms_raised", "Alarms raised", ["kind", "priority"], registry=COUNTERS)
MESSAGES = Counter(
    "anxin_messages",
    "What became of messages: sent, delivered, delivery_failed, …",
    ["event", "channel", "code"],
    registry=COUNTERS,
)
DEAD_LETTERS = Counter(
    "anxin_dead_letters",
    "Messages from homes that could not be read, by class of reason",
    ["reason"],
    registry=COUNTERS,
)
"""The class of a dead letter's reason is what stands before its first colon."""


PATIENCE = 2.0
"""Seconds for a connection and for each answer: a scrape gives up after ten."""


class Waiting(Collector):
    """How much waits, read when asked, so that it is never stale; away: only `up` is 0."""

    def __init__(self, pool: Pool, clock: Clock, patience: float = PATIENCE) -> None:
        self._pool = pool
        self._clock = clock
        self._patience = patience

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        try:
            with (
                answers_within(self._patience),
                self._pool.connection(timeout=self._patience) as conn,
            ):
                waiting = backlog.measure(conn, self._clock.now())
        except Exception as error:  # noqa: BLE001  a scrape must answer whatever is wrong
            log.warning("metrics without the database", error=type(error).__name__)
            yield _gauge("anxin_database_up", "Whether it answers", 0)
            return
        yield _gauge("anxin_database_up", "Whether it answers", 1)
        yield from _alarms(waiting)
        yield from _outbox(waiting)
        yield _gauge(
            "anxin_timers_overdue", "Timers that should have fired", waiting.overdue_timers
        )
        yield _gauge(
            "anxin_timer_overdue_seconds", "By how long the worst", waiting.overdue_seconds
        )
        yield _gauge("anxin_hubs_down", "Hubs that have fallen silent", waiting.hubs_down)
        yield _gauge(
            "anxin_supervision_overdue_seconds",
            "How late supervision looks at homes",
            waiting.supervision_overdue_seconds,
        )


class Parts(Collector):
    """How long ago each part of a process last moved; `newest`: when it last got a message."""

    def __init__(
        self,
        idle: Callable[[], dict[str, float]],
        connected: Callable[[], dict[str, float]] = dict,
        newest: Callable[[], dict[str, float]] = dict,
    ) -> None:
        self._idle, self._connected, self._newest = idle, connected, newest

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        yield _by("anxin_part_idle_seconds", "Since a part last moved", "part", self._idle())
        yield _by(
            "anxin_lane_connected", "Whether a lane is at the broker", "lane", self._connected()
        )
        yield _by(
            "anxin_newest_message_age_seconds", "Since a lane got a message", "lane", self._newest()
        )


class ClockAhead(Collector):
    """How far this process's machine is before the database's time, once they were compared."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        ahead = self._clock.ahead if isinstance(self._clock, ComparedClock) else None
        if ahead is not None:
            help_ = "By how much this machine's clock is before the database's"
            yield _gauge("anxin_clock_ahead_seconds", help_, ahead)


class Disks(Collector):
    """Free space of the watched disks, and when they will be full."""

    def __init__(self, watch: DiskWatch) -> None:
        self._watch = watch

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        found = self._watch.look()
        free = {space.path: float(space.free) for space in found}
        yield _by("anxin_disk_free_bytes", "Free for the database and its like", "path", free)
        total = {space.path: float(space.total) for space in found}
        yield _by("anxin_disk_total_bytes", "Size of a watched disk", "path", total)
        soon = {space.path: space.full_in for space in found if space.full_in is not None}
        yield _by(
            "anxin_disk_full_in_seconds",
            "Until it is full, at the pace of the last day",
            "path",
            soon,
        )


class Probes(Collector):
    """How long the last probe of each lane held here took, and how long ago it came back; and what
    the broker says it has dropped."""

    def __init__(
        self,
        probes: Callable[[], Mapping[str, tuple[float | None, float]]],
        dropped: Callable[[], int | None],
    ) -> None:
        self._probes, self._dropped = probes, dropped

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        found = self._probes()
        took = {lane: seconds for lane, (seconds, _) in found.items() if seconds is not None}
        yield _by(
            "anxin_canary_seconds", "From sending to acknowledging our own message", "lane", took
        )
        yield _by(
            "anxin_canary_age_seconds",
            "Since one came back",
            "lane",
            {lane: age for lane, (_, age) in found.items()},
        )
        dropped = self._dropped()
        if dropped is not None:
            yield _gauge("anxin_broker_dropped", "Messages the broker has dropped", dropped)


class _Counted(Collector):
    """The counters, as one collector of the process's registry."""

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        return COUNTERS.collect()


_COUNTED = _Counted()
_exposing = threading.Lock()
_users = [0]
"""How many parts of this process show the counters: they are registered once."""


@contextmanager
def exposed(*collectors: Collector) -> Iterator[None]:
    """Show collectors, and the counters, on the process's metrics port while the block runs."""
    with _exposing:
        _users[0] += 1
        if _users[0] == 1:
            REGISTRY.register(_COUNTED)
        for collector in collectors:
            REGISTRY.register(collector)
    try:
        yield
    finally:
        with _exposing:
            _users[0] -= 1
            if _users[0] == 0:
                REGISTRY.unregister(_COUNTED)
            for collector in collectors:
                REGISTRY.unregister(collector)


def _alarms(waiting: backlog.Backlog) -> Iterable[Metric]:
    yield _by(
        "anxin_alarms_open",
        "Open alarms",
        "priority",
        {str(p): waiting.open.get(p, 0) for p in (1, 2, 3, 4)},
    )
    yield _by(
        "anxin_alarms_unclaimed",
        "Open alarms nobody owns",
        "priority",
        {str(p): waiting.unclaimed.get(p, 0) for p in (1, 2, 3, 4)},
    )


def _outbox(waiting: backlog.Backlog) -> Iterable[Metric]:
    yield _by(
        "anxin_outbox_waiting",
        "Messages to send",
        "lane",
        {str(n): waiting.outbox.get(n, 0) for n in (1, 2, 3)},
    )
    yield _by(
        "anxin_outbox_oldest_seconds",
        "How long the oldest due message waits",
        "lane",
        {str(n): waiting.outbox_seconds.get(n, 0.0) for n in (1, 2, 3)},
    )
    yield _gauge(
        "anxin_outbox_sending_seconds",
        "How long the oldest send has been under way",
        waiting.sending_seconds,
    )


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=value)


def _by(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, help_, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family
