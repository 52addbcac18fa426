"""The routine lane of the outbox: metered, the most urgent first, messages bundled; and the meter,
which persons at risk run as well."""

from collections.abc import Sequence
from datetime import datetime

from store.batching import flush
from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Notification

SQL = Queries("notify/outbox")


def claim_most_urgent(
    conn: Connection, by: str, now: datetime, channels: Sequence[str]
) -> Notification | None:
    """Take one due notification of the routine lane, to send it."""
    return fetch_one(
        conn,
        Notification,
        SQL["claim_most_urgent"],
        {"by": by, "now": now, "channels": list(channels)},
    )


def hold_meter(conn: Connection) -> datetime | None:
    """When the metered sender is free; held until the end of the transaction. None: another
    engine holds it."""
    row = conn.execute(SQL["hold_meter"]).fetchone()
    return row[0] if row else None


def await_meter(conn: Connection) -> datetime | None:
    """The same, but waits for another engine, which holds it for the time of a claim."""
    row = conn.execute(SQL["await_meter"]).fetchone()
    return row[0] if row else None


def run_meter(conn: Connection, seconds: float, now: datetime) -> None:
    """The sender is busy for that long from now, or from when it is free."""
    conn.execute(SQL["run_meter"], {"seconds": seconds, "now": now})


def meter_free_at(conn: Connection) -> datetime | None:
    row = conn.execute(SQL["meter_free_at"]).fetchone()
    return row[0] if row else None


def take_bundle(conn: Connection, leader: Notification, now: datetime) -> list[Notification]:
    """What waits for the same person on the same channel; it is part of `leader` from now on."""
    return fetch_all(
        conn,
        Notification,
        SQL["take_bundle"],
        {
            "id": leader.id,
            "person_id": leader.person_id,
            "channel": leader.channel,
            "address": leader.address,
            "lane": leader.lane,
            "now": now,
        },
    )


def set_body(conn: Connection, notification_id: int, body: str, spoken: str) -> Notification | None:
    return fetch_one(
        conn, Notification, SQL["set_body"], {"id": notification_id, "body": body, "spoken": spoken}
    )


def bundles_due(conn: Connection, people: Sequence[int]) -> dict[tuple[int, str], datetime]:
    """When each person's waiting bundle leaves, by person and channel."""
    flush(conn)
    rows = conn.execute(SQL["bundles_due"], {"people": list(people)})
    return {(person, channel): due_at for person, channel, due_at in rows}
