"""Takes over the carrier's delivery reports: sent, delivered, failed; a failure fails over.

Callbacks are forged, repeated and reordered: only a higher rank changes anything, so that every
order of the same callbacks ends in the same state.
"""

from datetime import datetime

from alerts.notify.message_journal import record_event
from alerts.policy import Policy
from alerts.response.failover import message_failed
from alerts.response.log_context import name_alarm
from store.alarm import alarms
from store.db import Connection
from store.model import Notification, NotificationState
from store.notify import outbox

_STATES: dict[str, tuple[int, NotificationState]] = {
    "accepted": (1, NotificationState.SENT),
    "scheduled": (1, NotificationState.SENT),
    "queued": (1, NotificationState.SENT),
    "sending": (2, NotificationState.SENT),
    "sent": (3, NotificationState.SENT),
    "undelivered": (4, NotificationState.FAILED),
    "failed": (4, NotificationState.FAILED),
    "canceled": (4, NotificationState.FAILED),
    "delivered": (5, NotificationState.DELIVERED),
    "read": (6, NotificationState.DELIVERED),
}


def receive_callback(
    conn: Connection,
    notification_id: int | None,
    provider_id: str,
    status: str,
    error_code: str | None,
    now: datetime,
    policy: Policy,
) -> str:
    """Take over a status the carrier reports; returns what was done, for the log."""
    if status not in _STATES:
        return "unknown status"
    rank, state = _STATES[status]
    with conn.transaction():
        notification = find(conn, notification_id, provider_id)
        if notification is None:
            return "unknown message"
        name_alarm(notification.alarm_id)
        if notification.alarm_id is not None:
            alarms.lock(conn, notification.alarm_id)
            # As it is under the lock: our own record of the sending may have come in between.
            notification = outbox.get(conn, notification.id) or notification
        changed = outbox.callback(
            conn,
            notification.id,
            provider_id=provider_id,
            state=state,
            rank=rank,
            error_code=error_code,
            now=now,
        )
        if changed is None:
            return "known"
        if changed.state == notification.state:
            return str(changed.state)
        if changed.state == NotificationState.FAILED:
            message_failed(conn, changed, error_code or status, now, policy)
        else:
            event = "delivered" if changed.state == NotificationState.DELIVERED else "sent"
            record_event(conn, changed, event, now)
        return str(changed.state)


def find(conn: Connection, notification_id: int | None, provider_id: str) -> Notification | None:
    """By our own number when the callback names it and the carrier's id does not contradict."""
    if notification_id is not None:
        found = outbox.get(conn, notification_id)
        if found is not None and found.provider_id in (None, provider_id):
            return found
        return None
    return outbox.by_provider_id(conn, provider_id)
