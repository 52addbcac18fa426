"""Wakes worker threads by NOTIFY or at a due time, instead of polling. Used by engine.py."""

import threading
from collections.abc import Callable
from datetime import datetime
from time import monotonic

import psycopg
import psycopg_pool
import structlog

from store.answer_limits import connect
from store.clock import Clock
from store.db import WORK_CHANNEL, Connection, Pool

log = structlog.get_logger(__name__)

SAFETY_TICK = 5.0
"""Seconds after which a waiter looks for itself, should a notification ever get lost."""


HELD = 0.02
"""Seconds before looking again at something due that another thread or process is busy with."""


LINE_CHECK = 10.0
"""Seconds between two looks of a listener whether the database still answers."""
STOP_LOOK = 0.1
"""Seconds after which a listener checks whether it is to stop."""


class Waker:
    """Lets many threads wait for one bell. A ring between two waits is not lost."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tick = SAFETY_TICK
        self._changed = threading.Condition()
        self._rings = 0

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._rings += 1
            self._changed.notify_all()

    def ring_one(self) -> None:
        """Wake one of those who wait; who finds work wakes the next (see Worker)."""
        with self._changed:
            self._rings += 1
            self._changed.notify()

    def rings(self) -> int:
        """How often it has rung. Take this before looking for work, then wait for more."""
        with self._changed:
            return self._rings

    def wait(self, seen: int, until: datetime | None, stopped: Callable[[], bool]) -> None:
        """Return when it has rung since `seen`, when `until` has come, after the safety tick, or
        when `stopped` says so (after a ring)."""
        seconds = self._tick
        if until is not None:
            # Due but not taken means that somebody else holds it: do not spin.
            seconds = min(seconds, max(HELD, self._clock.seconds_until(until)))
        with self._changed:
            self._changed.wait_for(lambda: self._rings != seen or stopped(), timeout=seconds)


class Listener(threading.Thread):
    """Listens for NOTIFY on a connection of its own and passes each payload on.

    When the connection breaks it makes a new one and passes `None`: something may have been missed.
    """

    def __init__(self, database_url: str, on_notification: Callable[[str | None], None]) -> None:
        super().__init__(name="listener", daemon=True)
        self._url = database_url
        self._on_notification = on_notification
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        """Wait for its end, so that it does not log the closing of the database as an error."""
        self._stop_asked.set()
        if self.is_alive():
            self.join(timeout=10 * STOP_LOOK)

    def run(self) -> None:
        while not self._stop_asked.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                log.warning("listening connection lost, trying again", error=str(error).strip())
                self._stop_asked.wait(1.0)

    def _listen(self) -> None:
        with connect(self._url, "anxin-listen") as conn:
            conn.execute(f"LISTEN {WORK_CHANNEL}".encode())
            self._on_notification(None)
            checked = monotonic()
            while not self._stop_asked.is_set():
                for notify in conn.notifies(timeout=STOP_LOOK, stop_after=1):
                    self._on_notification(notify.payload)
                if monotonic() - checked >= LINE_CHECK:
                    # A line that is dead behind a proxy is noticed by nothing else.
                    conn.execute("SELECT 1")
                    checked = monotonic()


class Worker(threading.Thread):
    """Repeats one kind of work while there is some, then waits for the bell or the next due time.

    An error is logged and the work tried again after a pause that grows to the safety tick: a
    database that is away must not end the thread.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], bool],
        next_due: Callable[[Connection], datetime | None],
        pool: Pool,
        waker: Waker,
        stopping: threading.Event,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._next_due = next_due
        self._pool = pool
        self._waker = waker
        self._stopping = stopping
        self._moved = monotonic()

    def idle_seconds(self) -> float:
        """Real seconds since the worker last showed that it is alive."""
        return monotonic() - self._moved

    def run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self._moved = monotonic()
            try:
                self._round()
                failures = 0
            except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
                failures += 1
                log.warning("database away, trying again", part=self.name, error=str(error).strip())
                self._pool.check()
                self._stopping.wait(min(SAFETY_TICK, 0.1 * 2**failures))
            except Exception:
                failures += 1
                log.exception("part failed, trying again", part=self.name)
                self._stopping.wait(min(SAFETY_TICK, 0.1 * 2**failures))

    def _round(self) -> None:
        seen = self._waker.rings()
        while self._work():
            self._moved = monotonic()
            # There was something: there may be more for another of us.
            self._waker.ring_one()
            if self._stopping.is_set():
                return
        with self._pool.connection() as conn:
            until = self._next_due(conn)
        self._waker.wait(seen, until, self._stopping.is_set)
