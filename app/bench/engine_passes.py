"""Measures an engine's passes over many homes: nothing due, some due, everything."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from alerts.policy import Policy
from alerts.watch import rule_monitoring
from alerts.watch.device_monitoring import monitor_devices
from app.embedded.postgres import EmbeddedPostgres
from migrations.runner import migrate
from store.db import Connection, Pool, open_pool
from store.watch import liveness

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUIET = timedelta(seconds=900)
"""A hub's report interval: what is heard at NOON is not due before."""

_DISTRICT = """
WITH area AS (
    INSERT INTO areas (level, code, name) VALUES ('district', 'BENCH', 'bench') RETURNING id
), home AS (
    INSERT INTO homes (code, area_id, address, created_at)
    SELECT 'B' || n, area.id, '', %(at)s FROM area, generate_series(1, %(homes)s) AS n
    RETURNING id
), hub AS (
    INSERT INTO hubs (home_id, added_at, online, changed_at, last_seen_at, check_at)
    SELECT id, %(at)s, true, %(at)s, %(at)s, %(later)s FROM home
)
INSERT INTO devices (home_id, code, dialect, model, found_at, bound_at, last_seen_at, check_at)
SELECT id, 'button-1', 'native', '', %(at)s, %(at)s, %(at)s, %(later)s FROM home"""
_HEARD = "UPDATE {} SET last_seen_at = %(at)s"
_DUE = "UPDATE {table} SET check_at = %(at)s WHERE {key} IN (SELECT {key} FROM {table} LIMIT %(n)s)"
_TABLES = {"hubs": "home_id", "devices": "id"}
_LIVED_IN = """
INSERT INTO home_rhythm
    (home_id, life_at, life_device, hit_at, hit_device, passage_at, due_at, said)
SELECT home_id, %(at)s, id, %(at)s, id, %(before)s, %(later)s, jsonb_build_array(
    jsonb_build_array(id, 'motion', 0, %(text)s::text, true),
    jsonb_build_array(id, 'entrance', 0, %(text)s::text, true),
    jsonb_build_array(id, 'temperature', 21, %(text)s::text, false))
FROM devices"""
_LOOK = """
UPDATE home_rhythm SET due_at = %(at)s
WHERE home_id IN (SELECT home_id FROM home_rhythm LIMIT %(n)s)"""


def measure_engine_passes(homes: int) -> list[str]:
    """Lines of the report: nothing, a hundredth and all of the hubs and devices due at once, every
    one of them heard in time, so that none is to be told of."""
    with _database(homes) as pool:
        return [
            f"engine pass over {homes:,} homes, {due:,} hubs and as many devices due: "
            f"{_seconds(pool, NOON + timedelta(minutes=minute), due):.3f} s"
            for minute, due in enumerate((0, homes // 100, homes), start=1)
        ]


def measure_rhythm_passes(homes: int) -> list[str]:
    """The same for the rules on the rhythm of the homes: somebody has moved in each of them an
    hour ago, so that none is to be told of."""
    with _database(homes) as pool:
        now = NOON + timedelta(hours=1)
        with pool.connection() as conn:
            values = {
                "at": NOON,
                "before": NOON - timedelta(hours=3),
                "text": NOON.isoformat(),
                "later": NOON + timedelta(days=1),
            }
            conn.execute(_LIVED_IN.encode(), values)
            liveness.note(conn, now, anew=True)
        return [
            f"rules over {homes:,} homes, {due:,} due: {_rules_seconds(pool, now, due):.3f} s"
            for due in (0, homes // 100, homes)
        ]


def _rules_seconds(pool: Pool, now: datetime, due: int) -> float:
    with pool.connection() as conn:
        _set(conn, _LOOK, NOON, due)
        conn.execute(b"VACUUM ANALYZE home_rhythm")
    begun = monotonic()
    while rule_monitoring.check_rules(pool, FrozenClock(now), Policy()):
        pass
    return monotonic() - begun


@dataclass(frozen=True, slots=True)
class FrozenClock:
    """A clock that stands still."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def seconds_until(self, at: datetime) -> float:
        return (at - self.at).total_seconds()


def _seconds(pool: Pool, now: datetime, due: int) -> float:
    with pool.connection() as conn:
        for table, key in _TABLES.items():
            _set(conn, _HEARD.format(table), now)
            _set(conn, _DUE.format(table=table, key=key), now - timedelta(seconds=1), due)
            conn.execute(f"VACUUM ANALYZE {table}".encode())
    begun = monotonic()
    while monitor_devices(pool, now, Policy()):
        pass
    return monotonic() - begun


def _set(conn: Connection, statement: str, at: datetime, number: int = 0) -> None:
    conn.execute(statement.encode(), {"at": at, "n": number})


@contextmanager
def _database(homes: int) -> Iterator[Pool]:
    with tempfile.TemporaryDirectory(prefix="anxin-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database runs as another user when we are root
        database = EmbeddedPostgres(folder / "postgres")
        try:
            url = database.start()
            migrate(url)
            with open_pool(url, size=1) as pool:
                with pool.connection() as conn:
                    values = {"at": NOON, "later": NOON + timedelta(days=1), "homes": homes}
                    conn.execute(_DISTRICT, values)
                yield pool
        finally:
            database.stop()
