"""Operators' messages to people, and reading what they wrote. One transaction a function."""

import hashlib
from datetime import datetime

from alerts.alarm import by_hand, lifecycle
from alerts.alarm.by_hand import Source
from alerts.alarm.re_alarming import note_progress
from alerts.errors import NotFoundError, RefusedError
from alerts.notify import notifying, queueing, texts
from alerts.notify.channels.sms import SMS
from alerts.notify.recipients.centre_number import with_centre
from alerts.notify.recipients.way_in_codes import is_written_in
from alerts.policy import Policy
from store.alarm import alarms
from store.alarm.kinds import lane_of
from store.db import Connection
from store.home import people
from store.model import Alarm, Kind, OutboxLane, Person, Priority, User
from store.notify.outbox import NewNotification
from store.response import messages
from store.response.messages import Inbound

REPLY = "reply"


def answer(
    conn: Connection,
    person_id: int,
    text: str,
    by: User,
    now: datetime,
    policy: Policy,
    *,
    alarm_id: int | None = None,
    via: str = "console",
) -> int:
    """Send a person an SMS; returns the notification's id.

    About an alarm it goes out on that alarm's lane and is journaled there; by its owner it is
    progress. NotFoundError; RefusedError: no number, STOP, the alarm is closed or not this
    person's.
    """
    with conn.transaction():
        alarm = _alarm_for(conn, alarm_id, person_id)
        lane = lane_of(alarm.priority) if alarm else OutboxLane.ROUTINE
        person = _writable(conn, person_id, lane, now, policy)
        _check_way_in(conn, text, person_id, alarm)
        number = queueing.queue_message(
            conn, _reply_message(person, text, alarm, lane, by, now, policy)
        )
        if number is None:
            raise RefusedError("this very message is on its way already")
        messages.mark_answered(conn, person_id, by.id, now)
        if alarm is not None:
            alarms.journal(
                conn,
                alarm.id,
                "answered",
                at=now,
                actor=f"user:{by.id}",
                via=via,
                person=person_id,
                notification=number,
            )
            note_progress(conn, alarm, by, now, policy)
        return number


def read(conn: Connection, message_id: int, by: User, now: datetime) -> Inbound:
    """Note that somebody at the desk has read a message; again changes nothing. NotFoundError."""
    with conn.transaction():
        found = messages.get(conn, message_id)
        if found is None:
            raise NotFoundError("there is no such message")
        alarm = alarms.lock(conn, found.alarm_id) if found.alarm_id is not None else None
        if messages.mark_read(conn, message_id, by.id, now) and alarm is not None:
            alarms.journal(
                conn, alarm.id, "message_read", at=now, actor=f"user:{by.id}", message=message_id
            )
            alarms.touch(conn, alarm.id)
            alarms.notify(conn, "alarm", alarm.id)
        return messages.get(conn, message_id) or found


def tie_to_home(
    conn: Connection,
    message_id: int,
    home: str,
    kind: Kind,
    by: User,
    now: datetime,
    policy: Policy,
    *,
    take: bool = False,
    via: str = "console",
) -> Alarm:
    """What somebody wrote is about a home (a code): an alarm is opened there, or the open one
    of that kind repeated, with their words as a note; the message belongs to it and is read.

    NotFoundError; RefusedError: it belongs to an alarm already, or not a danger.
    """
    with conn.transaction():
        found = messages.hold(conn, message_id)
        if found is None:
            raise NotFoundError("there is no such message")
        if found.alarm_id is not None:
            raise RefusedError("this message belongs to an alarm already")
        words = f"{found.address}: {found.text}"
        alarm, _ = by_hand.open_alarm(
            conn,
            home,
            kind,
            by,
            now,
            policy,
            source=Source.MESSAGE,
            words=words,
            take=take,
            via=via,
        )
        messages.tie_to_alarm(conn, message_id, alarm.id, by.id, now)
        return alarm


def _alarm_for(conn: Connection, alarm_id: int | None, person_id: int) -> Alarm | None:
    if alarm_id is None:
        return None
    alarm = alarms.lock(conn, alarm_id)
    if alarm is None:
        raise NotFoundError("there is no such alarm")
    lifecycle.check_open(alarm)
    if not messages.concerned(conn, person_id, alarm_id):
        raise RefusedError("this person has nothing to do with the alarm: write without it")
    return alarm


def _writable(
    conn: Connection, person_id: int, lane: OutboxLane, now: datetime, policy: Policy
) -> Person:
    person = people.find_person(conn, person_id)
    if person is None:
        raise NotFoundError("there is no such person")
    if person.phone is None:
        raise RefusedError("no phone number is known of this person")
    if person.opted_out_at is not None:
        raise RefusedError("this person has stopped text messages (STOP): call instead")
    found, _ = notifying.methods_to(conn, person, REPLY, lane, now, policy)
    if not any(method.channel == SMS for method in found):
        raise RefusedError("no text message can go to this number now: call instead")
    return person


def _check_way_in(conn: Connection, text: str, person_id: int, alarm: Alarm | None) -> None:
    """Codes of doors and key boxes are not written, neither of the alarm's home nor of any that the
    person has an alarm of."""
    about = [alarm] if alarm is not None else alarms.open_for_person(conn, person_id)
    homes = [notifying.home_of(conn, each) for each in about]
    if is_written_in(text, [home for home in homes if home is not None]):
        raise RefusedError(
            "codes of doors and key boxes are not written: the responder sees them on the page, "
            "or say them by telephone"
        )


def _reply_message(
    person: Person,
    text: str,
    alarm: Alarm | None,
    lane: OutboxLane,
    by: User,
    now: datetime,
    policy: Policy,
) -> NewNotification:
    return NewNotification(
        alarm_id=alarm.id if alarm else None,
        person_id=person.id,
        purpose=REPLY,
        channel=SMS,
        lane=lane,
        address=person.phone or "",
        body=with_centre(texts.reply_text(text, person.language), person, policy),
        dedupe=f"reply:{person.id}:{by.id}:{now.isoformat()}:{_digest(text, alarm)}",
        due_at=now,
        now=now,
        urgency=alarm.priority if alarm else Priority.PERSON_AT_RISK,
    )


def _digest(text: str, alarm: Alarm | None) -> str:
    """Tells two messages of one moment apart without repeating what they say."""
    about = f"{alarm.id if alarm else 0}:{text}"
    return hashlib.sha256(about.encode()).hexdigest()[:16]
