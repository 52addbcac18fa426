"""Measures what years leave behind: size on disk, and speed of people's pages with it.

On plain PostgreSQL. A chart and the operator's queue are built as the API builds them, up to the
JSON; HTTP is not in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

import orjson
import psycopg

from alerts.engine import housekeeping
from alerts.policy import Policy
from api.views.alarms import alarm_views
from app.bench.growth import DEVICES_A_HOME, add_homes
from app.bench.rig import bench_rig
from store.alarm import alarm_lists
from store.alarm.alarm_lists import Filters, Scope
from store.db import Connection, open_pool
from store.intake import charts
from store.intake.readings import Row, store_readings

TRIES = 100
YEAR = timedelta(days=365)
OPEN = 500
VALUES = 3
_AT_ONCE = 5000
_OLD = """
    INSERT INTO alarms (code, home_id, area_id, kind, priority, state, raised_at, occurred_at,
        last_signal_at, acknowledged_at, closed_at, outcome)
    SELECT 'OLD', h.id, h.area_id, 'help_call', 1, 'CLOSED', at, at, at, at, at, 'accidental'
    FROM generate_series(1, %(count)s) n
    CROSS JOIN LATERAL (SELECT %(now)s::timestamptz - n * interval '1 minute' AS at) times
    JOIN homes h ON h.code = 'B' || n %% %(homes)s
"""
_OPEN = """
    INSERT INTO alarms (code, home_id, area_id, kind, priority, raised_at, occurred_at,
        last_signal_at)
    SELECT 'N' || h.id, h.id, h.area_id, 'help_call', 1, %(now)s, %(now)s, %(now)s
    FROM homes h WHERE h.code LIKE 'B%%' ORDER BY h.id LIMIT %(count)s
"""


@dataclass(frozen=True)
class History:
    """Bytes; milliseconds, the 95th of a hundred."""

    interval: float
    rows: int
    raw: int
    """Of the readings with their index."""
    rolled: int
    """Of their sums by hour and day."""
    chart: float
    alarms: int
    queue: float

    def __str__(self) -> str:
        a_row = self.raw / self.rows
        kept = self.raw * 90 / 365 + self.rolled
        return (
            f"a year of a home with {DEVICES_A_HOME} devices, a report of {VALUES} values every"
            f" {self.interval:g} s: {self.rows:,} reports, {a_row:.0f} bytes each with the index,"
            f" {a_row / VALUES:.0f} a value (goal 60)\n"
            f"  {self.raw / 1e6:.0f} MB as they came, {self.rolled / 1e6:.0f} MB by hour and day:"
            f" with 90 days kept as they came {kept / 1e6:.0f} MB a home and year\n"
            f"  chart of 30 days p95 {self.chart:.1f} ms (goal 50)\n"
            f"{self.alarms:,} old alarms and {OPEN} open: the operator's queue"
            f" p95 {self.queue:.1f} ms (goal 30)"
        )


def measure_history(interval: float, old_alarms: int) -> History:
    """A report of each device every `interval` seconds for a year, and so many closed alarms."""
    now = datetime.now(UTC)
    with (
        bench_rig(1) as system,
        open_pool(system.database_url, size=1) as pool,
        pool.connection() as conn,
    ):
        add_homes(conn, 2 * OPEN, "B0")
        devices = _devices(conn)
        rows = _fill(conn, devices, interval, now)
        raw = _size(conn, "readings")
        housekeeping.clean_up(conn, now, Policy(keep_raw_days=400))
        rolled = _size(conn, "readings_hourly") + _size(conn, "readings_daily")
        values = {"count": old_alarms, "now": now, "homes": 2 * OPEN}
        conn.execute(_OLD, values)
        conn.execute(_OPEN, {"count": OPEN, "now": now})
        conn.execute("VACUUM ANALYZE")
        chart = _p95(lambda: _chart(conn, devices, now))
        queue = _p95(lambda: _queue(conn))
    return History(interval, rows, raw, rolled, chart, old_alarms, queue)


def _devices(conn: Connection) -> list[int]:
    found = conn.execute(
        "SELECT d.id FROM devices d JOIN homes h ON h.id = d.home_id WHERE h.code = 'B0'"
    )
    return [row[0] for row in found]


def _fill(conn: Connection, devices: list[int], interval: float, now: datetime) -> int:
    count = 0
    batch: list[Row] = []
    for step in range(int(YEAR.total_seconds() / interval), 0, -1):
        at = now - timedelta(seconds=step * interval)
        for offset, device in enumerate(devices):
            metrics = {
                "temperature": 18 + step % 80 / 10,
                "humidity": float(step % 100),
                "battery": 90.0,
            }
            batch.append(Row(device, at + timedelta(seconds=offset), metrics, arrival_time=False))
        if len(batch) >= _AT_ONCE:
            count += _store(conn, batch)
            batch = []
    return count + _store(conn, batch)


def _store(conn: Connection, batch: list[Row]) -> int:
    with conn.transaction():
        return store_readings(conn, batch)


def _size(conn: psycopg.Connection, table: str) -> int:
    row = conn.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()
    return int(row[0]) if row else 0


def _chart(conn: Connection, devices: list[int], now: datetime) -> bytes:
    origin = now.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=0, minute=0, second=0)
    found = charts.buckets(
        conn,
        devices,
        "temperature",
        since=now - timedelta(days=30),
        until=now,
        width=timedelta(hours=3),
        origin=origin,
        raw_since=now - timedelta(days=90),
    )
    return orjson.dumps(found)


def _queue(conn: Connection) -> bytes:
    rows = alarm_lists.open_alarms(conn, Scope(), Filters(), None, OPEN)
    assert len(rows) == OPEN  # noqa: S101  or something else was measured
    return orjson.dumps(alarm_views(conn, rows), option=orjson.OPT_NON_STR_KEYS)


def _p95(work: Callable[[], object]) -> float:
    took = []
    for _ in range(TRIES):
        began = monotonic()
        work()
        took.append((monotonic() - began) * 1000)
    return sorted(took)[int(TRIES * 0.95)]
