"""Watches the engine's threads, the database and the backlog; writes the heartbeat.

It calls an outside monitor only while nothing is wrong. A dead man's switch: the monitor raises the
alarm when the calls stop.
"""

import http.client
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import asdict
from time import monotonic
from typing import Any

import psycopg
import psycopg_pool
import structlog

from alerts.disk_space import DiskWatch, complaints
from alerts.engine.clock_guard import ClockGuard
from alerts.engine.self_check import LIMITS, Limits, database_fault, find_problems
from alerts.engine.waking import Worker
from alerts.own_texts import OwnTexts
from store.answer_limits import answers_within
from store.clock import Clock
from store.db import Pool
from store.engine import heartbeats

log = structlog.get_logger(__name__)

STALLED_AFTER = 30.0
"""Seconds after which a part that has not moved counts as stuck."""
RESTART_AFTER = 120.0
"""Seconds after which the process ends itself, so that it is started again."""
DATABASE_TIMEOUT = 3.0


class ThreadWatchdog:
    """Watches one engine. `stalled_after`, `restart_after`: see the constants. `must_restart` is
    set when a worker has not moved for so long that only a new process helps."""

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        instance: str,
        workers: Sequence[Worker],
        *,
        own_texts: OwnTexts,
        guard: ClockGuard | None = None,
        disks: DiskWatch | None = None,
        heartbeat_url: str = "",
        limits: Limits = LIMITS,
        stalled_after: float = STALLED_AFTER,
        restart_after: float = RESTART_AFTER,
    ) -> None:
        self.must_restart = threading.Event()
        self._pool = pool
        self._clock = clock
        self._instance = instance
        self._workers = workers
        self._own_texts = own_texts
        self._disks = disks or DiskWatch()
        self._guard = guard or ClockGuard(clock, instance)
        self._url = heartbeat_url
        self._limits = limits
        self._stalled_after = stalled_after
        self._restart_after = restart_after

    def idle(self) -> dict[str, float]:
        """By worker: real seconds since it last moved."""
        return {worker.name: worker.idle_seconds() for worker in self._workers}

    def stalled(self) -> list[str]:
        return [
            w.name
            for w in self._workers
            if w.idle_seconds() > self._stalled_after or not w.is_alive()
        ]

    def beat(self) -> None:
        """Compare the clock; write this engine's heartbeat, but only while every worker of it
        moves."""
        self._try(self._compare)
        stalled = self.stalled()
        if stalled:
            log.error("engine part stalled", parts=stalled)
            if any(seconds > self._restart_after for seconds in self.idle().values()):
                self.must_restart.set()
            return
        self._try(self._write_beat)

    def call_monitor(self) -> None:
        """Call the outside monitor if all is well; what is not is logged and ends the calls."""
        wrong = self.complaints()
        if wrong:
            log.error("all is not well", complaints=wrong)
        elif self._url:
            _get(self._url)

    def complaints(self) -> list[str]:
        """What is wrong with this engine, the database, or anything that is due."""
        stalled = [f"engine part stalled: {name}" for name in self.stalled()]
        began = monotonic()
        try:
            with (
                answers_within(DATABASE_TIMEOUT),
                self._pool.connection(timeout=DATABASE_TIMEOUT) as conn,
            ):
                found = find_problems(conn, self._clock, self._limits)
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            found = [database_fault(error, monotonic() - began)]
        return stalled + complaints(self._disks.look()) + found

    def _write_beat(self) -> None:
        with (
            answers_within(DATABASE_TIMEOUT),
            self._pool.connection(timeout=DATABASE_TIMEOUT) as conn,
        ):
            detail: dict[str, Any] = {**self._guard.detail()}
            if spaces := self._disks.look():
                detail["disks"] = [asdict(space) for space in spaces]
            heartbeats.beat(conn, "alerts", self._instance, self._clock.now(), detail)
            self._own_texts.look(conn)

    def _compare(self) -> None:
        with (
            answers_within(DATABASE_TIMEOUT),
            self._pool.connection(timeout=DATABASE_TIMEOUT) as conn,
        ):
            self._guard.look(conn)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except psycopg.errors.DiskFull as error:
            log.error("no heartbeat: the database's disk is full", error=str(error).strip())  # noqa: TRY400
        except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
            log.warning("no heartbeat: database away", error=str(error).strip())


class Beats(threading.Thread):
    """Calls `beat` again and again, by the time that passes: a clock that is put back stops it no
    more than it stops the work."""

    def __init__(self, beat: Callable[[], None], every: float, stopping: threading.Event) -> None:
        super().__init__(name="beats", daemon=True)
        self._beat, self._every, self._stopping = beat, every, stopping

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._beat()
            except Exception:
                log.exception("heartbeat failed, going on")
            self._stopping.wait(self._every)


def _get(url: str) -> None:
    """Call the monitor; that it is away must not disturb us."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  http(s) by settings
            answer.read(1024)
    except (OSError, http.client.HTTPException, urllib.error.URLError) as error:
        log.warning("the outside monitor does not answer", error=type(error).__name__)
