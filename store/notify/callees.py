"""How often one telephone was tried by one carrier, and which call is on it, over all alarms.

And the messages that wait for it."""

from dataclasses import dataclass
from datetime import datetime

from store.db import Connection, Queries, fetch_all, fetch_one
from store.model import Notification

SQL = Queries("notify/callees")


def tried(
    conn: Connection,
    carrier: str,
    channel: str,
    address: str,
    since: datetime,
    *,
    not_counted: int = 0,
) -> list[datetime]:
    """When, oldest first; `not_counted`: a message of which it is known that it did not leave.
    Held until the end of the transaction, so that no other message to the telephone is counted at
    the same time."""
    wanted = {"carrier": carrier, "channel": channel, "address": address}
    conn.execute(SQL["hold"], wanted)
    values = {**wanted, "since": since, "not_counted": not_counted}
    return [row[0] for row in conn.execute(SQL["tried"], values)]


@dataclass(frozen=True, slots=True)
class OtherCall:
    """Another call to a telephone. `begun_at` None: it has not left yet and goes first; `over`:
    the line is free again; `same_home`: it is about another alarm of the same home."""

    begun_at: datetime | None
    over: bool
    same_home: bool


def other_calls(
    conn: Connection, mine: Notification, since: datetime, now: datetime, *, talks: int
) -> list[OtherCall]:
    """What was called on this telephone since then, and what more urgent is due and goes first.
    `talks`: the rank of a call that was answered and whose end was not told.

    Held until the end of the transaction, so that no other call to it is looked at meanwhile."""
    conn.execute(SQL["hold_line"], {"address": mine.address})
    values = {
        "id": mine.id,
        "alarm_id": mine.alarm_id,
        "address": mine.address,
        "urgency": mine.urgency,
        "since": since,
        "now": now,
        "talks": talks,
    }
    return fetch_all(conn, OtherCall, SQL["other_calls"], values)


def hung_up(conn: Connection, notification_id: int, *, talks: int, rank: int) -> None:
    """A call that was answered is over: its rank is `rank` from now."""
    conn.execute(SQL["hung_up"], {"id": notification_id, "talks": talks, "rank": rank})


def await_line(
    conn: Connection, notification_id: int, by: str, due_at: datetime
) -> Notification | None:
    """It waits for another call to end. None: somebody else has taken the claim meanwhile."""
    values = {"id": notification_id, "by": by, "due_at": due_at}
    return fetch_one(conn, Notification, SQL["await_line"], values)


def line_is_free(conn: Connection, address: str, now: datetime) -> Notification | None:
    """Let the most urgent call that waits for the telephone leave now, also one that is just being
    told to wait. None: none waits."""
    conn.execute(SQL["hold_line"], {"address": address})
    values = {"address": address, "now": now}
    return fetch_one(conn, Notification, SQL["line_is_free"], values)


def postpone(
    conn: Connection, notification_id: int, by: str, error_code: str, due_at: datetime
) -> Notification | None:
    """It waits without having been tried. None: somebody else has taken the claim meanwhile."""
    return fetch_one(
        conn,
        Notification,
        SQL["postpone"],
        {"id": notification_id, "by": by, "error_code": error_code, "due_at": due_at},
    )
