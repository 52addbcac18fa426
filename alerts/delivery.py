"""What became of a message: sent, delivered, failed; and what follows from a failure.

Callbacks are forged, repeated and reordered: only a higher rank changes anything, so that every
order of the same callbacks ends in the same state.
"""

from datetime import datetime

from alerts import dispatching, plans
from alerts.metrics import MESSAGES
from alerts.policy import Policy
from store import alarms, dispatches, outbox, people
from store.db import Connection
from store.model import DispatchState, Notification, NotificationState

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

OPTED_OUT = "21610"
"""Twilio: the recipient has replied STOP to this sender."""


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
        notification = _find(conn, notification_id, provider_id)
        if notification is None:
            return "unknown message"
        if notification.alarm_id is not None:
            alarms.lock(conn, notification.alarm_id)
        changed = outbox.callback(
            conn, notification.id, provider_id=provider_id, state=state, rank=rank,
            error_code=error_code, now=now,
        )  # fmt: skip
        if changed is None:
            return "known"
        if changed.state == notification.state:
            return str(changed.state)
        if changed.state == NotificationState.FAILED:
            failed(conn, changed, error_code or status, now, policy)
        else:
            event = "delivered" if changed.state == NotificationState.DELIVERED else "sent"
            record(conn, changed, event, now)
        return str(changed.state)


def failed(
    conn: Connection, notification: Notification, code: str, now: datetime, policy: Policy
) -> None:
    """A message will not arrive: say so, and go on at once without waiting for the next step."""
    record(conn, notification, "delivery_failed", now, error=code)
    if code == OPTED_OUT:
        people.set_opted_out(conn, notification.address, now)
    go_on(conn, notification, now, policy)


def go_on(conn: Connection, notification: Notification, now: datetime, policy: Policy) -> None:
    """What a message was for must happen another way: the next contact, the next responder."""
    if notification.alarm_id is None:
        return
    alarm = alarms.lock(conn, notification.alarm_id)
    if alarm is None:
        return
    if notification.purpose == "alarm":
        plans.hurry(conn, alarm, now)
    elif notification.purpose == "offer" and notification.dispatch_id is not None:
        offered = dispatches.get(conn, notification.dispatch_id)
        if offered is not None and offered.state == DispatchState.OFFERED:
            dispatching.move(
                conn, offered.id, DispatchState.NO_ANSWER, actor="system", via="",
                now=now, policy=policy,
            )  # fmt: skip
    alarms.notify(conn, "alarm", alarm.id)


def record(
    conn: Connection, notification: Notification, event: str, now: datetime, **data: str
) -> None:
    """Journal what happened to a message, count it, and show it."""
    MESSAGES.labels(event, notification.channel, data.get("error", "")).inc()
    if notification.alarm_id is not None:
        alarms.journal(
            conn, notification.alarm_id, event, at=now, actor="system", via=notification.channel,
            notification=notification.id, person=notification.person_id,
            purpose=notification.purpose, **data,
        )  # fmt: skip
        alarms.touch(conn, notification.alarm_id)
        alarms.notify(conn, "alarm", notification.alarm_id)


def _find(conn: Connection, notification_id: int | None, provider_id: str) -> Notification | None:
    """By our own number when the callback names it and the carrier's id does not contradict."""
    if notification_id is not None:
        found = outbox.get(conn, notification_id)
        if found is not None and found.provider_id in (None, provider_id):
            return found
        return None
    return outbox.by_provider_id(conn, provider_id)
