"""Calls by operators: to the home or anybody of the alarm, with others joined in a conference.

The carrier rings the operator's own telephone first; when they press 1 it rings the other. All sit
in one conference, which ends when the operator leaves it. Every step is journaled.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.alarm import lifecycle, re_alarming
from alerts.errors import NotFoundError, RefusedError
from alerts.notify import call_texts, notifying, queueing
from alerts.notify.carriers.twilio.record import TWILIO
from alerts.notify.channels.voice import HANG_UP, TALK, VOICE
from alerts.policy import Policy
from alerts.response.calls.call_progress import NO_KEY, OVER
from alerts.response.calls.call_script import PickedUp, Script
from store.alarm import alarms
from store.db import Connection
from store.home import homes, people
from store.model import Alarm, AlarmState, Notification, NotificationState, OutboxLane, Person, User
from store.notify import outbox
from store.notify.outbox import NewNotification
from store.response import conversations
from store.response.conversations import Conversation, Leg

_FORGOTTEN = timedelta(minutes=2)
"""An operator who has not picked up by then is not going to: their telephone rings 25 s."""
_LONGEST = timedelta(hours=4)
"""The carrier ends every call then."""


@dataclass(frozen=True, slots=True)
class CallTarget:
    """Who is to be called: a person of the alarm, an outside service, or neither: the home."""

    person_id: int | None = None
    service: str = ""


def call(
    conn: Connection, alarm_id: int, whom: CallTarget, by: User, now: datetime, policy: Policy
) -> Leg:
    """Call somebody, or join them to the talk that the operator holds about this alarm.

    NotFoundError, TakenError, RefusedError (with what is missing). One transaction.
    """
    with conn.transaction():
        alarm = alarms.lock(conn, alarm_id)
        if alarm is None:
            raise NotFoundError("there is no such alarm")
        lifecycle.check_owned_by(alarm, by)
        if VOICE not in policy.channels:
            raise RefusedError("no calls can be made: a number to call from is not set up")
        part, address = _address(conn, alarm, whom, policy)
        talk = _live(conn, alarm, by, now) or _begin(conn, alarm, by, now)
        leg = conversations.add_leg(
            conn, talk.id, part, address, now, person_id=whom.person_id, service=whom.service
        )
        _journal(conn, alarm.id, "call_asked", leg, f"user:{by.id}", now)
        if _operator_leg(conn, talk).state == "TALKING":
            _ring(conn, alarm, leg, now)
        re_alarming.update_state(conn, alarm, now, policy)
        return next(each for each in conversations.legs(conn, talk.id) if each.id == leg.id)


def hang_up(conn: Connection, alarm_id: int, by: User, now: datetime) -> None:
    """End the operator's talk about this alarm from the page. Who was not rung yet never is; the
    carrier ends the operator's call, and with it the conference.

    NotFoundError, RefusedError. One transaction.
    """
    with conn.transaction():
        alarm = alarms.lock(conn, alarm_id)
        if alarm is None:
            raise NotFoundError("there is no such alarm")
        talk = conversations.live(conn, alarm_id, by.id)
        if talk is None:
            raise RefusedError("you hold no talk about this alarm")
        operator = _operator_leg(conn, talk)
        _journal(conn, alarm_id, "hang_up_asked", operator, f"user:{by.id}", now)
        placed = outbox.get(conn, operator.notification_id) if operator.notification_id else None
        if placed is not None and placed.provider_id:
            _end_call(conn, alarm, operator, placed.provider_id, now)
        if operator.state != "TALKING":
            _over(conn, alarm_id, operator, "cancelled", None, now)


def _end_call(conn: Connection, alarm: Alarm, leg: Leg, call: str, now: datetime) -> None:
    queueing.queue_message(
        conn,
        NewNotification(
            alarm_id=alarm.id,
            person_id=leg.person_id,
            purpose=TALK,
            channel=VOICE,
            lane=OutboxLane.LIFE,
            address=call,
            body=HANG_UP,
            dedupe=f"{HANG_UP}:{leg.id}",
            due_at=now,
            now=now,
            urgency=alarm.priority,
        ),
    )


def leg_picked_up(
    conn: Connection, notification: Notification, picked: PickedUp, now: datetime, policy: Policy
) -> Script:
    """The script for a telephone of a conversation. The operator presses 1 first: a voice mail
    that picks up must not ring the home. The alarm is locked by the caller."""
    leg = conversations.leg_of(conn, notification.id)
    talk = conversations.get(conn, leg.conversation_id) if leg else None
    if leg is None or talk is None or leg.state in ("ENDED", "FAILED") or talk.ended_at:
        return Script(policy.language)
    room = f"anxin-{talk.id}"
    if leg.part != "operator":
        _talks(conn, talk.alarm_id, leg, now)
        language = _language(conn, leg, policy)
        return Script(language, (call_texts.joined_said(language),), conference=room)
    language = _language(conn, leg, policy)
    if picked.digits != "1":
        text = call_texts.connect_call(language)
        return Script(language, (text, text), ask=True, goodbye=call_texts.no_key_said(language))
    if _talks(conn, talk.alarm_id, leg, now):
        alarm = alarms.get(conn, talk.alarm_id)
        for waiting in conversations.legs(conn, talk.id):
            if waiting.state == "WAITING" and alarm is not None:
                _ring(conn, alarm, waiting, now)
    said = call_texts.connecting_said(_target_name(conn, talk), language)
    return Script(language, (said,), conference=room, leave_ends=True)


def leg_over(
    conn: Connection,
    notification: Notification,
    provider_id: str,
    status: str,
    seconds: int | None,
    now: datetime,
    policy: Policy,
) -> str:
    """A telephone of a talk hung up or was never reached. The alarm is locked by the caller."""
    leg = conversations.leg_of(conn, notification.id)
    if status == "completed" and leg is not None and leg.state == "CALLING":
        status = NO_KEY
    ended = status == "completed"
    state = NotificationState.DELIVERED if ended else NotificationState.FAILED
    moved = outbox.callback(
        conn,
        notification.id,
        carrier=notification.carrier or TWILIO,
        provider_id=provider_id,
        state=state,
        rank=OVER,
        error_code=None if ended else status,
        now=now,
    )
    if moved is None or leg is None:
        return "known"
    _over(conn, notification.alarm_id or 0, leg, status, seconds if ended else None, now)
    alarm = alarms.get(conn, notification.alarm_id or 0)
    if alarm is not None and alarm.state not in (AlarmState.RAISED, AlarmState.CLOSED):
        re_alarming.update_state(conn, alarm, now, policy)
    return status


def not_placed(conn: Connection, notification: Notification, why: str, now: datetime) -> None:
    """The carrier refused to place a call of a talk. The alarm is locked by the caller."""
    leg = conversations.leg_of(conn, notification.id)
    if leg is not None:
        _over(conn, notification.alarm_id or 0, leg, why, None, now)


def _address(conn: Connection, alarm: Alarm, whom: CallTarget, policy: Policy) -> tuple[str, str]:
    """Part and number of who is to be called."""
    if whom.service:
        number = policy.services.get(whom.service)
        if number is None:
            known = ", ".join(sorted(policy.services)) or "none is set up"
            raise RefusedError(f"no number is known for {whom.service}; known: {known}")
        return "service", number
    if whom.person_id is not None:
        person = people.find_person(conn, whom.person_id)
        if person is None or not conversations.belongs_to_alarm(conn, alarm.id, whom.person_id):
            raise NotFoundError("this person has nothing to do with the alarm")
        if person.phone is None:
            raise RefusedError("no telephone number is known for this person")
        return "person", person.phone
    home = homes.brief(conn, alarm.home_id) if alarm.home_id is not None else None
    phone = home and (home.phone or conversations.resident_phone(conn, home.id))
    if not phone:
        raise RefusedError("no telephone number is known for this home")
    return "home", phone


def _live(conn: Connection, alarm: Alarm, by: User, now: datetime) -> Conversation | None:
    """The operator's talk about this alarm; one whose end was never reported is ended here."""
    talk = conversations.live(conn, alarm.id, by.id)
    if talk is None:
        return None
    operator = _operator_leg(conn, talk)
    age = now - (operator.answered_at or operator.asked_at)
    if age < (_LONGEST if operator.state == "TALKING" else _FORGOTTEN):
        return talk
    _over(conn, alarm.id, operator, "lost", None, now)
    return None


def _begin(conn: Connection, alarm: Alarm, by: User, now: datetime) -> Conversation:
    me = people.find_person(conn, by.person_id)
    if me is None or me.phone is None:
        raise RefusedError("your own telephone number is not known: it is rung first")
    talk = conversations.begin(conn, alarm.id, by.id, now)
    leg = conversations.add_leg(conn, talk.id, "operator", me.phone, now, person_id=me.id)
    _ring(conn, alarm, leg, now)
    return talk


def _ring(conn: Connection, alarm: Alarm, leg: Leg, now: datetime) -> None:
    """Queue the call of one telephone; a talk is never behind other calls."""
    number = queueing.queue_message(
        conn,
        NewNotification(
            alarm_id=alarm.id,
            person_id=leg.person_id,
            purpose=TALK,
            channel=VOICE,
            lane=OutboxLane.LIFE,
            address=leg.address,
            body="",
            dedupe=f"talk:{leg.id}",
            due_at=now,
            now=now,
            urgency=alarm.priority,
        ),
    )
    if number is not None:
        conversations.call_leg(conn, leg.id, number)
        _journal(conn, alarm.id, "call_placed", leg, "system", now)


def _talks(conn: Connection, alarm_id: int, leg: Leg, now: datetime) -> bool:
    """False: the carrier asks again."""
    if conversations.leg_talks(conn, leg.id, now) is None:
        return False
    _journal(conn, alarm_id, "talk_answered", leg, "system", now)
    return True


def _over(
    conn: Connection, alarm_id: int, leg: Leg, status: str, seconds: int | None, now: datetime
) -> None:
    ended = status == "completed"
    gone = conversations.leg_over(conn, leg.id, "ENDED" if ended else "FAILED", seconds, now)
    if gone is None:
        return
    if ended:
        _journal(conn, alarm_id, "talk_ended", leg, "system", now, seconds=seconds or 0)
    else:
        _journal(conn, alarm_id, "talk_failed", leg, "system", now, error=status)
    if leg.part == "operator":
        conversations.end(conn, leg.conversation_id, now)
        for waiting in conversations.legs(conn, leg.conversation_id):
            if waiting.state == "WAITING":
                conversations.leg_over(conn, waiting.id, "FAILED", None, now)


def _operator_leg(conn: Connection, talk: Conversation) -> Leg:
    return next(leg for leg in conversations.legs(conn, talk.id) if leg.part == "operator")


def _target_name(conn: Connection, talk: Conversation) -> str:
    """Who the operator is about to talk with, by name."""
    alarm = alarms.get(conn, talk.alarm_id)
    home = notifying.home_of(conn, alarm) if alarm else None
    for leg in conversations.legs(conn, talk.id):
        if leg.part == "service":
            return call_texts.digits(leg.service)
        person = _person(conn, leg) if leg.part == "person" else None
        if person is not None:
            return person.name
    return home.residents if home else ""


def _person(conn: Connection, leg: Leg) -> Person | None:
    return people.find_person(conn, leg.person_id) if leg.person_id is not None else None


def _language(conn: Connection, leg: Leg, policy: Policy) -> str:
    person = _person(conn, leg)
    return person.language if person else policy.language


def _journal(
    conn: Connection,
    alarm_id: int,
    event: str,
    leg: Leg,
    actor: str,
    now: datetime,
    **data: int | str,
) -> None:
    alarms.journal(
        conn,
        alarm_id,
        event,
        at=now,
        actor=actor,
        via=VOICE,
        leg=leg.id,
        part=leg.part,
        **({"person": leg.person_id} if leg.person_id is not None else {}),
        **({"service": leg.service} if leg.service else {}),
        **data,
    )
    alarms.touch(conn, alarm_id)
    alarms.notify(conn, "alarm", alarm_id)
