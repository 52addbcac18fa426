"""Readings summed up in buckets of time, for charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import sql

from store.db import Connection, Queries
from store.intake.readings import METRICS

SQL = Queries("intake/charts")


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one device reported of a metric within [at, at + width); the unit is the metric's."""

    device_id: int
    at: datetime
    avg: float
    min: float
    max: float
    n: int


def buckets(
    conn: Connection,
    devices: Sequence[int],
    metric: str,
    *,
    since: datetime,
    until: datetime,
    width: timedelta,
    origin: datetime,
    raw_since: datetime,
) -> list[Bucket]:
    """By device, then time; empty buckets are left out. `origin`: where a bucket begins, so that
    days begin at local midnight. `raw_since`: a whole hour; what is older is taken from the sums by
    hour. ValueError: no such metric."""
    if metric not in METRICS:
        raise ValueError(f"no such metric: {metric}")
    rows = conn.execute(
        sql.SQL(SQL["buckets"].decode()).format(metric=sql.Identifier(metric)),
        {
            "devices": list(devices),
            "since": since,
            "until": until,
            "width": width,
            "origin": origin,
            "raw_since": raw_since,
            "metric": metric,
        },
        prepare=False,
    )
    return [Bucket(*row) for row in rows]
