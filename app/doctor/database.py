"""Checks the database: is it there, is it ours, does a commit reach the disk, how fast."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Any

import psycopg

from app.config.settings import Settings
from app.doctor.report import CheckResult, ok, warning, wrong
from migrations.runner import MigrationError, pending
from store.answer_limits import connect
from store.clock import WRONG_FROM
from store.db import Connection

OLDEST, NEWEST = 15, 18
COMMITS = 30
SLOW_MS, TOO_SLOW_MS = 10.0, 100.0
LATE_S, TOO_LATE_S = 1.0, WRONG_FROM
# what a committed alarm needs to be on the disk, and the values that are fine
DURABLE = {
    "fsync": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
    "full_page_writes": {"on"},
}

ROLE_MAY = """
SELECT has_table_privilege(to_regclass('public.alarm_events'), 'UPDATE, DELETE, TRUNCATE'),
    (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p') AND pg_has_role(relowner, 'MEMBER'))"""


def check_database(settings: Settings) -> Iterator[CheckResult]:
    """Everything about the database; one line when it is not there."""
    if not settings.database_url:
        return
    try:
        with connect(settings.database_url, "anxin-doctor") as conn:
            yield _version(conn)
            yield _migrations(conn)
            yield _role(conn)
            yield _readings(conn)
            yield _clocks(conn)
            yield _time_zone(conn, settings.timezone)
            yield from _durability(conn)
            yield _commits(conn)
    except psycopg.Error as error:
        yield wrong("database", f"{error}: see ANXIN_DATABASE_URL")


def _version(conn: Connection) -> CheckResult:
    number = conn.info.server_version // 10_000
    text = f"PostgreSQL {conn.info.parameter_status('server_version')}"
    if number < OLDEST:
        return wrong("database", f"{text}: {OLDEST} is the oldest that works")
    if number > NEWEST:
        return warning("database", f"{text}: newer than the {NEWEST} this was tried with")
    return ok("database", text)


def _migrations(conn: Connection) -> CheckResult:
    try:
        missing = pending(conn)
    except MigrationError as error:
        return wrong("tables", str(error))
    if missing:
        return wrong("tables", f"{len(missing)} migrations wait ({missing[0]} …): anxin migrate")
    return ok("tables", "up to date")


def _role(conn: Connection) -> CheckResult:
    """Whether who is in a process could rewrite what was done: as the tables' owner it could."""
    may, owned = conn.execute(ROLE_MAY).fetchone() or (None, 0)
    role = conn.info.user
    if may is None:
        return warning("role", "there is no journal yet: anxin migrate")
    if may or owned:
        return warning(
            "role",
            f"{role} of ANXIN_DATABASE_URL can change the journal: let it be a role of its own, "
            "give the owner as ANXIN_DATABASE_OWNER_URL and run anxin migrate",
        )
    return ok("role", f"{role} owns nothing and cannot change the journal")


def _readings(conn: Connection) -> CheckResult:
    version = _value(conn, "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'")
    if version is None:
        offered = _value(
            conn, "SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'"
        )
        if offered:
            return warning("readings", f"a plain table, though TimescaleDB {offered} is installed")
        return ok("readings", "a plain table: no TimescaleDB on this server")
    hyper = _value(
        conn,
        "SELECT true FROM timescaledb_information.hypertables WHERE hypertable_name = 'readings'",
    )
    if hyper:
        return ok("readings", f"a hypertable, TimescaleDB {version}")
    return warning("readings", f"a plain table, though the database has TimescaleDB {version}")


def _clocks(conn: Connection) -> CheckResult:
    """Compare the machine's clock with the database's, by the middle of the quickest of five."""
    asked = []
    for _ in range(5):
        before = datetime.now(UTC)
        theirs = _value(conn, "SELECT clock_timestamp()")
        after = datetime.now(UTC)
        asked.append((after - before, theirs - (before + (after - before) / 2)))
    apart = min(asked)[1].total_seconds()
    text = f"the database's is {abs(apart):.3f} s {'ahead' if apart > 0 else 'behind'}"
    if abs(apart) > LATE_S:
        level = wrong if abs(apart) > TOO_LATE_S else warning
        return level("clocks", f"{text}: run NTP on both machines")
    return ok("clocks", text)


def _time_zone(conn: Connection, name: str) -> CheckResult:
    try:
        conn.execute("SELECT clock_timestamp() AT TIME ZONE %s", [name])
    except psycopg.DataError:
        return wrong("time zone", f"the database does not know {name}: charts by day will fail")
    return ok("time zone", f"the database knows {name}")


def _durability(conn: Connection) -> Iterator[CheckResult]:
    bad = []
    for name, fine in DURABLE.items():
        value = _value(conn, "SELECT current_setting(%s)", [name])
        if value not in fine:
            bad.append(f"{name} is {value}")
    if bad:
        yield wrong("durability", f"{', '.join(bad)}: a power cut loses acknowledged alarms")
    else:
        yield ok("durability", f"{', '.join(DURABLE)} as they must be")


def _commits(conn: Connection) -> CheckResult:
    """Commit a few times. A logical message is written and flushed like any change, and stays out
    of every table."""
    took = []
    for _ in range(COMMITS):
        began = time.perf_counter()
        with conn.transaction():
            conn.execute("SELECT pg_logical_emit_message(true, 'anxin doctor', '')")
        took.append((time.perf_counter() - began) * 1000)
    middle = median(took)
    text = f"{middle:.1f} ms (median of {COMMITS}), longest {max(took):.1f} ms"
    if middle > SLOW_MS:
        level = wrong if middle > TOO_SLOW_MS else warning
        return level("commit", f"{text}: every alarm waits for one; a faster disk or a nearer host")
    return ok("commit", text)


def _value(conn: Connection, query: Any, parameters: Any = None) -> Any:
    row = conn.execute(query, parameters).fetchone()
    return None if row is None else row[0]
