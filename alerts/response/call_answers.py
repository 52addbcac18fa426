"""Answers the carrier's callbacks of a call about an alarm: texts, keys, and calls without one.

The carrier asks what to say when somebody (or something) picked up, and again with each key. Voice
mail, a call nobody pressed a key in and a hang-up are never an answer: they are a failed delivery,
and the next channel is tried at once. Everything may come twice and in any order.
"""

from datetime import datetime

from alerts.alarm import dispatching
from alerts.errors import RefusedError
from alerts.notify import call_texts, message_journal
from alerts.notify.carriers.twilio.record import TWILIO
from alerts.notify.channels.voice import TALK
from alerts.policy import Policy
from alerts.response import delivery_reports, failover, operator_calls, sms_replies
from alerts.response.call_script import PickedUp, Script
from alerts.response.log_context import name_alarm
from store.alarm import alarms
from store.db import Connection
from store.duty import dispatches
from store.home import people
from store.model import Answer, DispatchState, Notification, NotificationState, Person
from store.notify import outbox

TRIES = 3
"""How often somebody may press a wrong key."""
ANSWERED, OVER, PRESSED = 3, 5, 6
"""How far a call has come, as ranks of its callbacks; a key is worth more than any ending."""
_RANKS: dict[str, int] = {
    "queued": 1,
    "initiated": 1,
    "ringing": 2,
    "in-progress": ANSWERED,
    "answered": ANSWERED,
    "completed": OVER,
    "busy": OVER,
    "no-answer": OVER,
    "failed": OVER,
    "canceled": OVER,
}
_ASKS = frozenset({"alarm", "offer"})


def picked_up(conn: Connection, call: PickedUp, now: datetime, policy: Policy) -> Script:
    """What to say to whoever picked up, and what their key does."""
    with conn.transaction():
        notification = _locked(conn, call)
        if notification is not None and notification.purpose == TALK:
            return operator_calls.leg_picked_up(conn, notification, call, now, policy)
        person = _person_of(conn, notification)
        if notification is None or person is None:
            return Script(policy.language, (call_texts.nothing_said(policy.language),))
        language = person.language
        if call.by_machine:
            _end(conn, notification, call.provider_id, "voice_mail", now, policy)
            return Script(language)
        if call.digits and notification.purpose in _ASKS:
            return _key(conn, notification, person, call, now, policy)
        _move(conn, notification, call.provider_id, NotificationState.SENT, ANSWERED, None, now)
        return _ask(notification, language, call.attempt)


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
    if status not in _RANKS:
        return "unknown status"
    with conn.transaction():
        notification = _locked(conn, call)
        if notification is None:
            return "unknown call"
        if notification.purpose == TALK:
            if _RANKS[status] < OVER:
                return "talking"
            return operator_calls.leg_over(
                conn, notification, call.provider_id, status, seconds, now, policy
            )
        if _RANKS[status] < OVER:
            moved = _move(
                conn,
                notification,
                call.provider_id,
                NotificationState.SENT,
                _RANKS[status],
                None,
                now,
            )
            return str(moved.state) if moved else "known"
        listened = status == "completed" and not call.by_machine
        if listened and notification.purpose not in _ASKS:
            _move(
                conn, notification, call.provider_id, NotificationState.DELIVERED, OVER, None, now
            )
            return "heard"
        why = "no_key" if listened else "voice_mail" if call.by_machine else status
        return _end(conn, notification, call.provider_id, why, now, policy)


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


def _ask(notification: Notification, language: str, attempt: int) -> Script:
    text = notification.spoken or notification.body
    if notification.purpose not in _ASKS:
        return Script(language, (text, text))
    wrong = (call_texts.wrong_key_said(language),) if attempt > 1 else ()
    return Script(
        language,
        (*wrong, text, text),
        ask=True,
        attempt=attempt,
        goodbye=call_texts.no_key_said(language),
    )


def _key(
    conn: Connection,
    notification: Notification,
    person: Person,
    call: PickedUp,
    now: datetime,
    policy: Policy,
) -> Script:
    """1 and 2 mean something; anything else is asked again."""
    language = person.language
    if call.digits not in ("1", "2"):
        if call.attempt >= TRIES:
            return Script(language, (call_texts.no_key_said(language),))
        return _ask(notification, language, call.attempt + 1)
    yes = call.digits == "1"
    moved = _move(
        conn, notification, call.provider_id, NotificationState.DELIVERED, PRESSED, None, now
    )
    if moved is not None:
        for unsent in outbox.cancel_chain(conn, notification.chain, now):
            message_journal.record_event(conn, unsent, "cancelled", now)
        try:
            _answer(conn, notification, person, now, policy, yes=yes)
        except RefusedError:
            return Script(language, (call_texts.too_late_said(language),))
    # The same key again is a repetition by the carrier: the same words, and nothing else.
    if notification.purpose == "offer":
        text = call_texts.accepted_said(language) if yes else call_texts.declined_said(language)
    else:
        text = call_texts.going_said(language) if yes else call_texts.cannot_said(language)
    return Script(language, (text,))


def _answer(
    conn: Connection,
    notification: Notification,
    person: Person,
    now: datetime,
    policy: Policy,
    *,
    yes: bool,
) -> None:
    """RefusedError: the alarm is closed, or somebody else goes."""
    if notification.purpose == "offer":
        _answer_offer(conn, notification, person, now, policy, yes=yes)
        return
    answer = Answer.GOING if yes else Answer.CANNOT
    sms_replies.respond(
        conn, notification.alarm_id or 0, person, answer, via="voice", now=now, policy=policy
    )


def _answer_offer(
    conn: Connection,
    notification: Notification,
    person: Person,
    now: datetime,
    policy: Policy,
    *,
    yes: bool,
) -> None:
    dispatch = dispatches.get(conn, notification.dispatch_id or 0)
    if dispatch is None or (not yes and dispatch.state == DispatchState.NO_ANSWER):
        return
    dispatching.move(
        conn,
        dispatch.id,
        DispatchState.ACCEPTED if yes else DispatchState.DECLINED,
        actor=f"responder:{person.id}",
        via="voice",
        now=now,
        policy=policy,
    )


def _end(
    conn: Connection,
    notification: Notification,
    provider_id: str,
    why: str,
    now: datetime,
    policy: Policy,
) -> str:
    """The call is over and nobody has answered."""
    moved = _move(conn, notification, provider_id, NotificationState.FAILED, OVER, why, now)
    if moved is None:
        return "known"
    failover.message_failed(conn, moved, why, now, policy)
    return why


def _move(
    conn: Connection,
    notification: Notification,
    provider_id: str,
    state: NotificationState,
    rank: int,
    code: str | None,
    now: datetime,
) -> Notification | None:
    """None: the call has been further than that before."""
    moved = outbox.callback(
        conn,
        notification.id,
        carrier=notification.carrier or TWILIO,
        provider_id=provider_id,
        state=state,
        rank=rank,
        error_code=code,
        now=now,
    )
    if moved is not None and state == NotificationState.DELIVERED:
        message_journal.record_event(conn, moved, "delivered", now)
    elif moved is not None and rank == ANSWERED:
        message_journal.record_event(conn, moved, "call_answered", now)
    return moved
