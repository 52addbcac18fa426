"""Access by an alarm's code instead of a log-in: who may answer, and tries at codes."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Dispatch

SQL = Queries("access/code_access")


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who may answer an open alarm, and their number (E.164)."""

    alarm_id: int
    person_id: int
    phone: str


def answerers(conn: Connection, code: str) -> list[Answerer]:
    """Who may answer the open alarm of that code; none: there is no such alarm."""
    return fetch_all(conn, Answerer, SQL["answerers"], {"code": code})


@dataclass(frozen=True, slots=True)
class CodeTry:
    """A code and the last four digits of a number that were typed, and where."""

    code: str
    ending: str
    address: str


def recent_tries(
    conn: Connection, tried: CodeTry, since: datetime, lately: datetime
) -> tuple[Any, ...]:
    """Counts of tries that were not right: since then with this code, from this address, in all;
    lately with this ending, from this address, each with the time of the oldest (None: none).
    Until the transaction ends nobody else counts."""
    conn.execute(SQL["one_try_at_a_time"])
    conn.execute(SQL["forget_tries"], {"before": since})
    row = conn.execute(
        SQL["recent_tries"], {**asdict(tried), "since": since, "lately": lately}
    ).fetchone()
    assert row is not None  # noqa: S101  counts are one row
    return row


def add_try(conn: Connection, tried: CodeTry, now: datetime) -> None:
    """Not right until it is said to be."""
    conn.execute(SQL["add_try"], {**asdict(tried), "now": now})


def was_right(conn: Connection, tried: CodeTry) -> None:
    conn.execute(SQL["was_right"], asdict(tried))


def last_dispatch(conn: Connection, alarm_id: int, person_id: int) -> Dispatch | None:
    values = {"alarm_id": alarm_id, "person_id": person_id}
    return fetch_one(conn, Dispatch, SQL["last_dispatch"], values)
