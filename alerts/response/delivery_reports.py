"""Takes over the carrier's delivery reports: sent, delivered, failed; a failure fails over.

Callbacks are forged, repeated and reordered: only a higher rank changes anything, so that every
order of the same callbacks ends in the same state.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.escalation import withdrawal
from alerts.notify import carrier_recovery
from alerts.notify.carriers.registry import CARRIERS
from alerts.notify.carriers.twilio.record import TWILIO
from alerts.notify.channels.interface import Fault
from alerts.notify.message_journal import record_event
from alerts.notify.retry_schedule import is_kept, refused_wait
from alerts.policy import Policy
from alerts.response.failover import fail_over, message_failed
from alerts.response.log_context import name_alarm
from store.alarm import alarms
from store.db import Connection
from store.model import Notification, NotificationState
from store.notify import outbox, refusals

_CARRIED = 3
"""From this rank on a message has left the carrier: it does not only take them."""
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
    carrier: str = TWILIO,
) -> str:
    """Take over a status the carrier reports; returns what was done, for the log."""
    if status not in _STATES:
        return "unknown status"
    rank, state = _STATES[status]
    with conn.transaction():
        notification = find(conn, notification_id, provider_id, carrier)
        if notification is None:
            return "unknown message"
        name_alarm(notification.alarm_id)
        if notification.alarm_id is not None:
            alarms.lock(conn, notification.alarm_id)
            # As it is under the lock: our own record of the sending may have come in between.
            notification = outbox.get(conn, notification.id) or notification
        failed = state == NotificationState.FAILED
        fault = CARRIERS[carrier].fault_of_report(error_code) if failed else None
        if fault is not None and is_kept(notification, now):
            return _take_back(
                conn,
                replace(notification, carrier=carrier),
                provider_id,
                rank,
                error_code or status,
                fault,
                now,
                policy,
            )
        changed = outbox.callback(
            conn,
            notification.id,
            carrier=carrier,
            provider_id=provider_id,
            state=state,
            rank=rank,
            error_code=error_code,
            now=now,
        )
        if changed is None:
            return "known"
        if changed.state == NotificationState.FAILED and notification.state != changed.state:
            message_failed(conn, changed, error_code or status, now, policy)
        elif changed.state != notification.state:
            event = "delivered" if changed.state == NotificationState.DELIVERED else "sent"
            record_event(conn, changed, event, now)
    if changed.state != NotificationState.FAILED and rank >= _CARRIED:
        carrier_recovery.message_accepted(conn, carrier, changed.channel, now, carried=True)
    return str(changed.state)


def _take_back(
    conn: Connection,
    notification: Notification,
    provider_id: str,
    rank: int,
    code: str,
    fault: Fault,
    now: datetime,
    policy: Policy,
) -> str:
    """The carrier had taken the message and did not send it because of our account or itself."""
    waiting = refusals.take_back(
        conn,
        notification.id,
        carrier=notification.carrier,
        provider_id=provider_id,
        error_code=code,
        fault=fault,
        rank=rank,
        due_at=now + timedelta(seconds=refused_wait(notification, None)),
        now=now,
    )
    if waiting is None:
        return "known"
    refusals.carrier_refused(
        conn,
        waiting.carrier,
        waiting.channel,
        error_code=code,
        fault=fault,
        now=now,
        reported=True,
    )
    alarm = alarms.get(conn, waiting.alarm_id) if waiting.alarm_id is not None else None
    if alarm is not None and withdrawal.withdraw_unwanted(conn, alarm, waiting, now):
        return str(NotificationState.CANCELLED)
    if notification.fault != fault and notification.refusals == 0:
        record_event(conn, waiting, "carrier_refused", now, error=code, fault=fault)
        fail_over(conn, waiting, now, policy)
    alarms.notify(conn, "notification", waiting.id, int(waiting.lane), waiting.channel)
    return str(waiting.state)


def find(
    conn: Connection, notification_id: int | None, provider_id: str, carrier: str = TWILIO
) -> Notification | None:
    """By our own number when the callback names it, and the carrier and its id do not contradict:
    what another carrier has taken over is that one's."""
    if notification_id is not None:
        found = outbox.get(conn, notification_id)
        if found is not None and found.carrier not in ("", carrier):
            return None
        if found is None or found.provider_id in (None, provider_id):
            return found
        if found.fault is not None and found.state == NotificationState.SENDING:
            return found  # sent once more, and the report is faster than our own record
        return None
    return outbox.by_provider_id(conn, carrier, provider_id)
