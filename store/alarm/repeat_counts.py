"""Repeats of an alarm that are counted by device until a line of the journal tells of them."""

from dataclasses import dataclass
from datetime import datetime

from store.batching import DeferredRows, defer
from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Alarm

SQL = Queries("alarm/repeat_counts")


@dataclass(frozen=True, slots=True)
class RepeatCount:
    """How often a device has stated the alarm, and taken it back, by the centre's time."""

    device_id: int | None
    times: int
    clears: int
    first_at: datetime
    last_at: datetime


def add(
    conn: Connection, alarm_id: int, device_id: int | None, at: datetime, *, cleared: bool
) -> None:
    """One more, by the end of the transaction. The alarm is locked by whoever counts."""
    row = {"alarm_id": alarm_id, "device_id": device_id, "at": at, "cleared": cleared}
    defer(conn, DeferredRows.REPEATS, row)


def claim(conn: Connection, before: datetime, now: datetime) -> Alarm | None:
    """An alarm with counts since `before`, or since what is still to come (a clock was put back),
    locked; None: there is none that nobody else holds."""
    return fetch_one(conn, Alarm, SQL["claim"], {"before": before, "now": now})


def take(conn: Connection, alarm_id: int) -> list[RepeatCount]:
    """The counts of a locked alarm, and begin anew."""
    return fetch_all(conn, RepeatCount, SQL["take"], {"alarm_id": alarm_id})


def mark_flapping(conn: Connection, alarm_id: int, now: datetime) -> None:
    conn.execute(SQL["mark_flapping"], {"alarm_id": alarm_id, "now": now})
