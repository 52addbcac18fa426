"""What happened to a message, written into its alarm's journal, counted and shown."""

from datetime import datetime

from alerts.metrics import MESSAGES
from alerts.notify.contact_methods import TALK, WEBHOOK
from store.alarm import alarms
from store.db import Connection
from store.model import Notification


def record(
    conn: Connection, notification: Notification, event: str, now: datetime, **data: str
) -> None:
    """Journal what happened to a message, count it, and show it."""
    MESSAGES.labels(event, notification.channel, data.get("error", "")).inc()
    if notification.alarm_id is not None and not _untold(notification):
        alarms.journal(
            conn,
            notification.alarm_id,
            event,
            at=now,
            actor="system",
            via=notification.channel,
            notification=notification.id,
            person=notification.person_id,
            purpose=notification.purpose,
            **data,
        )
        alarms.touch(conn, notification.alarm_id)
        alarms.notify(conn, "alarm", notification.alarm_id)


def _untold(notification: Notification) -> bool:
    """Messages to programs are no part of the alarm's story; a talk tells its own."""
    return notification.channel == WEBHOOK or notification.purpose == TALK
