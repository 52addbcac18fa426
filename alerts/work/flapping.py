"""Writes what was counted of repeats into journals; a detector that flaps gets a work order.

What a line says of the alarm itself is what its row says then, so that the alarm can be rebuilt
from its lines in whatever order they were written.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.alarm import raising
from alerts.policy import Policy
from alerts.work.deadlines import time_allowed
from alerts.work.work_orders import order_for_flapping
from store.alarm import alarms, repeat_counts
from store.alarm.kinds import record_of
from store.alarm.repeat_counts import RepeatCount
from store.db import Connection
from store.home import registry
from store.model import Alarm, Kind

WRITTEN_AFTER = timedelta(minutes=1)
"""So long after the first that is counted, the line is written."""
SHORTEST = timedelta(minutes=1)
"""A rate is not told from less."""


def journal_repeats(conn: Connection, now: datetime, policy: Policy) -> int:
    """Write the lines that are due; returns of how many alarms. Any number of engines may do it."""
    done = 0
    while _journal_next(conn, now, policy):
        done += 1
    return done


def _journal_next(conn: Connection, now: datetime, policy: Policy) -> bool:
    with conn.transaction():
        alarm = repeat_counts.claim(conn, now - WRITTEN_AFTER, now)
        if alarm is None:
            return False
        counts = repeat_counts.take(conn, alarm.id)
        _write_lines(conn, alarm, counts, now)
        _mark(conn, alarm, counts, now, policy)
        alarms.touch(conn, alarm.id)
        alarms.notify(conn, "alarm", alarm.id)
        return True


def _write_lines(
    conn: Connection, alarm: Alarm, counts: Sequence[RepeatCount], now: datetime
) -> None:
    """A line for each device that was counted. The alarm is locked, as it is now."""
    for count in counts:
        alarms.journal(
            conn,
            alarm.id,
            "repeated",
            at=now,
            actor="system",
            device=count.device_id,
            times=count.times,
            clears=count.clears,
            first_at=count.first_at.isoformat(),
            last_at=count.last_at.isoformat(),
            **raising.standing(alarm),
        )


def is_flapping(kind: Kind, count: int, counted: RepeatCount, policy: Policy) -> bool:
    """Whether a device states its alarm as nothing that happens in a home does. `count`: how often
    the alarm was stated in all. Pure."""
    enough = policy.flapping_calls if record_of(kind).call else policy.flapping_times
    span = max(counted.last_at - counted.first_at, SHORTEST)
    return count >= enough and counted.times >= policy.flapping_per_minute * (span / SHORTEST)


def _mark(
    conn: Connection, alarm: Alarm, counts: Sequence[RepeatCount], now: datetime, policy: Policy
) -> None:
    """Once an alarm. It stays as loud as it was: what flaps may burn."""
    flaps = [one for one in counts if is_flapping(alarm.kind, alarm.count, one, policy)]
    if not flaps or alarm.flapping_at is not None:
        return
    repeat_counts.mark_flapping(conn, alarm.id, now)
    device = flaps[0].device_id
    alarms.journal(conn, alarm.id, "flapping", at=now, actor="system", device=device)
    role = registry.role_of(conn, device) if device is not None else ""
    allowed = time_allowed(Kind.DEVICE_FAULT, role or "", None, policy)
    order_for_flapping(conn, alarm, device, now + allowed, now)
