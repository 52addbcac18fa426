"""Does what is due: fires timers, sends messages, takes over what a dead sibling left behind.

Any number of engines may run: everything due is a row, claimed by whoever comes first.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import psycopg
import psycopg_pool
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from alerts import cover, due, overdue, work_orders
from alerts.channels.base import Channel
from alerts.policy import Policy
from alerts.sending import Sender
from alerts.wake import Listener, Waker, Worker
from store import alarms, heartbeats, outbox
from store.clock import Clock
from store.db import Connection, Pool
from store.model import Lane

log = structlog.get_logger(__name__)

LIFE_SENDERS = 4
REST_SENDERS = 1
BEAT = 5
"""Seconds between heartbeats; a part that has not moved for STALLED stops them."""
STALLED = 30.0
COVER = 600
"""Seconds between two looks at the rotas of the time to come."""
WORK = 60
"""Seconds between two looks for new and for overdue work; the shortest deadline is 2 h."""


class Engine:
    """One process's share of the work. `run` returns when asked to stop, everything recorded."""

    def __init__(
        self,
        pool: Pool,
        database_url: str,
        channels: Mapping[str, Channel],
        clock: Clock,
        policy: Policy,
        instance: str,
    ) -> None:
        self._pool = pool
        self._url = database_url
        self._channels = channels
        self._clock = clock
        self._policy = policy
        self._instance = instance
        self._timer_bell = Waker(clock)
        self._sender_bells = {lane: Waker(clock) for lane in Lane}
        self._stopping = threading.Event()
        self._workers: list[Worker] = []

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        listener = Listener(self._url, self._heard)
        self._workers = [self._timers(), self._abandoned(), *self._senders()]
        clockwork = self._clockwork()
        for thread in (listener, *self._workers):
            thread.start()
        clockwork.start()
        log.info("engine running", instance=self._instance, workers=len(self._workers))
        stop.wait()
        clockwork.shutdown(wait=False)
        self._stopping.set()
        listener.stop()
        self._heard(None)
        for worker in self._workers:
            worker.join(timeout=15)
        log.info("engine stopped", instance=self._instance)

    def _heard(self, payload: str | None) -> None:
        """Wake those a notification concerns; None: the connection was new, look at everything."""
        if payload is None or payload.startswith("alarm"):
            self._timer_bell.ring()
        for bell in self._sender_bells.values():
            if payload is None:
                bell.ring()
            elif payload.startswith("notification"):
                bell.ring_one()

    def _timers(self) -> Worker:
        return self._worker(
            "timers",
            lambda: due.fire_next(self._pool, self._clock.now(), self._policy),
            alarms.next_due,
            self._timer_bell,
        )

    def _senders(self) -> list[Worker]:
        lanes = [(Lane.LIFE, n) for n in range(LIFE_SENDERS)]
        lanes += [(Lane.REST, n) for n in range(REST_SENDERS)]
        return [self._sender(lane, number) for lane, number in lanes]

    def _sender(self, lane: Lane, number: int) -> Worker:
        name = f"{self._instance}/{lane.name.lower()}-{number}"
        sender = Sender(self._pool, self._channels, self._clock, self._policy, name)
        names = list(self._channels)
        return self._worker(
            name,
            lambda: sender.send_next(lane),
            lambda conn: outbox.next_due(conn, names, lane),
            self._sender_bells[lane],
        )

    def _abandoned(self) -> Worker:
        name = f"{self._instance}/abandoned"
        sender = Sender(self._pool, self._channels, self._clock, self._policy, name)
        return self._worker(name, sender.take_over_abandoned, lambda _: None, self._timer_bell)

    def _worker(
        self,
        name: str,
        work: Callable[[], bool],
        next_due: Callable[[Connection], datetime | None],
        bell: Waker,
    ) -> Worker:
        return Worker(name, work, next_due, self._pool, bell, self._stopping)

    def _clockwork(self) -> BackgroundScheduler:
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone="UTC",
        )
        scheduler.add_job(self._beat, "interval", seconds=BEAT, next_run_time=_at_once())
        scheduler.add_job(self._cover, "interval", seconds=COVER, next_run_time=_at_once())
        scheduler.add_job(self._work, "interval", seconds=WORK, next_run_time=_at_once())
        return scheduler

    def _beat(self) -> None:
        """Say that this engine is alive, but only while every part of it moves."""
        stalled = [w.name for w in self._workers if w.idle_seconds() > STALLED or not w.is_alive()]
        if stalled:
            log.error("engine part stalled", parts=stalled)
            return
        try:
            with self._pool.connection() as conn:
                heartbeats.beat(conn, "alerts", self._instance, self._clock.now(), {})
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("no heartbeat: database away", error=str(error).strip())

    def _cover(self) -> None:
        """Look whether somebody is on duty for every grid."""
        try:
            with self._pool.connection() as conn:
                cover.check(conn, self._clock.now(), self._policy)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("cover not checked: database away", error=str(error).strip())

    def _work(self) -> None:
        """Make work orders of technical alarms, tell supervisors what is overdue."""
        now = self._clock.now()
        try:
            with self._pool.connection() as conn:
                work_orders.catch_up(conn, now, self._policy)
                overdue.escalate(conn, now, self._policy)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("work not looked at: database away", error=str(error).strip())


def _at_once() -> datetime:
    """APScheduler wants a moment of the real clock for its first run."""
    return datetime.now(UTC)
