"""Writes what happened to a message into its alarm's journal and counts it."""

from datetime import datetime

from alerts.metrics import MESSAGES
from alerts.notify.channels.registry import CHANNELS
from alerts.notify.channels.voice import TALK
from store.alarm import alarms
from store.db import Connection
from store.model import Notification

_BY_CARRIER = frozenset({"sent", "sent_again", "delivered", "delivery_failed", "carrier_refused"})
"""What a carrier did, or would not do."""


def record_event(
    conn: Connection, notification: Notification, event: str, now: datetime, **data: str
) -> None:
    """Journal what happened to a message, count it, and show it."""
    MESSAGES.labels(event, notification.channel, data.get("error", "")).inc()
    if notification.carrier and event in _BY_CARRIER:
        data["carrier"] = notification.carrier
    if notification.alarm_id is not None and _is_journaled(notification):
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


def _is_journaled(notification: Notification) -> bool:
    """Not messages to programs, nor the calls of a conversation: that journals its own steps."""
    record = CHANNELS.get(notification.channel)
    return (record is None or record.journaled) and notification.purpose != TALK
