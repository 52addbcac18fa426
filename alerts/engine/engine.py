"""Runs the worker threads of `anxin alerts`: timers, senders, monitoring, rules, periodic jobs.

Any number of engines may run: everything due is a row, claimed by whoever comes first.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg
import psycopg_pool
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from alerts.alarm import absent_owners
from alerts.disk_space import DiskWatch
from alerts.duty import cover_check
from alerts.engine import due_timers, housekeeping
from alerts.engine.clock_guard import ClockGuard
from alerts.engine.queue_reader import QueueReader
from alerts.engine.self_check import LIMITS, Limits
from alerts.engine.sender import Sender
from alerts.engine.thread_watchdog import RESTART_AFTER, STALLED_AFTER, Beats, ThreadWatchdog
from alerts.engine.waking import Listener, Waker, Worker
from alerts.errors import AlertsError
from alerts.metrics import ClockAhead, Disks, Parts, Waiting, exposed
from alerts.notify.carriers.interface import ByCarrier
from alerts.notify.channels.interface import CarrierQueue, Channel
from alerts.notify.channels.registry import BY_PHONE
from alerts.policy import Policy
from alerts.response import reconciliation
from alerts.response.calls import centre_calls
from alerts.watch import device_monitoring, rule_monitoring
from alerts.work import flapping, overdue, work_orders
from store.clock import Clock
from store.db import Connection, Pool
from store.escalation import timers
from store.model import OutboxLane
from store.records import read_code
from store.watch import monitored_devices

log = structlog.get_logger(__name__)

PHONE_SENDERS = {OutboxLane.LIFE: 4, OutboxLane.AT_RISK: 1, OutboxLane.ROUTINE: 1}
"""For the carrier's channels together, by lane."""
OTHER_SENDERS = {OutboxLane.LIFE: 2, OutboxLane.AT_RISK: 1, OutboxLane.ROUTINE: 1}
"""For each channel that is not the carrier's."""
COVER_EVERY = 600
"""Seconds between two checks of the rotas of the time to come."""
OWNERS_EVERY = 10
"""Seconds between looking for owners who have left the desk."""
WORK_EVERY = 60
"""Seconds between two searches for new and for overdue work; the shortest deadline is 2 h."""
REPEATS_EVERY = 20
"""Seconds between looking for repeats whose minute is over."""
RECONCILE_EVERY = 120.0
"""Seconds between two questions to the carrier for what its callbacks missed."""
HEARTBEAT_EVERY = 5.0
"""Seconds between heartbeats; a part that has not moved stops them."""
MONITOR_EVERY = 60.0
"""Seconds between calls to the outside monitor."""


class StalledError(AlertsError):
    """A thread of the engine hangs for good: the process has to be started again."""


@dataclass(frozen=True, slots=True)
class SelfCheckSettings:
    """How an engine checks itself; real seconds. `heartbeat_url`: an outside monitor, "" none;
    `disks`: directories whose disks are watched."""

    heartbeat_url: str = ""
    disks: tuple[str, ...] = ()
    heartbeat_every: float = HEARTBEAT_EVERY
    monitor_every: float = MONITOR_EVERY
    stalled_after: float = STALLED_AFTER
    restart_after: float = RESTART_AFTER
    limits: Limits = LIMITS


class Engine:
    """One process's share of the work. `run` returns when asked to stop, everything recorded."""

    def __init__(
        self,
        pool: Pool,
        database_url: str,
        channels: Mapping[str, Channel | ByCarrier],
        clock: Clock,
        policy: Policy,
        instance: str,
        self_check: SelfCheckSettings | None = None,
        reconcile_every: float = RECONCILE_EVERY,
        queues: Sequence[CarrierQueue] = (),
    ) -> None:
        self._queues = queues
        self._reconcile_every = reconcile_every
        self._self_check = self_check or SelfCheckSettings()
        self._disks = DiskWatch(self._self_check.disks)
        self._pool = pool
        self._url = database_url
        self._channels = channels
        self._clock = clock
        self._policy = policy
        self._instance = instance
        self._timer_bell = Waker(clock)
        self._sender_bells: dict[tuple[OutboxLane, str], Waker] = {}
        """By lane and channel; channels with the same senders have the same bell."""
        self._idle_bell = Waker(clock)
        """Rings for nothing but a new connection and the end."""
        self._stopping = threading.Event()
        self._workers: list[Worker] = []
        self._watchdog: ThreadWatchdog | None = None
        self._scheduler = self._made_scheduler()
        self._guard = ClockGuard(
            clock, instance, lambda: self._on_notification(None), self._jobs_at_once
        )

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. StalledError: a part hangs for good."""
        listener = Listener(self._url, self._on_notification)
        self._workers = [
            self._timers(),
            self._monitoring(),
            self._rules(),
            self._abandoned(),
            *self._probe(),
            *self._senders(),
            *map(self._queue_reader, self._queues),
        ]
        settings = self._self_check
        watchdog = ThreadWatchdog(
            self._pool,
            self._clock,
            self._instance,
            self._workers,
            own_texts=self._policy.own_texts,
            guard=self._guard,
            disks=self._disks,
            heartbeat_url=settings.heartbeat_url,
            limits=settings.limits,
            stalled_after=settings.stalled_after,
            restart_after=settings.restart_after,
        )
        self._watchdog = watchdog
        waiting, parts = Waiting(self._pool, self._clock), Parts(watchdog.idle)
        with exposed(waiting, parts, ClockAhead(self._clock), Disks(self._disks)):
            self._run_threads(listener, watchdog, stop)

    def _run_threads(
        self, listener: Listener, watchdog: ThreadWatchdog, stop: threading.Event
    ) -> None:
        self._policy.own_texts.first_look(self._pool)
        scheduler = self._scheduler
        self._add_jobs()
        beats = Beats(watchdog.beat, self._self_check.heartbeat_every, self._stopping)
        # The heartbeat last: who has not begun yet counts as stuck, and the desk would be alarmed.
        for thread in (listener, *self._workers, beats):
            thread.start()
        scheduler.start()
        log.info("engine running", instance=self._instance, workers=len(self._workers))
        while not (stop.wait(0.5) or watchdog.must_restart.is_set()):
            pass
        scheduler.shutdown(wait=not watchdog.must_restart.is_set())
        self._stopping.set()
        listener.stop()
        self._on_notification(None)
        for worker in self._workers:
            worker.join(timeout=0 if watchdog.must_restart.is_set() else 15)
        log.info("engine stopped", instance=self._instance)
        if watchdog.must_restart.is_set():
            raise StalledError(
                f"{', '.join(watchdog.stalled())}: hangs; the process has to start again"
            )

    def _on_notification(self, payload: str | None) -> None:
        """Wake the workers a NOTIFY payload concerns; None: the connection was new, wake all."""
        if payload is None:
            for every in (self._timer_bell, self._idle_bell, *self._sender_bells.values()):
                every.ring()
            return
        what, _, rest = payload.partition(" ")
        if what == "alarm":
            self._timer_bell.ring()
        elif what == "notification":
            _number, lane, channel = rest.split()
            bell = self._sender_bells.get((read_code(OutboxLane, int(lane)), channel))
            if bell is not None:
                bell.ring_one()

    def _timers(self) -> Worker:
        return self._worker(
            "timers",
            lambda: due_timers.fire_next_timer(self._pool, self._clock.now(), self._policy),
            timers.next_due,
            self._timer_bell,
        )

    def _monitoring(self) -> Worker:
        """Hubs, devices, outages and modes. No notification wakes it: it looks when something is
        due, and with the safety tick for who has come back."""
        return self._worker(
            "supervision",
            lambda: device_monitoring.monitor_devices(self._pool, self._clock.now(), self._policy),
            monitored_devices.next_due,
            self._idle_bell,
        )

    def _rules(self) -> Worker:
        """Silence, stays and temperatures, by the rules of each home."""
        return self._worker(
            "rhythm",
            lambda: rule_monitoring.check_rules(self._pool, self._clock, self._policy),
            lambda conn: rule_monitoring.next_due(conn, self._clock),
            self._idle_bell,
        )

    def _senders(self) -> list[Worker]:
        """Senders of their own for each lane of the carrier, so that neither routine messages nor
        a slow server of somebody else's ever delay an alarm."""
        by_phone = [name for name in self._channels if name in BY_PHONE]
        plan = [(lane, by_phone, PHONE_SENDERS[lane]) for lane in OutboxLane]
        for name in self._channels:
            if name not in BY_PHONE:
                plan += [(lane, [name], OTHER_SENDERS[lane]) for lane in OutboxLane]
        return [
            self._sender(lane, names, number)
            for lane, names, count in plan
            if names
            for number in range(count)
        ]

    def _sender(self, lane: OutboxLane, channels: list[str], number: int) -> Worker:
        name = f"{self._instance}/{lane.name.lower()}-{'+'.join(channels)}-{number}"
        own_channels = {channel: self._channels[channel] for channel in channels}
        sender = Sender(self._pool, own_channels, self._clock, self._policy, name)
        return self._worker(
            name,
            lambda: sender.send_next(lane),
            lambda conn: sender.next_due(conn, lane),
            self._bell(lane, channels),
        )

    def _bell(self, lane: OutboxLane, channels: list[str]) -> Waker:
        """One waker for all senders of the same work: a ring wakes one of them, never others."""
        bell = self._sender_bells.get((lane, channels[0]), Waker(self._clock))
        self._sender_bells |= {(lane, channel): bell for channel in channels}
        return bell

    def _abandoned(self) -> Worker:
        name = f"{self._instance}/abandoned"
        sender = Sender(self._pool, self._channels, self._clock, self._policy, name)
        return self._worker(name, sender.take_over_abandoned, lambda _: None, self._idle_bell)

    def _probe(self) -> list[Worker]:
        """Tries the carrier while it refuses. No notification wakes it: see the safety tick."""
        by_phone = {name: ch for name, ch in self._channels.items() if name in BY_PHONE}
        name = f"{self._instance}/probe"
        sender = Sender(self._pool, by_phone, self._clock, self._policy, name)
        return [self._worker(name, sender.probe, sender.next_probe, self._idle_bell)] * bool(
            by_phone
        )

    def _queue_reader(self, queue: CarrierQueue) -> Worker:
        """Waits at the queue itself, a few seconds at a time."""
        name = f"{self._instance}/{queue.carrier}-{queue.name}"
        reader = QueueReader(self._pool, queue, self._clock, self._policy, name)
        return self._worker(name, reader.read_next, reader.next_look, self._idle_bell)

    def _worker(
        self,
        name: str,
        work: Callable[[], bool],
        next_due: Callable[[Connection], datetime | None],
        bell: Waker,
    ) -> Worker:
        """Who stands aside looks again with the safety tick."""
        aside = self._guard.stands_aside
        return Worker(
            name,
            lambda: not aside() and work(),
            lambda conn: None if aside() else next_due(conn),
            self._pool,
            bell,
            self._stopping,
        )

    def _made_scheduler(self) -> BackgroundScheduler:
        return BackgroundScheduler(
            # A carrier that is slow to answer must not hold up the rest.
            executors={"default": ThreadPoolExecutor(2), "carrier": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )

    def _add_jobs(self) -> None:
        """Periodic work that needs no second; whoever stands aside leaves it."""
        watchdog = self._watchdog
        assert watchdog is not None  # noqa: S101  see run
        # The first call comes late: the other processes get the time to start.
        monitor = self._self_check.monitor_every
        self._scheduler.add_job(watchdog.call_monitor, "interval", seconds=monitor)
        self._job(self._check_cover, COVER_EVERY)
        self._job(self._look_for_owners, OWNERS_EVERY)
        self._job(self._work_rounds, WORK_EVERY)
        self._job(self._journal_repeats, REPEATS_EVERY)
        self._job(self._reconcile, self._reconcile_every, executor="carrier")
        self._job(self._housekeep, housekeeping.EVERY, at_once=False)

    def _job(
        self,
        work: Callable[[], None],
        seconds: float,
        *,
        executor: str = "default",
        at_once: bool = True,
    ) -> None:
        def unless_aside() -> None:
            if not self._guard.stands_aside():
                work()

        first = {"next_run_time": _at_once()} if at_once else {}
        self._scheduler.add_job(
            unless_aside, "interval", seconds=seconds, executor=executor, **first
        )

    def _jobs_at_once(self) -> None:
        """The machine's clock was put back, and the scheduler goes by it: it would wait until the
        old times come again."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=_at_once())

    def _housekeep(self) -> None:
        housekeeping.run_housekeeping(self._pool, self._clock, self._policy)

    def _check_cover(self) -> None:
        """Check whether somebody is on duty for every grid."""
        try:
            with self._pool.connection() as conn:
                cover_check.check_cover(conn, self._clock.now(), self._policy)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("cover not checked: database away", error=str(error).strip())

    def _look_for_owners(self) -> None:
        """Raise again what belongs to owners who are gone; end calls of which nothing is heard."""
        try:
            absent_owners.raise_what_the_absent_own(self._pool, self._clock.now(), self._policy)
            with self._pool.connection() as conn:
                centre_calls.end_lost(conn, self._clock.now(), self._policy)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("owners not looked for: database away", error=str(error).strip())

    def _reconcile(self) -> None:
        """Fetch what the carrier's callbacks missed."""
        try:
            reconciliation.reconcile(
                self._pool,
                self._channels,
                self._clock.now(),
                self._policy,
                self._stopping.is_set,
            )
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("carrier not asked: database away", error=str(error).strip())

    def _journal_repeats(self) -> None:
        """Write down what was counted of alarms that are stated again and again."""
        try:
            with self._pool.connection() as conn:
                flapping.journal_repeats(conn, self._clock.now(), self._policy)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("repeats not written down: database away", error=str(error).strip())

    def _work_rounds(self) -> None:
        """Create work orders for technical alarms, notify supervisors of what is overdue."""
        now = self._clock.now()
        try:
            with self._pool.connection() as conn:
                work_orders.create_wanted(conn, now, self._policy)
                overdue.notify_overdue(conn, now, self._policy)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("work not looked at: database away", error=str(error).strip())


def _at_once() -> datetime:
    """APScheduler wants a moment of the real clock for its first run."""
    return datetime.now(UTC)
