"""The outbox: messages to send, being sent and sent, with their delivery state; inbound SMS."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from store.batching import DeferredRows, defer, flush
from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Notification, NotificationState, OutboxLane, Priority

SQL = Queries("notify/outbox")


@dataclass(frozen=True, slots=True)
class NewNotification:
    """A message to queue. `dedupe` is the same for the same message and different otherwise."""

    alarm_id: int | None
    person_id: int | None
    purpose: str
    channel: str
    lane: OutboxLane
    address: str
    body: str
    dedupe: str
    due_at: datetime
    now: datetime
    dispatch_id: int | None = None
    chain: str = ""
    spoken: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    urgency: int = Priority.TECHNICAL
    bundle: bool = False
    template: str = ""


def queue(conn: Connection, new: NewNotification) -> int | None:
    """Queue it now, for who must know its number. None: it was queued before."""
    row = conn.execute(SQL["queue"], {**_row(new), "fields": Jsonb(dict(new.fields))}).fetchone()
    return row[0] if row else None


def queue_deferred(conn: Connection, new: NewNotification) -> None:
    """Queue it by the end of the transaction, with its line in the journal of its alarm, and wake
    who sends it. What was queued before is left out."""
    defer(conn, DeferredRows.MESSAGES, _row(new))


def _row(new: NewNotification) -> dict[str, Any]:
    return {name: getattr(new, name) for name in NewNotification.__slots__}


def claim(
    conn: Connection, lane: OutboxLane, by: str, now: datetime, channels: Sequence[str]
) -> Notification | None:
    """Take one due notification of the lane and one of the channels, to send it."""
    return fetch_one(
        conn,
        Notification,
        SQL["claim"],
        {"lane": lane, "by": by, "now": now, "channels": list(channels)},
    )


def claim_abandoned(
    conn: Connection, by: str, before: datetime, now: datetime, channels: Sequence[str]
) -> Notification | None:
    """One that has been SENDING since `before`: its sender died or hangs."""
    return fetch_one(
        conn,
        Notification,
        SQL["claim_abandoned"],
        {"by": by, "before": before, "now": now, "channels": list(channels)},
    )


def oldest_claim(conn: Connection, channels: Sequence[str]) -> datetime | None:
    row = conn.execute(SQL["oldest_claim"], {"channels": list(channels)}).fetchone()
    return row[0] if row else None


def next_due(conn: Connection, channels: Sequence[str], lane: OutboxLane) -> datetime | None:
    """When the lane's next queued notification of these channels is due; None: nothing waits."""
    row = conn.execute(SQL["next_due"], {"channels": list(channels), "lane": lane}).fetchone()
    return row[0] if row else None


def known_provider_ids(conn: Connection, carrier: str, ids: Sequence[str]) -> set[str]:
    """Which of the carrier's ids belong to notifications already."""
    found = conn.execute(SQL["known_provider_ids"], {"carrier": carrier, "ids": list(ids)})
    return {row[0] for row in found}


def others_being_sent(conn: Connection, claimed: Notification) -> bool:
    """Whether another message to the same number is between the carrier and our record."""
    row = conn.execute(
        SQL["others_being_sent"],
        {"id": claimed.id, "channel": claimed.channel, "address": claimed.address},
    ).fetchone()
    return bool(row and row[0])


def record_sent(
    conn: Connection,
    notification_id: int,
    by: str,
    provider_id: str,
    now: datetime,
    carrier: str = "",
) -> Notification | None:
    """None: somebody else has taken the claim over meanwhile."""
    return fetch_one(
        conn,
        Notification,
        SQL["record_sent"],
        {
            "id": notification_id,
            "by": by,
            "provider_id": provider_id,
            "now": now,
            "carrier": carrier,
        },
    )


def set_carrier(
    conn: Connection, notification_id: int, by: str, carrier: str, now: datetime
) -> Notification | None:
    """The message as it is to leave by this carrier; what another one may have is no longer in
    doubt. None: somebody else has taken the claim over meanwhile."""
    return fetch_one(
        conn,
        Notification,
        SQL["set_carrier"],
        {"id": notification_id, "by": by, "carrier": carrier, "now": now},
    )


def record_failed(
    conn: Connection, notification_id: int, by: str, error_code: str, now: datetime
) -> Notification | None:
    """None: somebody else has taken the claim over meanwhile, or the carrier has reported."""
    return fetch_one(
        conn,
        Notification,
        SQL["record_failed"],
        {"id": notification_id, "by": by, "error_code": error_code, "now": now},
    )


def record_retry(
    conn: Connection,
    notification_id: int,
    by: str,
    error_code: str,
    due_at: datetime,
    *,
    in_doubt: bool = True,
    carrier: str | None = None,
) -> Notification | None:
    """`in_doubt`: the carrier may have it all the same; None as `carrier`: as it was."""
    return fetch_one(
        conn,
        Notification,
        SQL["record_retry"],
        {
            "id": notification_id,
            "by": by,
            "error_code": error_code,
            "due_at": due_at,
            "in_doubt": in_doubt,
            "carrier": carrier,
        },
    )


def get(conn: Connection, notification_id: int) -> Notification | None:
    return fetch_one(conn, Notification, SQL["get"], {"id": notification_id})


def by_provider_id(conn: Connection, carrier: str, provider_id: str) -> Notification | None:
    return fetch_one(
        conn,
        Notification,
        SQL["by_provider_id"],
        {"carrier": carrier, "provider_id": provider_id},
    )


def callback(
    conn: Connection,
    notification_id: int,
    *,
    carrier: str,
    provider_id: str,
    state: NotificationState,
    rank: int,
    error_code: str | None,
    now: datetime,
) -> Notification | None:
    """Take over what the carrier reports. None: it knew as much or more before."""
    return fetch_one(
        conn,
        Notification,
        SQL["callback"],
        {
            "id": notification_id,
            "carrier": carrier,
            "provider_id": provider_id,
            "state": state,
            "rank": rank,
            "error_code": error_code,
            "now": now,
        },
    )


def of_chain(conn: Connection, chain: str) -> list[Notification]:
    """This message to this person on every channel it was tried on so far."""
    flush(conn)
    return fetch_all(conn, Notification, SQL["of_chain"], {"chain": chain})


def cancel_chain(conn: Connection, chain: str, now: datetime) -> list[Notification]:
    flush(conn)
    return fetch_all(conn, Notification, SQL["cancel_chain"], {"chain": chain, "now": now})


def of_alarm(conn: Connection, alarm_id: int) -> list[Notification]:
    flush(conn)
    return fetch_all(conn, Notification, SQL["of_alarm"], {"alarm_id": alarm_id})


def unfinished(
    conn: Connection, carrier: str, channel: str, since: datetime, before: datetime
) -> list[Notification]:
    """What left by the carrier in that time and whose end is not known, oldest first."""
    return fetch_all(
        conn,
        Notification,
        SQL["unfinished"],
        {"carrier": carrier, "channel": channel, "since": since, "before": before},
    )


def known_inbound(conn: Connection, ids: Sequence[str]) -> set[str]:
    """Which of these messages of people, by the carrier's ids, are kept already."""
    return {row[0] for row in conn.execute(SQL["known_inbound"], {"ids": list(ids)})}


def opted_since(conn: Connection, address: str, at: datetime) -> bool:
    """Whether the number has sent STOP or START after that moment."""
    row = conn.execute(SQL["opted_since"], {"address": address, "at": at}).fetchone()
    return bool(row and row[0])


def wrote_since(conn: Connection, alarm_id: int, told: Notification, since: datetime) -> bool:
    """Whether who was told by this message has written since then, about the alarm's home or
    nobody knows what."""
    values = {
        "alarm_id": alarm_id,
        "address": told.address,
        "person_id": told.person_id,
        "since": since,
    }
    row = conn.execute(SQL["wrote_since"], values).fetchone()
    return bool(row and row[0])


def add_inbound(
    conn: Connection,
    *,
    provider_id: str,
    address: str,
    person_id: int | None,
    alarm_id: int | None,
    understood: str,
    body: str,
    now: datetime,
    automatic: bool = False,
) -> bool:
    """Keep what somebody wrote. `automatic`: their telephone did. False: the carrier repeats
    itself."""
    row = conn.execute(
        SQL["add_inbound"],
        {
            "provider_id": provider_id,
            "address": address,
            "person_id": person_id,
            "alarm_id": alarm_id,
            "understood": understood,
            "body": body,
            "now": now,
            "automatic": automatic,
        },
    ).fetchone()
    return row is not None
