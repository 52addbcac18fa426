"""What operators do with alarms. Each function is one use case and one transaction.

All raise NotFoundError, TakenError (another operator owns it) or RefusedError (not in this state).
"""

from datetime import datetime, timedelta
from typing import Any

from alerts import area_news, lifecycle, plans, telling, wording
from alerts.errors import NotFoundError, RefusedError, TakenError
from alerts.offers import offer
from alerts.policy import Policy
from store import alarms, dispatches, outbox, people, users
from store.db import Connection
from store.model import Alarm, AlarmState, Dispatch, Outcome, User

PROGRESS_TIMER = "progress"


def acknowledge(
    conn: Connection, alarm_id: int, by: User, now: datetime, policy: Policy, via: str = "console"
) -> Alarm:
    """Take the alarm and own it. Again by its owner changes nothing; by another: TakenError."""
    with conn.transaction():
        alarm = _locked(conn, alarm_id)
        lifecycle.check_open(alarm)
        if alarm.owner_id == by.id:
            return alarm
        taken = alarms.acknowledge(conn, alarm_id, by.id, now)
        if taken is None:
            raise TakenError(alarm.owner_id)
        alarms.journal(conn, alarm_id, "acknowledged", at=now, actor=_actor(by), via=via)
        plans.acknowledged(conn, taken)
        telling.tell_home(conn, taken, AlarmState.ACKNOWLEDGED, who=by.name, now=now, policy=policy)
        telling.tell_those_told(
            conn, taken, wording.acknowledged_text, purpose="told", now=now, policy=policy
        )
        return settle(conn, taken, now, policy)


def transfer(conn: Connection, alarm_id: int, to: int, by: User, now: datetime) -> Alarm:
    """Give the alarm to another operator (user id)."""
    with conn.transaction():
        alarm = owned(conn, alarm_id, by)
        receiver = users.find(conn, to)
        if receiver is None or not receiver.at_the_desk:
            raise RefusedError("only an operator, supervisor or admin can own an alarm")
        alarms.transfer(conn, alarm_id, to)
        alarms.journal(
            conn, alarm_id, "transferred", at=now, actor=_actor(by), to=to, owner=alarm.owner_id
        )
        return _changed(conn, alarm_id)


def note(
    conn: Connection, alarm_id: int, text: str, by: User, now: datetime, policy: Policy
) -> Alarm:
    """Write something down. By the owner it is progress: the re-alarm starts again from here."""
    with conn.transaction():
        alarm = _locked(conn, alarm_id)
        if not text.strip():
            raise RefusedError("the note is empty: write what was said or done")
        number = alarms.add_note(conn, alarm_id, at=now, actor=_actor(by), text=text.strip())
        alarms.journal(conn, alarm_id, "noted", at=now, actor=_actor(by), note=number)
        return progressed(conn, alarm, by, now, policy)


def dispatch(
    conn: Connection, alarm_id: int, responder_id: int, by: User, now: datetime, policy: Policy
) -> Dispatch:
    """Send a responder (person id); they get an SMS and answer it."""
    with conn.transaction():
        alarm = owned(conn, alarm_id, by)
        responder = people.find_person(conn, responder_id)
        if responder is None or not people.is_responder(conn, responder_id):
            raise NotFoundError("there is no such responder")
        made = offer(conn, alarm, responder, offered_by=by.id, now=now, policy=policy)
        if made is None:
            raise RefusedError("this responder has been sent to this alarm already")
        telling.tell_home(conn, alarm, AlarmState.DISPATCHED, now=now, policy=policy)
        settle(conn, alarm, now, policy)
        return made


def close(
    conn: Connection,
    alarm_id: int,
    outcome: Outcome,
    text: str,
    by: User,
    now: datetime,
    policy: Policy,
) -> Alarm:
    """End the alarm with an outcome; everybody who was told hears that it is over."""
    with conn.transaction():
        owned(conn, alarm_id, by)
        if text.strip():
            alarms.add_note(conn, alarm_id, at=now, actor=_actor(by), text=text.strip())
        return end(conn, alarm_id, outcome, by, now, policy)


def end(
    conn: Connection,
    alarm_id: int,
    outcome: Outcome,
    by: User,
    now: datetime,
    policy: Policy,
    **why: Any,
) -> Alarm:
    """Close an alarm the caller has locked and may close; `why` goes into the journal."""
    closed = alarms.close(conn, alarm_id, outcome, now)
    if closed is None:
        raise RefusedError("the alarm is closed already")
    alarms.journal(conn, alarm_id, "closed", at=now, actor=_actor(by), outcome=outcome, **why)
    alarms.stop_timers(conn, alarm_id)
    _call_off(conn, closed, now, policy)
    telling.tell_home(conn, closed, AlarmState.CLOSED, now=now, policy=policy)
    telling.tell_those_told(
        conn,
        closed,
        lambda resident, language: wording.over_text(closed, resident, language, policy),
        purpose="over",
        now=now,
        policy=policy,
    )
    if closed.home_id is None:
        area_news.tell_over(conn, closed, now, policy)
    alarms.notify(conn, "alarm", alarm_id)
    return closed


def settle(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> Alarm:
    """Bring an alarm's state in line with its dispatches and set its progress deadline."""
    wanted = lifecycle.state_after(alarm.state, dispatches.of_alarm(conn, alarm.id))
    if wanted != alarm.state:
        alarms.set_state(conn, alarm.id, wanted, now)
        alarms.journal(conn, alarm.id, "state", at=now, actor="system", state=wanted)
    settled = _changed(conn, alarm.id)
    _expect_progress(conn, settled, now, policy)
    return settled


def _expect_progress(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    wait = policy.progress(alarm.state, alarm.priority)
    if wait is not None:
        alarms.set_timer(conn, alarm.id, PROGRESS_TIMER, now + timedelta(seconds=wait))


def cancel_unsent(conn: Connection, alarm: Alarm, now: datetime) -> None:
    """Nobody is asked to go, or told how to get in, for an alarm that is over."""
    for unsent in outbox.cancel_queued(conn, alarm.id, ["alarm", "offer", "told", "access"], now):
        alarms.journal(conn, alarm.id, "cancelled", at=now, actor="system", notification=unsent.id)


def _call_off(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    """Messages not sent yet stay unsent; who was on the way is told not to come."""
    home = telling.home_of(conn, alarm)
    cancel_unsent(conn, alarm, now)
    for stopped in dispatches.cancel_live(conn, alarm.id):
        alarms.journal(
            conn,
            alarm.id,
            "dispatch_cancelled",
            at=now,
            actor="system",
            dispatch=stopped.id,
            responder=stopped.responder_id,
        )
        responder = people.find_person(conn, stopped.responder_id)
        if responder is not None and home is not None:
            telling.tell_person(
                conn,
                alarm,
                responder,
                purpose="over",
                now=now,
                dispatch_id=stopped.id,
                body=wording.called_off_text(home.residents, responder.language),
                dedupe=f"called-off:{stopped.id}",
                policy=policy,
            )


def _locked(conn: Connection, alarm_id: int) -> Alarm:
    alarm = alarms.lock(conn, alarm_id)
    if alarm is None:
        raise NotFoundError("there is no such alarm")
    return alarm


def owned(conn: Connection, alarm_id: int, by: User) -> Alarm:
    """The alarm, locked, for somebody who may work on it: its owner or a supervisor."""
    alarm = _locked(conn, alarm_id)
    lifecycle.check_owned_by(alarm, by)
    return alarm


def progressed(conn: Connection, alarm: Alarm, by: User, now: datetime, policy: Policy) -> Alarm:
    """Something was done about it; by its owner that puts the re-alarm off."""
    if alarm.owner_id == by.id:
        _expect_progress(conn, alarm, now, policy)
    return _changed(conn, alarm.id)


def _changed(conn: Connection, alarm_id: int) -> Alarm:
    alarms.touch(conn, alarm_id)
    alarms.notify(conn, "alarm", alarm_id)
    return _locked(conn, alarm_id)


def _actor(user: User) -> str:
    return f"user:{user.id}"
