"""What a call says in its two parts, and what a key does in each.

The greeting says only who calls, so that a machine hears nothing; the message follows a key, and an
answer to it is one more key.
"""

from datetime import datetime

from alerts.alarm import dispatching
from alerts.errors import RefusedError
from alerts.notify import call_texts, message_journal
from alerts.policy import Policy
from alerts.response import contact_answers
from alerts.response.calls import way_in
from alerts.response.calls.call_progress import ANSWERED, HEARD, PRESSED, move_call
from alerts.response.calls.call_script import Part, PickedUp, Script
from alerts.response.households import household_of
from store.alarm import alarms, emergencies
from store.db import Connection
from store.dispatch_states import UNANSWERED
from store.duty import dispatches
from store.model import (
    Alarm,
    AlarmState,
    Answer,
    DispatchState,
    Notification,
    NotificationState,
    Person,
)
from store.notify import outbox

TRIES = 3
"""How often somebody may press a wrong key."""
ASKS = frozenset({"alarm", "offer"})
"""Purposes of calls that want an answer; the way in is only told."""


def greet(
    conn: Connection, notification: Notification, person: Person, call: PickedUp, now: datetime
) -> Script:
    """Who calls, and nothing more until somebody presses the key: 1, as it is said."""
    if call.digits == "1":
        return _tell(conn, notification, person, call, now)
    if call.digits and call.attempt >= TRIES:
        return Script(person.language, (call_texts.no_key_said(person.language),))
    move_call(conn, notification, call.provider_id, NotificationState.SENT, ANSWERED, now)
    language = person.language
    return _ask(
        call_texts.greeting_call(language),
        language,
        Part.GREETING,
        call.attempt + 1 if call.digits else call.attempt,
        call_texts.no_key_said(language),
    )


def _tell(
    conn: Connection, notification: Notification, person: Person, call: PickedUp, now: datetime
) -> Script:
    """What the call is about. Who answers a question is asked for one more key; the way in is only
    told. When it is over by now, that is said instead."""
    asks = notification.purpose in ASKS
    state = NotificationState.SENT if asks else NotificationState.DELIVERED
    rank = HEARD if asks else PRESSED
    text = _message_of(conn, notification, person.language)
    if text is None:
        return Script(person.language, (call_texts.too_late_said(person.language),))
    moved = move_call(conn, notification, call.provider_id, state, rank, now)
    if not asks:
        if moved is not None:
            if notification.purpose == "access":
                way_in.record_heard(conn, notification, now)
            _cancel_other_ways(conn, notification, now)
        return Script(person.language, (text, text))
    return _ask(text, person.language, Part.MESSAGE, 1, call_texts.no_answer_said(person.language))


def _message_of(conn: Connection, notification: Notification, language: str) -> str | None:
    """What is said after the key. None: the alarm is closed, or somebody else goes."""
    alarm = alarms.get(conn, notification.alarm_id) if notification.alarm_id else None
    if alarm is None or not _is_open(conn, alarm, notification):
        return None
    if notification.purpose == "access":
        return way_in.spoken(conn, alarm, notification, language)
    if notification.purpose == "offer":
        offered = dispatches.get(conn, notification.dispatch_id or 0)
        if offered is None or offered.state not in UNANSWERED:
            return None
    return notification.spoken or notification.body


def _is_open(conn: Connection, alarm: Alarm, notification: Notification) -> bool:
    """Whether there is still something to go for: a dispatch may serve other dangers of the home
    when the one it was made for is closed."""
    if alarm.state != AlarmState.CLOSED:
        return True
    of_dispatch = notification.purpose in ("offer", "access")
    return of_dispatch and bool(emergencies.served_by(conn, notification.dispatch_id or 0))


def _ask(text: str, language: str, part: Part, attempt: int, goodbye: str) -> Script:
    wrong = (call_texts.wrong_key_said(language),) if attempt > 1 else ()
    return Script(
        language, (*wrong, text, text), ask=True, attempt=attempt, part=part, goodbye=goodbye
    )


def _cancel_other_ways(conn: Connection, notification: Notification, now: datetime) -> None:
    for unsent in outbox.cancel_chain(conn, notification.chain, now):
        message_journal.record_event(conn, unsent, "cancelled", now, reason="answered")


def answer(
    conn: Connection,
    notification: Notification,
    person: Person,
    call: PickedUp,
    now: datetime,
    policy: Policy,
) -> Script:
    """What a key after the message does: 1 and 2 mean something, anything else is asked again."""
    language = person.language
    if call.digits not in ("1", "2"):
        if call.attempt >= TRIES:
            return Script(language, (call_texts.no_answer_said(language),))
        text = _message_of(conn, notification, language)
        if text is None:
            return Script(language, (call_texts.too_late_said(language),))
        goodbye = call_texts.no_answer_said(language)
        return _ask(text, language, Part.MESSAGE, call.attempt + 1, goodbye)
    yes = call.digits == "1"
    moved = move_call(
        conn, notification, call.provider_id, NotificationState.DELIVERED, PRESSED, now
    )
    if moved is not None:
        _cancel_other_ways(conn, notification, now)
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
    alarm = alarms.get(conn, notification.alarm_id or 0)
    who, household = household_of(conn, alarm.home_id if alarm else None, person)
    contact_answers.respond(
        conn,
        notification.alarm_id or 0,
        who,
        Answer.GOING if yes else Answer.CANNOT,
        via="voice",
        now=now,
        policy=policy,
        household=household,
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
