"""The sign of life for somebody outside: called while all is well; its absence is the alarm.

If this host burns, or everything on it hangs, nothing here can say so any more. A monitor elsewhere
expects a call once a minute and raises its voice when the calls stop.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import psycopg_pool
import requests
import structlog

from store import backlog, heartbeats
from store.clock import Clock
from store.db import Connection, Pool

log = structlog.get_logger(__name__)

EVERY = 60.0
PATIENCE = 10.0
FRESH = 30.0
"""Real seconds after which a silent process counts as gone; they beat every few."""
NEEDED = ("ingest", "alerts")
OVERDUE = 60.0
"""Seconds by which a step may be late before something is wrong with the engines."""


def troubles(conn: Connection, clock: Clock) -> list[str]:
    """What is not well, each in a few words; empty when all is."""
    beats = heartbeats.latest(conn)
    alive = {beat.process for beat in beats if -clock.seconds_until(beat.at) <= FRESH}
    found = [f"{name} is silent" for name in NEEDED if name not in alive]
    late = backlog.measure(conn, clock.now()).overdue_seconds
    if late > OVERDUE:
        found.append(f"a step is {late:.0f} s late")
    return found


@contextmanager
def calling(url: str, pool: Pool, clock: Clock, every: float = EVERY) -> Iterator[None]:
    """Call `url` now and then from a thread of its own; an empty one is never called."""
    stopped = threading.Event()
    thread = threading.Thread(
        target=_call_until, args=(stopped, url, pool, clock, every), name="outside", daemon=True
    )
    if url:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        if url:
            thread.join(1)


def _call_until(stopped: threading.Event, url: str, pool: Pool, clock: Clock, every: float) -> None:
    # the first call comes late: the processes get the time to start
    while not stopped.wait(every):
        try:
            with pool.connection(timeout=PATIENCE) as conn:
                wrong = troubles(conn, clock)
            if wrong:
                log.error("no call to the outside", because=wrong)
                continue
            requests.get(url, timeout=PATIENCE).raise_for_status()
        except (psycopg.Error, psycopg_pool.PoolTimeout, requests.RequestException) as error:
            # never the error itself: the address in it is a secret
            log.warning("no call to the outside", error=type(error).__name__)
