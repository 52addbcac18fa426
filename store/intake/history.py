"""Stored signals and readings of a home, for comparing with what was sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store.db import Connection, Queries, fetch_all
from store.model import Kind

SQL = Queries("intake/history")


@dataclass(frozen=True, slots=True)
class StoredSignal:
    """`id` is the row's, `signal_id` the hub's own; `alarm_id` None: it belongs to no alarm."""

    id: int
    device: str
    signal_id: str | None
    kind: Kind
    active: bool
    test: bool
    at: datetime
    received_at: datetime
    late: bool
    alarm_id: int | None


@dataclass(frozen=True, slots=True)
class StoredReport:
    """One report; `metrics` holds every column, null where nothing was measured."""

    device: str
    metrics: dict[str, Any]
    at: datetime
    device_id: int


def signals(
    conn: Connection, home_id: int, since: datetime, until: datetime, *, after: int, limit: int
) -> list[StoredSignal]:
    """Received in [since, until), in the order of arrival, behind row `after`."""
    values = {"home_id": home_id, "since": since, "until": until, "after": after, "limit": limit}
    return fetch_all(conn, StoredSignal, SQL["signals"], values)


def reports(
    conn: Connection,
    devices: Sequence[int],
    since: datetime,
    until: datetime,
    *,
    after: tuple[datetime, int],
    limit: int,
) -> list[StoredReport]:
    """Measured in [since, until), by time, behind the place `after` (time, device)."""
    values = {
        "devices": list(devices),
        "since": since,
        "until": until,
        "after_at": after[0],
        "after_device": after[1],
        "limit": limit,
    }
    return fetch_all(conn, StoredReport, SQL["reports"], values)
