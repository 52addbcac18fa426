"""The database's clock: what the others are compared with, and whether it was put back."""

from datetime import datetime, timedelta
from time import monotonic

from store.clock import WRONG_FROM, Clock, ComparedClock
from store.db import Connection, Queries
from store.model import OutboxLane

SQL = Queries("engine/clock_state")
TOO_SLOW = 1.0
"""Seconds: an answer that took longer tells nothing."""


CLOCK_DETAIL = "clock_ahead_seconds"
"""What a heartbeat says of its process's clock."""


def clock_detail(clock: Clock) -> dict[str, float]:
    """For a heartbeat; nothing before the first comparison."""
    ahead = clock.ahead if isinstance(clock, ComparedClock) else None
    return {} if ahead is None else {CLOCK_DETAIL: round(ahead, 3)}


def compare(conn: Connection, clock: ComparedClock) -> datetime | None:
    """Ask the database for the time, and tell the clock how far it is off; the database's time, or
    None: it took too long to answer. psycopg.Error: it is away."""
    before, began = clock.machine(), monotonic()
    row = conn.execute(SQL["database_time"]).fetchone()
    took = monotonic() - began
    if row is None or took > TOO_SLOW:
        return None
    theirs: datetime = row[0]
    clock.compared((before - theirs).total_seconds() + took / 2)
    return theirs


def put_back_by(conn: Connection, theirs: datetime) -> timedelta:
    """By how much the database's clock was put back since an engine saw it last; zero: it was not.
    Told once: whoever hears it moves what is due, in the same transaction."""
    row = conn.execute(SQL["lock_latest"]).fetchone()
    latest = row[0] if row else None
    back = latest - theirs if latest is not None else timedelta()
    if timedelta() < back <= timedelta(seconds=WRONG_FROM):
        return timedelta()
    conn.execute(SQL["set_latest"], {"latest": theirs})
    return max(back, timedelta())


def move_due(conn: Connection, back: timedelta, now: datetime, by_day: str) -> int:
    """Move what is due along with a clock that was put back; how many timers and messages. Timers
    of the kind `by_day` were set for a time of the day."""
    values = {"back": back, "now": now, "hidden": by_day, "routine": OutboxLane.ROUTINE}
    moved = conn.execute(SQL["move_timers"], values).rowcount
    return moved + conn.execute(SQL["move_messages"], values).rowcount
