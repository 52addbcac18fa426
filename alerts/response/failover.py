"""Failover of a message that cannot arrive: the person's next channel, then the next person.

Called by the sender and by callbacks, within their transaction.
"""

from datetime import datetime

from alerts.alarm import dispatching
from alerts.escalation import plan_runner, withdrawal
from alerts.notify import notifying, queueing
from alerts.notify.channels.voice import TALK, VOICE
from alerts.notify.message_journal import record_event
from alerts.policy import Policy
from alerts.response.calls import operator_calls
from store.alarm import alarms
from store.db import Connection
from store.duty import dispatches
from store.home import people
from store.model import Alarm, DispatchState, Notification, NotificationState
from store.notify import outbox, preferences
from store.notify.outbox import NewNotification

OPTED_OUT = "21610"
"""Twilio: the recipient has replied STOP to this sender."""


def message_failed(
    conn: Connection, notification: Notification, code: str, now: datetime, policy: Policy
) -> None:
    """Journal that a message will not arrive, and fail over at once, without waiting for a step."""
    if notification.purpose == TALK:
        operator_calls.not_placed(conn, notification, code, now)
        return
    record_event(conn, notification, "delivery_failed", now, error=code)
    if code == OPTED_OUT:
        preferences.stop(conn, notification.address, policy.sender_of(notification.lane), now)
    fail_over(conn, notification, now, policy)


def fail_over(conn: Connection, notification: Notification, now: datetime, policy: Policy) -> None:
    """Its purpose must be met otherwise: by the person's next channel, and when those
    are used up by the next contact or the next responder. In the caller's transaction."""
    if notification.alarm_id is None:
        return
    alarm = alarms.lock(conn, notification.alarm_id)
    if alarm is None or withdrawal.reason_not_to_send(conn, alarm, notification) is not None:
        return
    if not _still_wanted(conn, notification) or _try_next_method(
        conn, alarm, notification, now, policy
    ):
        return
    if notification.purpose == "alarm":
        plan_runner.person_unreached(conn, alarm, notification.chain, now)
    elif (
        notification.purpose == "offer"
        and notification.fault is None
        and _used_up(conn, notification)
    ):
        dispatching.move(
            conn,
            notification.dispatch_id or 0,
            DispatchState.NO_ANSWER,
            actor="system",
            via="",
            now=now,
            policy=policy,
        )
    alarms.notify(conn, "alarm", alarm.id)


def _still_wanted(conn: Connection, notification: Notification) -> bool:
    """Not an offer that was answered, or a message that was answered on another channel."""
    if any(
        n.state == NotificationState.DELIVERED and n.channel == VOICE
        for n in outbox.of_chain(conn, notification.chain or "-")
    ):
        return False
    if notification.purpose != "offer":
        return True
    offered = dispatches.get(conn, notification.dispatch_id or 0)
    return offered is not None and offered.state == DispatchState.OFFERED


def _try_next_method(
    conn: Connection, alarm: Alarm, lost: Notification, now: datetime, policy: Policy
) -> bool:
    """Queue the message on the person's next channel. False: all of them were tried."""
    person = people.find_person(conn, lost.person_id) if lost.person_id is not None else None
    if person is None or not lost.chain:
        return False
    found, _ = notifying.methods_to(
        conn, person, lost.purpose, lost.lane, now, policy, lost.template
    )
    tried = {n.dedupe for n in outbox.of_chain(conn, lost.chain)}
    for method in found:
        if f"{lost.chain}:{method.key}" not in tried:
            new = NewNotification(
                alarm_id=alarm.id,
                dispatch_id=lost.dispatch_id,
                person_id=person.id,
                purpose=lost.purpose,
                channel="",
                lane=lost.lane,
                address="",
                body=lost.body,
                dedupe="",
                due_at=now,
                now=now,
                chain=lost.chain,
                spoken=lost.spoken,
                fields=lost.fields,
                template=lost.template,
                urgency=lost.urgency,
            )
            queueing.queue_by_method(conn, new, method, policy)
            record_event(conn, lost, "channel_changed", now, to=method.channel)
            return True
    return False


def _used_up(conn: Connection, lost: Notification) -> bool:
    """Whether on no other channel the same message may still arrive."""
    return not any(
        n.id != lost.id
        and n.error_code is None
        and n.state in (NotificationState.QUEUED, NotificationState.SENDING, NotificationState.SENT)
        for n in outbox.of_chain(conn, lost.chain)
    )
