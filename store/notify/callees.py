"""How often one telephone was tried by one carrier, over all alarms; messages that wait for it."""

from datetime import datetime

from store.db import Connection, Queries, fetch_one
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
