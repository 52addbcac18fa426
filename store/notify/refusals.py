"""Messages that a carrier refuses without being at fault themselves, and how the carriers are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.db import Connection, Queries, fetch_one
from store.model import Notification

SQL = Queries("notify/refusals")

IN_A_ROW = 3
"""Refusals without a message taken between them: the carrier is unwell, not one message unlucky."""


@dataclass(frozen=True, slots=True)
class CarrierHealth:
    """How a carrier is on a channel. `refusals` in a row; `since`: when the first of them was asked
    for; `tried_at`: the end of the last."""

    refusals: int
    since: datetime
    tried_at: datetime


def health(conn: Connection, channel: str) -> dict[str, CarrierHealth]:
    """By carrier; one that is not in it has never refused anything."""
    rows = conn.execute(SQL["health"], {"channel": channel})
    return {carrier: CarrierHealth(*how) for carrier, *how in rows}


def record_refused(
    conn: Connection,
    message: Notification,
    by: str,
    *,
    error_code: str,
    fault: str,
    in_doubt: bool,
    due_at: datetime,
    now: datetime,
) -> Notification | None:
    """It waits for its carrier; `in_doubt`: it may have left all the same. `message` is as it was
    to leave, with its carrier. None: somebody else has taken the claim over meanwhile."""
    return fetch_one(
        conn,
        Notification,
        SQL["record_refused"],
        {
            "id": message.id,
            "carrier": message.carrier,
            "by": by,
            "error_code": error_code,
            "fault": fault,
            "in_doubt": in_doubt,
            "due_at": due_at,
            "now": now,
        },
    )


def take_back(
    conn: Connection,
    notification_id: int,
    *,
    carrier: str,
    provider_id: str,
    error_code: str,
    fault: str,
    rank: int,
    due_at: datetime,
    now: datetime,
) -> Notification | None:
    """What the carrier had taken and has not sent waits for it again. None: it knows more."""
    return fetch_one(
        conn,
        Notification,
        SQL["take_back"],
        {
            "id": notification_id,
            "carrier": carrier,
            "provider_id": provider_id,
            "error_code": error_code,
            "fault": fault,
            "rank": rank,
            "due_at": due_at,
            "now": now,
        },
    )


def carrier_refused(
    conn: Connection,
    carrier: str,
    channel: str,
    *,
    error_code: str,
    fault: str,
    now: datetime,
    wait: float = 0.0,
    reported: bool = False,
    asked_at: datetime | None = None,
) -> datetime | None:
    """Count a refusal. `wait`: seconds it asks for; `reported`: it had taken the message first;
    `asked_at`: when it was asked, None: now.
    Returned is when the carrier was last found well again; None: never."""
    row = conn.execute(
        SQL["carrier_refused"],
        {
            "carrier": carrier,
            "asked_at": asked_at or now,
            "channel": channel,
            "error_code": error_code,
            "fault": fault,
            "now": now,
            "not_before": now + timedelta(seconds=wait),
            "reported": reported,
        },
    ).fetchone()
    return row[0] if row else None


def carrier_accepted(
    conn: Connection, carrier: str, channel: str, now: datetime, *, carried: bool = False
) -> bool:
    """A message was taken; `carried`: and went on from there. True: the carrier is well again."""
    row = conn.execute(
        SQL["carrier_accepted"],
        {
            "carrier": carrier,
            "channel": channel,
            "now": now,
            "carried": carried,
            "in_a_row": IN_A_ROW,
        },
    ).fetchone()
    return row is not None and row[0] >= IN_A_ROW


def release(conn: Connection, carrier: str, channel: str, now: datetime) -> dict[int, int]:
    """What waited for the carrier on the channel is due now: one of the messages of each lane."""
    rows = conn.execute(
        SQL["release"], {"carrier": carrier, "channel": channel, "now": now}
    ).fetchall()
    return {lane: number for number, lane in rows}


def claim_probe(
    conn: Connection, by: str, now: datetime, channels: Sequence[str], every: float
) -> Notification | None:
    """The most urgent message that waits for a carrier that was not tried for `every` seconds."""
    return fetch_one(
        conn,
        Notification,
        SQL["claim_probe"],
        {
            "by": by,
            "now": now,
            "channels": list(channels),
            "refusals": IN_A_ROW,
            "tried_before": now - timedelta(seconds=every),
        },
    )


def next_probe(conn: Connection, channels: Sequence[str], every: float) -> datetime | None:
    """When a carrier that is unwell is to be tried; None: all are well, or nothing waits."""
    row = conn.execute(
        SQL["next_probe"], {"channels": list(channels), "refusals": IN_A_ROW, "every": every}
    ).fetchone()
    return row[0] if row else None
