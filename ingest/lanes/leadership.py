"""Leader election of a lane by a database lock: one process works, the others stand by.

Two MQTT clients with one id throw each other out for ever. The lock is a PostgreSQL advisory lock
of a session: it goes with the process that held it, so that the standby takes over at once.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import psycopg
import structlog

from store.answer_limits import connect
from store.db import Connection

log = structlog.get_logger(__name__)

RETRY_DELAY = 1.0
STANDBY_POLL = 0.1
"""Seconds between two looks of a standby whether the lane is free: a press may be waiting."""
CHECK_EVERY = 1.0
"""Seconds between looks whether the lock is still ours."""
# The server, too, must notice within seconds that a machine is gone, or its lock outlives it.
_SERVER_KEEPALIVE = (
    "-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3"
)


class Leadership:
    """Held while its connection lives."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._checked = monotonic()

    def held(self) -> bool:
        """False once the connection, and with it the lock, is lost."""
        if monotonic() - self._checked >= CHECK_EVERY:
            try:
                self._conn.execute("SELECT 1")
            except psycopg.Error:
                return False
            self._checked = monotonic()
        return not self._conn.closed


@contextmanager
def leadership(
    database_url: str, lock: int, name: str, stopping: threading.Event
) -> Iterator[Leadership | None]:
    """Wait until this process holds the lock; None when asked to stop before that."""
    conn = _acquire(database_url, lock, name, stopping)
    if conn is None:
        yield None
        return
    log.info("holding the lane", lane=name)
    try:
        yield Leadership(conn)
    finally:
        conn.close()


def _acquire(
    database_url: str, lock: int, name: str, stopping: threading.Event
) -> Connection | None:
    standing_by = False
    while not stopping.is_set():
        try:
            conn = connect(database_url, f"anxin-{name}", options=_SERVER_KEEPALIVE)
            while not stopping.is_set():
                row = conn.execute("SELECT pg_try_advisory_lock(%s)", [lock]).fetchone()
                if row and row[0]:
                    return conn
                if not standing_by:
                    log.info("standing by: another process holds the lane", lane=name)
                    standing_by = True
                stopping.wait(STANDBY_POLL)
            conn.close()
        except psycopg.Error as error:
            log.warning("database not reachable, trying again", lane=name, error=str(error).strip())
            stopping.wait(RETRY_DELAY)
    return None
