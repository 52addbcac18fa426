"""Bounds how long this side waits for the database: for a connection and for each answer.

A server that is frozen keeps its connections open and says nothing, and so does one behind a proxy
that is gone: no time-out of the server's own helps. What waits longer than it may ends with
DatabaseSilentError, and the connection with it, since its answer might still come.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

RV = TypeVar("RV")

ANSWER_WITHIN = 8.0
"""Seconds a lasting process waits for the answer to a statement: a frozen database is named within
ten, and no statement of a press or a page takes one."""
CONNECT_WITHIN = 3
"""Seconds for a connection, to each host of the address."""
STATEMENT_MARGIN = 0.9
"""The server gives up so much earlier: then the connection stays."""
IDLE_IN_TRANSACTION = 30_000
"""Milliseconds after which the server ends a transaction of a process that is frozen itself: what
it had locked is free again."""
NETWORK: Mapping[str, int] = {
    "connect_timeout": CONNECT_WITHIN,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""So that a host that is gone is noticed within some ten seconds, also by who only listens."""
_INTERVAL = 0.1
"""Seconds after which a waiting thread looks at its limit."""


class DatabaseSilentError(psycopg.OperationalError):
    """The database has not answered in time: it is frozen, or the way to it is cut."""


class ReadOnlyDatabaseError(psycopg.OperationalError):
    """The database only reads any more: another server has taken over from it."""


class _Limit(threading.local):
    seconds: float | None = None
    given = False


_limit = _Limit()


@contextmanager
def answers_within(seconds: float | None) -> Iterator[None]:
    """In this thread wait so long for each answer; None: as long as it takes."""
    before = (_limit.given, _limit.seconds)
    _limit.given, _limit.seconds = True, seconds
    try:
        yield
    finally:
        _limit.given, _limit.seconds = before


class BoundedConnection(psycopg.Connection[TupleRow]):
    """A connection that waits no longer than `answer_within` for an answer; None: as long as it
    takes. DatabaseSilentError: that time is over, and the connection is closed."""

    answer_within: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = _INTERVAL, timeout: float | None = None) -> RV:
        """As psycopg's. `timeout`: who gives one waits for what may not come, like a notice."""
        limit = _limit.seconds if _limit.given else self.answer_within
        if timeout is not None or limit is None:
            return self._wait(gen, interval, timeout)
        until = monotonic() + limit
        try:
            return self._wait(gen, interval, limit)
        except psycopg.OperationalError as error:
            if error.sqlstate is not None or monotonic() < until or self.closed:
                raise
            self.pgconn.finish()
            raise DatabaseSilentError(
                f"the database has not answered within {limit:g} s: it is frozen, or the way to "
                "it is cut"
            ) from None

    def _wait(self, gen: PQGen[RV], interval: float, timeout: float | None) -> RV:
        """A server that only reads any more is not ours any more: connect anew."""
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.errors.ReadOnlySqlTransaction as error:
            self.pgconn.finish()
            raise ReadOnlyDatabaseError(
                "the database only reads any more: another server has taken over from it"
            ) from error


def connection_settings(
    database_url: str, name: str, answer_within: float | None = None, options: str = ""
) -> dict[str, Any]:
    """Keywords for a connection to this address; what the address says itself holds. `name`
    appears as application_name, so that pg_stat_activity tells who is who."""
    limits = f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION}"
    if answer_within is not None:
        limits += f" -c statement_timeout={int(answer_within * 1000 * STATEMENT_MARGIN)}"
    ours: dict[str, Any] = {
        **NETWORK,
        "target_session_attrs": "read-write",
        "application_name": name,
        "options": " ".join(("-c TimeZone=UTC", limits, options)).strip(),
    }
    return {key: value for key, value in ours.items() if key not in _given(database_url)}


def _given(database_url: str) -> set[str]:
    """What the address sets; an address that nobody can read is refused when it is used."""
    try:
        return set(conninfo_to_dict(database_url))
    except psycopg.ProgrammingError:
        return set()


def connect(
    database_url: str, name: str, answer_within: float | None = ANSWER_WITHIN, options: str = ""
) -> BoundedConnection:
    """A connection in autocommit outside of any pool. psycopg.Error: it cannot be had."""
    conn = BoundedConnection.connect(
        database_url,
        autocommit=True,
        **connection_settings(database_url, name, answer_within, options),
    )
    conn.answer_within = answer_within
    return conn


@contextmanager
def long_statements(conn: psycopg.Connection[TupleRow], seconds: float) -> Iterator[None]:
    """For work that takes its time, like sums over many readings: so long a statement. Outside of
    any transaction."""
    with answers_within(seconds):
        row = conn.execute("SHOW statement_timeout").fetchone()
        conn.execute(f"SET statement_timeout = {int(seconds * 1000 * STATEMENT_MARGIN)}".encode())
        try:
            yield
        finally:
            if not conn.closed:
                conn.execute(
                    "SELECT set_config('statement_timeout', %s, false)", [row[0] if row else "0"]
                )
