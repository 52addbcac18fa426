"""Signals: each stored once, however often the broker or the hub repeats it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from store.batching import DeferredRows, defer, flush
from store.db import Connection, Queries, fetch_one
from store.model import Device, Kind, Signal

SQL = Queries("alarm/signals")


@dataclass(frozen=True, slots=True)
class KnownSignal:
    """A signal stored earlier, as far as needed to recognise a repetition."""

    kind: Kind
    at: datetime
    device_time: bool
    received_at: datetime
    alarm_id: int | None
    alarm_open: bool
    active: bool = True


def add_signal(conn: Connection, device: Device, signal: Signal) -> int | None:
    """The new row's id; None when this hub's id was stored before."""
    return prefetch_added(conn, device, signal)()


def prefetch_added(conn: Connection, device: Device, signal: Signal) -> Callable[[], int | None]:
    """Execute add_signal; what is returned fetches its answer."""
    cursor = conn.execute(
        SQL["add_signal"],
        {
            "home_id": device.home_id,
            "device_id": device.id,
            "signal_id": signal.signal_id,
            "kind": signal.kind,
            "active": signal.active,
            "test": signal.test,
            "at": signal.at,
            "received_at": signal.received_at,
            "device_time": signal.device_time,
            "late": signal.late,
        },
    )

    def fetch() -> int | None:
        row = cursor.fetchone()
        return row[0] if row else None

    return fetch


def known_signal(conn: Connection, device: Device, signal_id: str) -> KnownSignal | None:
    """What was stored last under this hub's id, or under one that was made from it."""
    flush(conn)
    return fetch_one(
        conn,
        KnownSignal,
        SQL["known_signal"],
        {"home_id": device.home_id, "device_id": device.id, "signal_id": signal_id},
    )


def tie_to_alarm(conn: Connection, signal: int, alarm_id: int) -> None:
    """By the end of the transaction."""
    defer(conn, DeferredRows.TIES, {"id": signal, "alarm_id": alarm_id})


def superseded(conn: Connection, device: Device, signal: int, kind: Kind, at: datetime) -> bool:
    """Whether the device has already stated something newer of this kind."""
    return (
        conn.execute(
            SQL["newer_than"],
            {
                "home_id": device.home_id,
                "device_id": device.id,
                "kind": kind,
                "at": at,
                "id": signal,
            },
        ).fetchone()
        is not None
    )
