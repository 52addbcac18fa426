"""Somebody telephones the centre: the telephones of free operators ring one after the other.

The number a caller shows can be forged: nothing about an alarm or a home is said to them, and there
is no menu. Nobody free, or nobody picks up, or the caller hangs up before: an alarm of the home the
number belongs to, or a task to call back an unknown number. Everything may come twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from alerts.alarm.re_alarming import note_progress
from alerts.errors import NotFoundError, RefusedError
from alerts.notify import call_texts, centre_call_texts
from alerts.notify.channels.voice import VOICE
from alerts.policy import Policy
from alerts.response import numbers_homes
from alerts.response.calls.call_script import Ringing, Script
from store.access import users
from store.alarm import alarms, emergencies
from store.db import Connection
from store.home import people
from store.model import AlarmState, User
from store.response import centre_calls
from store.response.centre_calls import CentreCall, Ring
from store.work import tasks
from store.work.tasks import NewTask

RING_SECONDS = 20
"""How long each operator's telephone rings."""
_RINGING = timedelta(seconds=RING_SECONDS * 3)
_LOST = timedelta(minutes=3)
"""Of a call that nobody has taken by then nothing more will be heard."""
_TALK = timedelta(seconds=5)
"""Who hangs up sooner after the key has said nothing, as far as the end of the call alone tells."""
_LONGEST = timedelta(hours=4)
"""The carrier ends every call then."""
CALL_BACK = timedelta(minutes=15)
"""An unknown number is called back by then."""


def came_in(
    conn: Connection, carrier: str, provider_id: str, phone: str, now: datetime, policy: Policy
) -> Script:
    """The first answer to somebody who telephones. `phone`: in E.164, "" where it is withheld."""
    with conn.transaction():
        call = centre_calls.begin(conn, carrier, provider_id, phone, now)
        if call is not None:
            return _ring_next(conn, call, now, policy, first=True)
        again = centre_calls.lock_by_provider(conn, carrier, provider_id)
        if again is None:
            return Script(policy.language)
        return _asked_again(conn, again, policy, first=True)


def ring_answered(
    conn: Connection, ring_id: int, digits: str, now: datetime, policy: Policy
) -> Script:
    """What an operator hears who picked up, before the caller. They press 1: a voice mail that
    picked up must not take the call."""
    with conn.transaction():
        ring = centre_calls.ring(conn, ring_id)
        call = centre_calls.lock(conn, ring.call_id) if ring else None
        if ring is None or call is None or call.ended_at is not None:
            return Script(policy.language, (centre_call_texts.caller_gone_said(policy.language),))
        language = _language_of(conn, ring.user_id, policy)
        if ring.ended_at is not None:  # another telephone rings by now
            return Script(language, (centre_call_texts.caller_gone_said(language),))
        if digits != "1":
            return Script(
                language,
                (centre_call_texts.offered_said(language),) * 2,
                ask=True,
                goodbye=call_texts.no_key_said(language),
            )
        if call.taken_by != ring.user_id and not centre_calls.take(conn, ring, now):
            return Script(language, (centre_call_texts.caller_gone_said(language),))
        if call.taken_by is None:
            _tell_alarms(conn, call, ring.user_id, now, policy)
            alarms.notify(conn, "call", call.id)
        return Script(language, connects=True)


def ring_over(
    conn: Connection,
    ring_id: int,
    outcome: str,
    now: datetime,
    policy: Policy,
    *,
    gone: bool,
    bridged: bool,
) -> Script:
    """An operator's telephone has stopped ringing, or the talk is over: the next one, or the end.
    `gone`: the caller has hung up. `bridged`: the two have talked; a key alone is no talk."""
    with conn.transaction():
        ring = centre_calls.ring(conn, ring_id)
        call = centre_calls.lock(conn, ring.call_id) if ring else None
        if call is None:
            return Script(policy.language)
        if call.ended_at is not None or not centre_calls.end_ring(conn, ring_id, outcome, now):
            return _asked_again(conn, call, policy)
        if call.taken_by is not None and not bridged:
            call = _given_back(conn, call)
        if call.taken_by is not None or gone:
            _over(conn, call, now, policy)
            return Script(policy.language)
        return _ring_next(conn, call, now, policy)


def hung_up(
    conn: Connection, carrier: str, provider_id: str, phone: str, now: datetime, policy: Policy
) -> None:
    """The carrier says that a call to the centre is over; also one of which nothing was heard
    before, because nobody answered the carrier. Who hangs up in the moment of the key has not
    talked."""
    with conn.transaction():
        call = centre_calls.begin(conn, carrier, provider_id, phone, now)
        call = call or centre_calls.lock_by_provider(conn, carrier, provider_id)
        if call is None or call.ended_at is not None:
            return
        if call.taken_at is not None and now - call.taken_at < _TALK:
            call = _given_back(conn, call)
        _over(conn, call, now, policy)


def called_back(conn: Connection, call_id: int, by: User, now: datetime, policy: Policy) -> None:
    """Somebody has called back who rang in vain: the task is done, the alarm's journal says so, and
    the call leaves the desk. One transaction. NotFoundError; RefusedError: it was done before."""
    with conn.transaction():
        call = centre_calls.lock(conn, call_id)
        if call is None:
            raise NotFoundError("there is no such call")
        if centre_calls.call_back(conn, call_id, by.id, now) is None:
            raise RefusedError("nobody has to be called back for this call any more")
        if call.task_id is not None and tasks.lock(conn, call.task_id) is not None:
            tasks.finish(conn, call.task_id, by.id, "", now)
        alarm = alarms.lock(conn, call.alarm_id) if call.alarm_id is not None else None
        if alarm is not None and alarm.state != AlarmState.CLOSED:
            actor = f"user:{by.id}"
            alarms.journal(
                conn, alarm.id, "called_back", at=now, actor=actor, via="console", call=call.id
            )
            note_progress(conn, alarm, by, now, policy)
        alarms.notify(conn, "call", call.id)


def end_lost(conn: Connection, now: datetime, policy: Policy) -> None:
    """Calls whose end was never told: what nobody took is followed up."""
    for call_id in centre_calls.lost(conn, now - _LOST, now - _LONGEST):
        with conn.transaction():
            call = centre_calls.lock(conn, call_id)
            if call is not None and call.ended_at is None:
                _over(conn, call, now, policy)


def _given_back(conn: Connection, call: CentreCall) -> CentreCall:
    centre_calls.give_back(conn, call.id)
    return replace(call, taken_by=None, taken_at=None)


def _ring_next(
    conn: Connection, call: CentreCall, now: datetime, policy: Policy, *, first: bool = False
) -> Script:
    ring = centre_calls.ring_next(
        conn,
        call.id,
        now,
        seen_since=now - timedelta(seconds=policy.at_desk),
        ringing_since=now - _RINGING,
    )
    alarms.notify(conn, "call", call.id)
    if ring is not None:
        return _to_ring(conn, call, ring, policy, first=first)
    known = _missed(conn, call, now, policy)
    centre_calls.finish(conn, call.id, now)
    return _nobody_free(conn, call, policy, known=known)


def _asked_again(
    conn: Connection, call: CentreCall, policy: Policy, *, first: bool = False
) -> Script:
    """The carrier has lost our answer: the same once more, nothing where two talk."""
    ring = centre_calls.live_ring(conn, call.id) if call.ended_at is None else None
    if call.taken_by is not None:
        return Script(policy.language)
    if ring is not None:
        return _to_ring(conn, call, ring, policy, first=first)
    if call.missed_at is not None:
        return _nobody_free(conn, call, policy, known=call.alarm_id is not None)
    return Script(policy.language)


def _nobody_free(conn: Connection, call: CentreCall, policy: Policy, *, known: bool) -> Script:
    language = _language_of_caller(conn, call, policy)
    return Script(language, (centre_call_texts.nobody_free_said(language, known=known),))


def _to_ring(
    conn: Connection, call: CentreCall, ring: Ring, policy: Policy, *, first: bool = False
) -> Script:
    language = _language_of_caller(conn, call, policy)
    says = (centre_call_texts.greeting_said(language),) if first else ()
    return Script(language, says, ringing=Ringing(ring.id, ring.phone, RING_SECONDS))


def _over(conn: Connection, call: CentreCall, now: datetime, policy: Policy) -> None:
    if call.taken_by is None:
        _missed(conn, call, now, policy)
    centre_calls.finish(conn, call.id, now)
    alarms.notify(conn, "call", call.id)


def _missed(conn: Connection, call: CentreCall, now: datetime, policy: Policy) -> bool:
    """Nobody has taken it. Whether the number belongs to a home: then an alarm says so."""
    alarm = numbers_homes.raise_for_number(
        conn, call.phone, "rang_in_vain", call.came_at, now, policy, via=VOICE, call=call.id
    )
    if alarm is None:
        number = centre_calls.open_task(conn, call.phone) or _task(conn, call, now, policy)
        centre_calls.missed(conn, call.id, None, number, now)
        return False
    centre_calls.missed(conn, call.id, alarm.id, None, now)
    return True


def _task(conn: Connection, call: CentreCall, now: datetime, policy: Policy) -> int:
    text = centre_call_texts.call_back_task(call.phone, call.came_at, policy)
    return tasks.add(conn, NewTask(text, now + CALL_BACK, None, now))


def _tell_alarms(
    conn: Connection, call: CentreCall, user_id: int, now: datetime, policy: Policy
) -> None:
    """The open dangers of the homes of the number hear who talks with whom; for their owner that is
    progress."""
    by = users.find(conn, user_id)
    for home in sorted(centre_calls.homes_of(conn, call.phone), key=lambda one: one.id):
        for alarm in emergencies.lock_of_home(conn, home.id):
            numbers_homes.write_line(
                conn,
                alarm.id,
                "rang_centre",
                home,
                f"user:{user_id}",
                now,
                via=VOICE,
                call=call.id,
            )
            if by is not None:
                note_progress(conn, alarm, by, now, policy)


def _language_of(conn: Connection, user_id: int, policy: Policy) -> str:
    user = users.find(conn, user_id)
    person = people.find_person(conn, user.person_id) if user else None
    return person.language if person else policy.language


def _language_of_caller(conn: Connection, call: CentreCall, policy: Policy) -> str:
    known = people.find_by_phone(conn, call.phone) if call.phone else []
    return known[0].language if known else policy.language
