"""Deferred writes: a connection that sends rows in one statement together with COMMIT.

Much of what a use case writes is not read again before COMMIT: journal lines, messages, the next
timer, who is to be woken. Such rows are deferred and sent in one statement together with the
COMMIT. Outside a transaction, and on any other connection, they are written at once.

Queries that are certain to come first can be sent together with BEGIN (`begin_with`).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from enum import StrEnum
from typing import Any

import orjson
import psycopg
from psycopg.rows import TupleRow

from store.answer_limits import BoundedConnection
from store.statements import Queries

Row = Mapping[str, Any]

SQL = Queries("batching")


class DeferredRows(StrEnum):
    """Kinds of rows that can be deferred; store/batching.sql says what is done with each."""

    MESSAGES = "messages"
    LINES = "lines"
    TIMERS = "timers"
    TIES = "ties"
    PAYLOADS = "payloads"
    REPEATS = "repeats"


class BatchingConnection(BoundedConnection):
    """A connection that can defer rows. What waits when a nested transaction begins is written
    before it: a savepoint takes back only its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._depth = 0
        self._waiting: dict[DeferredRows, list[Row]] = {}
        self._order = 0

    def defer(self, part: DeferredRows, row: Row) -> None:
        if self._depth == 0:
            self.execute(SQL["write_deferred"], _as_parameter({part: [{**row, "place": 0}]}))
            return
        self._order += 1
        self._waiting.setdefault(part, []).append({**row, "place": self._order})

    def flush(self) -> None:
        """Write the deferred rows now: something is about to read them."""
        if self._waiting:
            waiting, self._waiting = self._waiting, {}
            self.execute(SQL["write_deferred"], _as_parameter(waiting))

    @contextmanager
    def transaction(
        self,
        savepoint_name: str | None = None,
        force_rollback: bool = False,
        *,
        first: Callable[[], object] | None = None,
    ) -> Iterator[psycopg.Transaction]:
        """As psycopg's. The error of a deferred row is raised at the end. `first` executes
        statements that are sent together with BEGIN; it must not wait for their results."""
        self.flush()
        outermost, self._depth = self._depth == 0, self._depth + 1
        try:
            with ExitStack() as begun, ExitStack() as together, ExitStack() as inside:
                if first is not None:
                    begun.enter_context(self.pipeline())
                # Not super's: begun in a pipeline, that would be one to its end.
                transaction = inside.enter_context(
                    psycopg.Transaction(self, savepoint_name, force_rollback)
                )
                if first is not None:
                    first()
                    begun.close()
                yield transaction
                if outermost and self._waiting:
                    together.enter_context(self.pipeline())
                    self.flush()
        except BaseException:
            self._waiting = {}
            if outermost and not self.closed:
                # COMMIT had been sent already when what went before it was refused.
                self.rollback()
            raise
        finally:
            self._depth -= 1
            if outermost:
                self._waiting = {}  # also what a psycopg.Rollback has taken back


def begin_with(
    conn: psycopg.Connection[TupleRow], first: Callable[[], object]
) -> AbstractContextManager[psycopg.Transaction]:
    """A transaction that begins with the statements `first` executes; it must not wait for their
    results, which are there when the block begins."""
    if isinstance(conn, BatchingConnection):
        return conn.transaction(first=first)
    return _begin_with_slowly(conn, first)


@contextmanager
def _begin_with_slowly(
    conn: psycopg.Connection[TupleRow], first: Callable[[], object]
) -> Iterator[psycopg.Transaction]:
    with conn.transaction() as transaction:
        first()
        yield transaction


def defer(conn: psycopg.Connection[TupleRow], part: DeferredRows, row: Row) -> None:
    """Write this row by the end of the transaction, or now where there is none."""
    if isinstance(conn, BatchingConnection):
        conn.defer(part, row)
    else:
        conn.execute(SQL["write_deferred"], _as_parameter({part: [{**row, "place": 0}]}))


def flush(conn: psycopg.Connection[TupleRow]) -> None:
    """Write the deferred rows of this connection, if any: they are about to be read."""
    if isinstance(conn, BatchingConnection):
        conn.flush()


def _as_parameter(parts: Mapping[DeferredRows, list[Row]]) -> dict[str, str]:
    """Rows as one parameter: quicker than a list for each column."""
    last = {
        (row["alarm_id"], row["kind"], row["ref"]): row
        for row in parts.get(DeferredRows.TIMERS, [])
    }
    rows = {**parts, DeferredRows.TIMERS: list(last.values())}  # a timer set twice is moved
    return {"parts": orjson.dumps(rows, option=orjson.OPT_NON_STR_KEYS).decode()}
