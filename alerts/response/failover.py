"""Failover of a message that cannot arrive: the person's next channel, then the next person.

Called by the sender and by callbacks, within their transaction.
"""

from datetime import datetime

from alerts.alarm import dispatching
from alerts.escalation import plan_runner, reachability, withdrawal
from alerts.notify import notifying, queueing
from alerts.notify.channels.voice import TALK, VOICE
from alerts.notify.contact_methods import ContactMethod
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

_HOPEFUL = frozenset(
    {
        NotificationState.QUEUED,
        NotificationState.SENDING,
        NotificationState.SENT,
        NotificationState.DELIVERED,
    }
)
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


def try_otherwise(
    conn: Connection, notification: Notification, now: datetime, policy: Policy
) -> None:
    """It leaves a little later: meanwhile the person's next channel, if one is left."""
    alarm = alarms.lock(conn, notification.alarm_id) if notification.alarm_id is not None else None
    if alarm is not None:
        _try_next_method(conn, alarm, notification, now, policy)


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
    untried = untried_methods(conn, alarm, lost, now, policy)
    if not untried:
        return False
    queue_again(conn, alarm, lost, untried[0], now, policy)
    record_event(conn, lost, "channel_changed", now, to=untried[0].channel)
    return True


def untried_methods(
    conn: Connection, alarm: Alarm, message: Notification, now: datetime, policy: Policy
) -> list[ContactMethod]:
    """By what its person can still be told the same, best first. A telephone that somebody else of
    the same step was told on has been tried."""
    person = people.find_person(conn, message.person_id) if message.person_id is not None else None
    if person is None or not message.chain:
        return []
    found, _ = notifying.methods_to(
        conn, person, message.purpose, message.lane, now, policy, message.template
    )
    tried = {n.dedupe for n in outbox.of_chain(conn, message.chain)}
    shared = _telephones_of_step(conn, alarm, message)
    return [
        method
        for method in found
        if f"{message.chain}:{method.key}" not in tried
        and (method.channel, method.address) not in shared
    ]


def _telephones_of_step(
    conn: Connection, alarm: Alarm, message: Notification
) -> set[tuple[str, str]]:
    """Channels and addresses by which others were told by the step that the message is of."""
    chain = reachability.parse_chain(message.chain)
    if chain is None:
        return set()
    prefix = f"step:{alarm.id}:{chain.step}"
    return {
        (n.channel, n.address)
        for n in outbox.of_alarm(conn, alarm.id)
        if n.chain.startswith(prefix) and n.chain != message.chain
    }


def queue_again(
    conn: Connection,
    alarm: Alarm,
    message: Notification,
    method: ContactMethod,
    now: datetime,
    policy: Policy,
) -> None:
    """Queue the same message by another of its person's channels."""
    new = NewNotification(
        alarm_id=alarm.id,
        dispatch_id=message.dispatch_id,
        person_id=message.person_id,
        purpose=message.purpose,
        channel="",
        lane=message.lane,
        address="",
        body=message.body,
        dedupe="",
        due_at=now,
        now=now,
        chain=message.chain,
        spoken=message.spoken,
        fields=message.fields,
        template=message.template,
        urgency=message.urgency,
    )
    queueing.queue_by_method(conn, new, method, policy)


def _used_up(conn: Connection, lost: Notification) -> bool:
    """Whether on no other channel the same message may still arrive, or be answered: a text that
    has arrived may be, a call that is over may not."""
    return not any(
        n.id != lost.id and n.error_code is None and n.state in _HOPEFUL
        for n in outbox.of_chain(conn, lost.chain)
    )
