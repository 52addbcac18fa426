"""Measures what grows with the number of devices and messages, and what must not.

A district of any size, made in the database in one statement; its hubs' messages are published over
one connection: the broker's work with thousands of them is not what is measured here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

import orjson
import psycopg

from app.bench.bulk_publisher import publish_all
from app.bench.drain import PATIENCE, make_sessions, stored_readings, time_press
from app.bench.figures import wait_or_time_out
from app.bench.memory import current_memory
from app.bench.rig import address_of, bench_rig, running_process

DEVICES_A_HOME = 9
"""Devices: 26,000 in 3,000 homes are hardly fewer."""
READING_INTERVAL = 52.0
"""Seconds between two readings of a device: 26,000 make 500 a second."""
_HOMES = """
    INSERT INTO homes (code, area_id, address, created_at)
    SELECT 'B' || n, area_id, address, created_at
    FROM (SELECT * FROM homes ORDER BY id LIMIT 1) one, generate_series(0, %s - 1) n
"""
_DEVICES = """
    INSERT INTO devices (home_id, code, found_at)
    SELECT h.id, 'th-' || n, h.created_at
    FROM homes h, generate_series(0, %s - 1) n WHERE h.code LIKE %s
"""


@dataclass(frozen=True)
class Growth:
    """Readings a second, seconds, megabytes of the ingest process."""

    what: str
    devices: int
    readings: int
    rate: float
    press: float
    memory_early: float
    """When a tenth was stored."""
    memory: float

    def __str__(self) -> str:
        live = self.devices / READING_INTERVAL
        return (
            f"{self.what}, {self.devices:,} devices: {self.readings:,} readings at"
            f" {self.rate:,.0f}/s, {self.rate / live:,.0f} × as fast as they come (goal 10)"
            f"   press {self.press * 1000:.0f} ms (goal 1,000)"
            f"   memory {self.memory_early:.0f} → {self.memory:.0f} MB (goal 250)"
        )


def add_homes(conn: psycopg.Connection, homes: int, pattern: str = "B%") -> None:
    """Homes B0, B1, … without families; those like `pattern` with the devices th-0, th-1, …"""
    conn.execute(_HOMES, [homes])
    conn.execute(_DEVICES, [DEVICES_A_HOME, pattern])
    conn.execute("ANALYZE")


def measure_growth(devices: int, messages: int) -> Growth:
    """So many messages of one reading, spread over so many devices."""

    def messages_of_devices() -> Iterator[tuple[str, bytes]]:
        for number in range(messages):
            values = {"seq": number, "temperature": 20.5, "humidity": number % 100, "battery": 90}
            yield _topic(number % devices), orjson.dumps(values)

    return _measure("messages of one reading", devices, messages, messages_of_devices())


def measure_reconnect(devices: int, seconds: float) -> Growth:
    """All devices at once, each with what it measured in `seconds`, as an array of readings with
    their times: what hubs send when their line comes back."""
    each = max(1, int(seconds / READING_INTERVAL))
    until = datetime.now(UTC)

    def messages_of_devices() -> Iterator[tuple[str, bytes]]:
        for number in range(devices):
            entries = [
                {
                    "seq": n,
                    "at": (
                        until
                        - timedelta(seconds=(each - n) * READING_INTERVAL, microseconds=number)
                    ).isoformat(),
                    "temperature": 20.5,
                    "humidity": n % 100,
                    "battery": 90,
                }
                for n in range(each)
            ]
            yield _topic(number), orjson.dumps(entries)

    hours = f"reconnecting with {seconds / 3600:g} h"
    return _measure(hours, devices, devices * each, messages_of_devices())


def _measure(
    what: str, devices: int, readings: int, messages: Iterator[tuple[str, bytes]]
) -> Growth:
    with bench_rig(1, mosquitto=True) as system:
        with psycopg.connect(system.database_url, autocommit=True) as conn:
            add_homes(conn, -(-devices // DEVICES_A_HOME))
        make_sessions(system)
        publish_all(address_of(system.broker.device_url), messages)
        with (
            psycopg.connect(system.database_url, autocommit=True) as conn,
            running_process("ingest", system.env) as running,
        ):
            wait_or_time_out(lambda: stored_readings(conn) > 0, 120, "the first reading")
            began, first = monotonic(), stored_readings(conn)
            press = time_press(system, conn)
            wait_or_time_out(lambda: stored_readings(conn) >= readings / 10, PATIENCE, "a tenth")
            early = current_memory(running.pid)
            wait_or_time_out(
                lambda: stored_readings(conn) >= readings, PATIENCE, "the last reading"
            )
            rate = (readings - first) / (monotonic() - began)
            return Growth(what, devices, readings, rate, press, early, current_memory(running.pid))


def _topic(device: int) -> str:
    return f"homes/B{device // DEVICES_A_HOME}/th-{device % DEVICES_A_HOME}/reading"
