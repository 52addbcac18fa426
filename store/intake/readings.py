"""Writes readings by COPY, each report once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from psycopg import errors, sql

from store.db import Connection, Queries

SQL = Queries("intake/readings")

METRICS: tuple[str, ...] = (
    "temperature",
    "humidity",
    "battery",
    "battery_voltage",
    "illuminance",
    "pressure",
    "co2",
    "co",
    "gas",
    "smoke_density",
    "voc",
    "pm25",
    "power",
    "voltage",
    "current",
    "energy",
    "water",
    "water_flow",
    "motion",
    "presence",
    "door",
    "bed",
    "heart_rate",
    "breathing_rate",
    "link_quality",
    "rssi",
)
"""Columns of the table readings, with their units in the migration that made them."""


class Row(NamedTuple):
    """One report as stored. `arrival_time`: the device gave no time that we trust. A tuple, because
    they come thousands a second."""

    device_id: int
    at: datetime
    metrics: dict[str, float]
    arrival_time: bool


def store_readings(conn: Connection, rows: Iterable[Row]) -> int:
    """Store a batch inside the running transaction; returns how many rows were new or all of them
    when none was known. What is there already (same device, same time) is merged, never doubled.

    COPY straight into the table is tried first; only a batch that holds something known takes the
    slower way through a staging table.
    """
    batch = _merged(rows)
    if not batch:
        return 0
    columns = sorted({name for row in batch for name in row.metrics})
    try:
        with conn.transaction():
            _copy(conn, "readings", batch, columns)
            return len(batch)
    except errors.UniqueViolation:
        conn.execute(SQL["create_staging"])
        _copy(conn, "readings_staging", batch, columns)
        return conn.execute(SQL["merge_staging"]).rowcount


def _merged(rows: Iterable[Row]) -> list[Row]:
    by_key: dict[tuple[int, datetime], Row] = {}
    for row in rows:
        key = (row.device_id, row.at)
        known = by_key.get(key)
        if known is None:
            by_key[key] = row
        else:
            by_key[key] = Row(
                row.device_id, row.at, {**row.metrics, **known.metrics}, known.arrival_time
            )
    return list(by_key.values())


def _copy(conn: Connection, table: str, rows: Sequence[Row], columns: Sequence[str]) -> None:
    names = ["device_id", "at", "arrival_time", *columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    lines = []
    for row in rows:
        # repr() of a float is exact and never holds a tab; isoformat() carries the zone.
        values = [repr(row.metrics[c]) if c in row.metrics else "\\N" for c in columns]
        mark = "t" if row.arrival_time else "\\N"
        lines.append("\t".join([str(row.device_id), row.at.isoformat(), mark, *values]) + "\n")
    with conn.cursor().copy(statement) as copy:
        copy.write("".join(lines))
