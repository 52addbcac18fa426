"""What became of a message: sent, delivered, failed; and what follows from a failure.

Callbacks are forged, repeated and reordered: only a higher rank changes anything, so that every
order of the same callbacks ends in the same state.
"""

from datetime import datetime

from alerts import conversations, dispatching, plans, queueing, telling
from alerts.metrics import MESSAGES
from alerts.policy import Policy
from alerts.ways import CAN_WAIT, VOICE, WEBHOOK
from store import alarms, dispatches, outbox, people, ways
from store.db import Connection
from store.model import Alarm, AlarmState, DispatchState, Notification, NotificationState
from store.outbox import NewNotification

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
        notification = find(conn, notification_id, provider_id)
        if notification is None:
            return "unknown message"
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
            failed(conn, changed, error_code or status, now, policy)
        else:
            event = "delivered" if changed.state == NotificationState.DELIVERED else "sent"
            record(conn, changed, event, now)
        return str(changed.state)


def failed(
    conn: Connection, notification: Notification, code: str, now: datetime, policy: Policy
) -> None:
    """A message will not arrive: say so, and go on at once without waiting for the next step."""
    if notification.purpose == conversations.TALK:
        conversations.not_placed(conn, notification, code, now)
        return
    record(conn, notification, "delivery_failed", now, error=code)
    if code == OPTED_OUT:
        ways.stop(conn, notification.address, policy.sender_of(notification.lane), now)
    go_on(conn, notification, now, policy)


def go_on(conn: Connection, notification: Notification, now: datetime, policy: Policy) -> None:
    """What a message was for must happen another way: the person's next channel, and when those
    are used up the next contact or the next responder. All in the caller's transaction."""
    if notification.alarm_id is None:
        return
    alarm = alarms.lock(conn, notification.alarm_id)
    if alarm is None or (alarm.state == AlarmState.CLOSED and _lost_with_it(notification)):
        return
    if not _still_wanted(conn, notification) or _next_way(conn, alarm, notification, now, policy):
        return
    if notification.purpose == "alarm":
        plans.unreached(conn, alarm, notification.chain, now)
    elif notification.purpose == "offer" and _used_up(conn, notification):
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


def _lost_with_it(notification: Notification) -> bool:
    """Whether a message has no sense once its alarm is closed; that it is over still has."""
    return notification.purpose not in CAN_WAIT


def _still_wanted(conn: Connection, notification: Notification) -> bool:
    """An offer that was answered, or a message answered by another way, needs no other channel."""
    if any(
        n.state == NotificationState.DELIVERED and n.channel == VOICE
        for n in outbox.of_chain(conn, notification.chain or "-")
    ):
        return False
    if notification.purpose != "offer":
        return True
    offered = dispatches.get(conn, notification.dispatch_id or 0)
    return offered is not None and offered.state == DispatchState.OFFERED


def _next_way(
    conn: Connection, alarm: Alarm, lost: Notification, now: datetime, policy: Policy
) -> bool:
    """Queue the message on the person's next channel. False: all of them were tried."""
    person = people.find_person(conn, lost.person_id) if lost.person_id is not None else None
    if person is None or not lost.chain:
        return False
    found, _ = telling.ways_to(conn, person, lost.purpose, lost.lane, now, policy)
    tried = {n.dedupe for n in outbox.of_chain(conn, lost.chain)}
    for way in found:
        if f"{lost.chain}:{way.key}" not in tried:
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
                urgency=lost.urgency,
            )
            queueing.queue_by(conn, new, way, policy)
            record(conn, lost, "channel_changed", now, to=way.channel)
            return True
    return False


def _used_up(conn: Connection, lost: Notification) -> bool:
    """Whether no other way of the same message may still arrive."""
    return not any(
        n.id != lost.id
        and n.error_code is None
        and n.state in (NotificationState.QUEUED, NotificationState.SENDING, NotificationState.SENT)
        for n in outbox.of_chain(conn, lost.chain)
    )


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
    return notification.channel == WEBHOOK or notification.purpose == conversations.TALK


def find(conn: Connection, notification_id: int | None, provider_id: str) -> Notification | None:
    """By our own number when the callback names it and the carrier's id does not contradict."""
    if notification_id is not None:
        found = outbox.get(conn, notification_id)
        if found is not None and found.provider_id in (None, provider_id):
            return found
        return None
    return outbox.by_provider_id(conn, provider_id)
