"""Messages that are not wanted any more: found while they wait, cancelled before they leave."""

from datetime import datetime

from store.batching import flush
from store.db import Connection, Queries, fetch_all
from store.escalation.timers import UNANSWERED_TIMER
from store.model import Notification

SQL = Queries("notify/withdrawn")


def waiting(conn: Connection, alarm_id: int) -> list[Notification]:
    """What of an alarm has not left and may be unwanted, locked; the oldest first."""
    flush(conn)
    return fetch_all(conn, Notification, SQL["waiting"], {"alarm_id": alarm_id})


def awaited(conn: Connection, alarm_id: int) -> list[Notification]:
    """The messages of an alarm that nobody has answered yet and that would go on by the person's
    next channel."""
    flush(conn)
    values = {"alarm_id": alarm_id, "kind": UNANSWERED_TIMER}
    return fetch_all(conn, Notification, SQL["awaited"], values)


def cancel(conn: Connection, notification_id: int, now: datetime) -> bool:
    """False: it has left, or was cancelled before."""
    row = conn.execute(SQL["cancel"], {"id": notification_id, "now": now}).fetchone()
    return row is not None


def send_apart(conn: Connection, notification_id: int, now: datetime) -> list[Notification]:
    """Queue by itself what had joined this message."""
    return fetch_all(conn, Notification, SQL["send_apart"], {"id": notification_id, "now": now})
