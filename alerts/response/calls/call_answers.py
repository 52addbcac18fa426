"""Answers the carrier's callbacks of a call about an alarm: texts, keys, and calls without one.

The carrier asks what to say when somebody (or something) picked up, and again with each key. The
first words say only who calls; what it is about is for who presses a key, so that no machine hears
it. Voice mail, a call nobody pressed a key in and a hang-up are never an answer: they are a failed
delivery, and the next channel is tried at once. Everything may come twice and in any order.
"""

from datetime import datetime

from alerts.notify import call_texts
from alerts.notify.channels.voice import TALK
from alerts.policy import Policy
from alerts.response import delivery_reports, failover
from alerts.response.calls import call_parts, operator_calls
from alerts.response.calls.call_progress import (
    OVER,
    RANKS,
    line_is_free,
    move_call,
    not_answered,
)
from alerts.response.calls.call_script import Part, PickedUp, Script
from alerts.response.log_context import name_alarm
from store.alarm import alarms
from store.db import Connection
from store.home import people
from store.model import Notification, NotificationState, Person
from store.notify import outbox


def picked_up(conn: Connection, call: PickedUp, now: datetime, policy: Policy) -> Script:
    """What to say to whoever picked up, and what their key does."""
    with conn.transaction():
        notification = _locked(conn, call)
        if notification is not None and notification.purpose == TALK:
            return operator_calls.leg_picked_up(conn, notification, call, now, policy)
        person = _person_of(conn, notification)
        if notification is None or person is None:
            return Script(policy.language, (call_texts.nothing_said(policy.language),))
        if call.part == Part.GREETING or notification.purpose not in call_parts.ASKS:
            return call_parts.greet(conn, notification, person, call, now)
        return call_parts.answer(conn, notification, person, call, now, policy)


def receive_status(
    conn: Connection,
    call: PickedUp,
    status: str,
    seconds: int | None,
    now: datetime,
    policy: Policy,
) -> str:
    """Take over what the carrier says of a call; returns what was done, for the log. `seconds`:
    how long it was, once it is over."""
    if status not in RANKS:
        return "unknown status"
    with conn.transaction():
        notification = _locked(conn, call)
        if notification is None:
            return "unknown call"
        if RANKS[status] < OVER:
            return _goes_on(conn, notification, call.provider_id, RANKS[status], now)
        done = _over(conn, notification, call.provider_id, status, seconds, now, policy)
        # The last thing: from here on nobody waits for an alarm.
        line_is_free(conn, notification, now)
        return done


def _goes_on(
    conn: Connection, notification: Notification, provider_id: str, rank: int, now: datetime
) -> str:
    if notification.purpose == TALK:
        return "talking"
    moved = move_call(conn, notification, provider_id, NotificationState.SENT, rank, now)
    return str(moved.state) if moved else "known"


def _over(
    conn: Connection,
    notification: Notification,
    provider_id: str,
    status: str,
    seconds: int | None,
    now: datetime,
    policy: Policy,
) -> str:
    if notification.purpose == TALK:
        return operator_calls.leg_over(
            conn, notification, provider_id, status, seconds, now, policy
        )
    why = not_answered(notification) if status == "completed" else status
    return _end(conn, notification, provider_id, why, now, policy)


def _locked(conn: Connection, call: PickedUp) -> Notification | None:
    """The call's notification as it is under its alarm's lock."""
    found = delivery_reports.find(conn, call.notification_id, call.provider_id, call.carrier)
    if found is None or found.channel != "voice":
        return None
    name_alarm(found.alarm_id)
    if found.alarm_id is not None:
        alarms.lock(conn, found.alarm_id)
    return outbox.get(conn, found.id)


def _person_of(conn: Connection, notification: Notification | None) -> Person | None:
    if notification is None or notification.person_id is None:
        return None
    return people.find_person(conn, notification.person_id)


def _end(
    conn: Connection,
    notification: Notification,
    provider_id: str,
    why: str,
    now: datetime,
    policy: Policy,
) -> str:
    """The call is over and nobody has answered."""
    moved = move_call(conn, notification, provider_id, NotificationState.FAILED, OVER, now, why)
    if moved is None:
        return "known"
    failover.message_failed(conn, moved, why, now, policy)
    return why
