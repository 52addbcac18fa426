"""Readings summed up by hour and by day; removes old ones. For housekeeping."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from store.db import Connection, Queries

SQL = Queries("intake/rollups")
MOST = 200
"""Rows of one metric of a device that go at once: what a week brings, and a short transaction."""


@dataclass(frozen=True, slots=True)
class State:
    """Up to where hours (UTC) and days (of the homes) are rolled up; None: nothing yet."""

    hours_until: datetime | None
    days_until: date | None


def state(conn: Connection) -> State:
    row = conn.execute(SQL["state"]).fetchone()
    assert row is not None  # noqa: S101  the migration has made it
    return State(*row)


def first_reading(conn: Connection) -> datetime | None:
    row = conn.execute(SQL["first_reading"]).fetchone()
    return row[0] if row else None


def some_devices(conn: Connection, after: int, limit: int) -> list[int]:
    """Ids above `after`, in order."""
    return [r[0] for r in conn.execute(SQL["some_devices"], {"after": after, "limit": limit})]


def roll_hours(conn: Connection, wanted: Collection[tuple[int, datetime]]) -> None:
    """Sum these devices' hours up anew."""
    if wanted:
        devices, hours = zip(*sorted(wanted), strict=True)
        conn.execute(SQL["roll_hours"], {"devices": list(devices), "hours": list(hours)})


def roll_days(conn: Connection, wanted: Collection[tuple[int, date, str]]) -> None:
    """Sum these devices' days up anew, from their hours; with each the zone where its home is."""
    if wanted:
        devices, days, zones = zip(*sorted(wanted), strict=True)
        values = {"devices": list(devices), "days": list(days), "zones": list(zones)}
        conn.execute(SQL["roll_days"], values)


def areas_of(conn: Connection, devices: Collection[int]) -> dict[int, int]:
    """In which area each device's home lies."""
    return dict(conn.execute(SQL["areas_of"], {"devices": list(devices)}).fetchall())


def advance_hours(conn: Connection, until: datetime) -> None:
    conn.execute(SQL["advance_hours"], {"until": until})


def advance_days(conn: Connection, until: date) -> None:
    conn.execute(SQL["advance_days"], {"until": until})


def note_late(conn: Connection, late: Iterable[tuple[int, datetime]]) -> None:
    """Devices' hours that got a reading after their end."""
    lines = "".join(f"{device}\t{hour.isoformat()}\n" for device, hour in late)
    if lines:
        with conn.cursor().copy("COPY readings_late (device_id, hour) FROM STDIN") as copy:
            copy.write(lines)


def take_late(conn: Connection, limit: int) -> list[tuple[int, datetime]]:
    return [(r[0], r[1]) for r in conn.execute(SQL["take_late"], {"limit": limit})]


def drop_readings(conn: Connection, before: datetime) -> bool:
    """Where readings are a hypertable, drop whole chunks; False: they are an ordinary table."""
    row = conn.execute(SQL["drop_old_readings"], {"before": before}).fetchone()
    return bool(row and row[0])


def delete_readings(conn: Connection, devices: Collection[int], before: datetime) -> None:
    conn.execute(SQL["delete_readings"], {"devices": list(devices), "before": before})


def delete_hourly(conn: Connection, devices: Collection[int], before: datetime) -> bool:
    """Whether there may be more: a metric of a device loses `MOST` rows at a time."""
    values = {"devices": list(devices), "before": before, "most": MOST}
    return conn.execute(SQL["delete_hourly"], values).rowcount >= MOST


def delete_daily(conn: Connection, devices: Collection[int], before: date) -> bool:
    """As delete_hourly."""
    values = {"devices": list(devices), "before": before, "most": MOST}
    return conn.execute(SQL["delete_daily"], values).rowcount >= MOST


@contextmanager
def single_worker(conn: Connection, key: int) -> Iterator[bool]:
    """Whether nobody else does this work; nobody else begins it while the block runs."""
    row = conn.execute(SQL["try_lock"], {"key": key}).fetchone()
    mine = bool(row and row[0])
    try:
        yield mine
    finally:
        if mine and not conn.closed:
            conn.execute(SQL["unlock"], {"key": key})
