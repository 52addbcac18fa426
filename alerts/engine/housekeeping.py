"""Rolls readings up by hour and day, and removes old ones. Run by one engine at a time.

An hour is rolled up once when it is over, for all devices; a reading that comes later leaves a note
of its device and hour (ingest/writing/batch_writer.py), and these are rolled up again. Both sum up
what is stored then, so that doing it twice changes nothing.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import psycopg_pool
import structlog

from alerts.engine.retention import remove_old
from alerts.policy import Policy
from store.answer_limits import long_statements
from store.clock import Clock
from store.db import Connection, Pool
from store.duty import areas
from store.engine.retention import advance, progress
from store.intake import dead_letters, rollups, unread_topics
from store.watch import home_overruns

log = structlog.get_logger(__name__)

LOCK = 7_236_451_910
EVERY = 300
"""Seconds between two runs."""
GRACE = timedelta(minutes=5)
"""After the end of an hour, for transactions that are under way; a reading is noted as late by the
clock of its transaction, which takes far less."""
HOUR = timedelta(hours=1)
DEVICES = 2000
"""In one transaction: some 50,000 readings of an hour."""
LATE = 5000
LONGEST_STATEMENT = 300.0
"""Seconds: the sums of an hour over thousands of devices, on a busy disk."""
REMOVAL = "removal"
"""Under which it is noted when old rows were last looked for."""
UNREAD_TOPICS_KEPT = timedelta(days=14)
"""After the last message on a topic that nobody reads: it is history then."""
OVERRUNS_KEPT = timedelta(days=7)
"""After a home has last sent more than it may."""


def run_housekeeping(pool: Pool, clock: Clock, policy: Policy) -> None:
    """Do what is due; a database that is away is logged, and the next run does it."""
    try:
        with pool.connection() as conn, rollups.single_worker(conn, LOCK) as mine:
            if mine:
                with long_statements(conn, LONGEST_STATEMENT):
                    clean_up(conn, clock.now(), policy)
    except (psycopg.Error, psycopg_pool.PoolTimeout) as error:
        log.warning("old readings not looked at: database away", error=str(error).strip())


def clean_up(conn: Connection, now: datetime, policy: Policy) -> None:
    """Roll up, then remove; what is not rolled up yet is never removed."""
    _roll_hours(conn, _hour(now - GRACE))
    _roll_days(conn, policy)
    while _roll_late(conn, policy):
        pass
    _remove(conn, now, policy)


def _roll_hours(conn: Connection, until: datetime) -> None:
    begun = rollups.state(conn).hours_until
    if begun is None:
        first = rollups.first_reading(conn)
        begun = min(_hour(first), until) if first else until
        rollups.advance_hours(conn, begun)
    while begun < until:
        for devices in _all_devices(conn):
            rollups.roll_hours(conn, [(device, begun) for device in devices])
        begun += HOUR
        rollups.advance_hours(conn, begun)


def _roll_days(conn: Connection, policy: Policy) -> None:
    """Days whose hours are all rolled up."""
    state = rollups.state(conn)
    assert state.hours_until is not None  # noqa: S101  it was set a moment ago
    until = _day_everywhere(conn, state.hours_until, policy)
    begun = state.days_until
    if begun is None:
        first = rollups.first_reading(conn)
        begun = min(_day_everywhere(conn, first, policy), until) if first else until
    while begun < until:
        for devices in _all_devices(conn):
            zones = _zones(conn, devices, policy)
            rollups.roll_days(conn, [(d, begun, zones[d].key) for d in devices])
        begun += timedelta(days=1)
        rollups.advance_days(conn, begun)


def _roll_late(conn: Connection, policy: Policy) -> bool:
    """False: nothing was late. Together with taking the notes away: all or nothing."""
    with conn.transaction():
        late = set(rollups.take_late(conn, LATE))
        state = rollups.state(conn)
        hours = {(d, hour) for d, hour in late if state.hours_until and hour < state.hours_until}
        rollups.roll_hours(conn, hours)
        zones = _zones(conn, {device for device, _ in hours}, policy)
        days = {(d, hour.astimezone(zones[d]).date(), zones[d].key) for d, hour in hours}
        until = state.days_until
        rollups.roll_days(conn, {one for one in days if until is not None and one[1] < until})
    return bool(late)


def _remove(conn: Connection, now: datetime, policy: Policy) -> None:
    """Once an hour: what is kept for days need not go to the minute."""
    rolled = rollups.state(conn).hours_until
    assert rolled is not None  # noqa: S101  see _roll_hours
    last = progress(conn, REMOVAL).done_at
    if last is not None and last <= now < last + HOUR:
        return
    raw = min(now - timedelta(days=policy.keep_raw_days), rolled)
    if not rollups.drop_readings(conn, raw):
        _in_parts(conn, lambda devices: rollups.delete_readings(conn, devices, raw))
    hours = now - timedelta(days=policy.keep_hourly_days)
    _in_parts(conn, lambda devices: rollups.delete_hourly(conn, devices, hours))
    days = _day(now, policy) - timedelta(days=policy.keep_daily_days)
    _in_parts(conn, lambda devices: rollups.delete_daily(conn, devices, days))
    dead_letters.remove(conn, now - timedelta(days=policy.keep_dead_letters_days))
    unread_topics.remove(conn, now - UNREAD_TOPICS_KEPT)
    home_overruns.remove(conn, now - OVERRUNS_KEPT)
    remove_old(conn, now, policy)
    advance(conn, REMOVAL, 0, now)


def _in_parts(conn: Connection, work: Callable[[Collection[int]], bool | None]) -> None:
    """Of all devices, some at a time; each again while `work` says that there is more."""
    for devices in _all_devices(conn):
        while work(devices):
            pass


def _all_devices(conn: Connection) -> Iterator[list[int]]:
    after = 0
    while devices := rollups.some_devices(conn, after, DEVICES):
        yield devices
        after = devices[-1]


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _day(at: datetime, policy: Policy) -> date:
    return at.astimezone(policy.timezone).date()


def _day_everywhere(conn: Connection, at: datetime, policy: Policy) -> date:
    """The day it is by then wherever homes are: where it is earliest."""
    zones = (policy.timezone, *map(policy.zone, areas.zones_in_use(conn)))
    return min(at.astimezone(zone).date() for zone in zones)


def _zones(conn: Connection, devices: Collection[int], policy: Policy) -> dict[int, ZoneInfo]:
    """Where each device's home is; of one that is gone, the installation's."""
    lies = rollups.areas_of(conn, devices)
    zones = areas.zones_of(conn, set(lies.values()))
    return {d: policy.zone(zones.get(lies[d]) if d in lies else None) for d in devices}
