"""Access to the database for all of store: pool, named queries, rows to dataclasses."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from enum import Enum
from functools import cache, partial
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import psycopg
from psycopg.abc import QueryNoTemplate
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

from store.answer_limits import BoundedConnection, answers_within, connection_settings
from store.batching import BatchingConnection
from store.model import Role
from store.records import read_code
from store.sql_log import LoggingCursor
from store.statements import Queries as Queries

Connection = psycopg.Connection[TupleRow]
Pool = ConnectionPool[Connection]

WORK_CHANNEL = "anxin"
"""NOTIFY channel. Payloads: `alarm 12`, `device 56`, `notification 34 1 sms` (lane and
channel). Readings never notify: NOTIFY serialises commits."""

CHECK_WITHIN = 1.0
"""Seconds for an empty statement: whether a connection is any good."""
_T = TypeVar("_T")


def open_pool(
    database_url: str,
    *,
    size: int = 8,
    name: str = "anxin",
    steady: bool = False,
    log_sql: bool = False,
    answer_within: float | None = None,
) -> Pool:
    """A pool that keeps trying while the database is away; raises nothing at start.

    Connections are in autocommit: one statement is its own transaction, and everything that
    belongs together says so with `conn.transaction()`.

    `steady`: for a process that does the same few things for ever and tries again by itself. Its
    statements are planned once a connection and for good, and a connection is not tried out each
    time before it is used: who finds one broken calls `pool.check()`.

    `name` appears as application_name, so that pg_stat_activity tells who is who.

    `log_sql`: log each statement with the time it took.

    `answer_within`: how long, in seconds, a statement may take and its answer is waited for
    (store/answer_limits.py); None: as long as it takes.
    """
    options = "-c plan_cache_mode=force_generic_plan" if steady else ""
    return BoundedPool(
        database_url,
        connection_class=BatchingConnection,
        min_size=size if steady else 1,
        max_size=size,
        kwargs={
            "autocommit": True,
            **connection_settings(database_url, name, answer_within, options),
            "prepare_threshold": 1 if steady else 5,
            "cursor_factory": LoggingCursor if log_sql else psycopg.Cursor,
        },
        timeout=30,
        open=True,
        configure=partial(_bound, answer_within),
        check=None if steady else _check,
        reconnect_timeout=10,
    )


class BoundedPool(ConnectionPool[Connection]):
    """Looks at its connections without waiting for each that is silent."""

    def check(self) -> None:
        with answers_within(CHECK_WITHIN):
            super().check()


def _check(conn: Connection) -> None:
    with answers_within(CHECK_WITHIN):
        ConnectionPool.check_connection(conn)


def _bound(answer_within: float | None, conn: Connection) -> None:
    if isinstance(conn, BoundedConnection):
        conn.answer_within = answer_within


def rows_of(cls: type[_T]) -> Callable[[psycopg.Cursor[Any]], Callable[[Sequence[Any]], _T]]:
    """Row factory for a dataclass: columns by name, enum columns become enums.

    Columns the dataclass does not have are passed over, and codes it does not know become values
    that show themselves (`read_code`), so that an older process keeps working while a newer
    migration has already added some. ValueError: a role nobody knows, which may open nothing.
    """
    convert = _enum_fields(cls)  # type: ignore[arg-type]
    wanted = {f.name for f in fields(cls)}  # type: ignore[arg-type]

    def factory(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], _T]:
        # Not cursor.description, which makes an object of each column first.
        result = cursor.pgresult
        names = [(result.fname(i) or b"").decode() for i in range(result.nfields)] if result else []
        columns = [(i, name, convert.get(name)) for i, name in enumerate(names) if name in wanted]

        def make(values: Sequence[Any]) -> _T:
            return cls(
                **{
                    name: read(values[i]) if read and values[i] is not None else values[i]
                    for i, name, read in columns
                }
            )

        return make

    return factory


def prefetch(
    conn: Connection, cls: type[_T], query: QueryNoTemplate, params: Any = None
) -> psycopg.Cursor[_T]:
    """Execute, and fetch later: in a pipeline several questions share one round trip."""
    return conn.cursor(row_factory=rows_of(cls)).execute(query, params)


def fetch_all(
    conn: Connection, cls: type[_T], query: QueryNoTemplate, params: Any = None
) -> list[_T]:
    with prefetch(conn, cls, query, params) as cursor:
        return cursor.fetchall()


def fetch_one(
    conn: Connection, cls: type[_T], query: QueryNoTemplate, params: Any = None
) -> _T | None:
    with prefetch(conn, cls, query, params) as cursor:
        return cursor.fetchone()


@cache
def _enum_fields(cls: Any) -> dict[str, Callable[[Any], Enum]]:
    """How the values of a dataclass's enum fields are read, by the name of the field."""
    hints = get_type_hints(cls)
    found: dict[str, Callable[[Any], Enum]] = {}
    for name in (f.name for f in fields(cls)):
        options = get_args(hints[name]) if get_origin(hints[name]) is UnionType else [hints[name]]
        for option in options:
            if isinstance(option, type) and issubclass(option, Enum):
                found[name] = option if option is Role else partial(read_code, option)
    return found
