"""Closes alarms, by a person or by the system, and notifies everybody who had been notified."""

from datetime import datetime
from typing import Any

from alerts.alarm.locking import actor_of, owned_alarm
from alerts.errors import RefusedError
from alerts.escalation import withdrawal
from alerts.notify import notifying, outage_notices, texts
from alerts.policy import Policy
from store.alarm import alarm_list_details, alarms
from store.alarm.kinds import record_of
from store.db import Connection
from store.dispatch_states import THERE
from store.dispatch_states import record_of as dispatch_record
from store.duty import dispatches
from store.escalation import timers
from store.home import people
from store.model import Alarm, AlarmState, Kind, Outcome, User

STILL_REPORTED = "the detector still reports it: look at it, then say so and close it all the same"
NOT_SPOKEN = (
    "the resident says that it was a mistake: speak to them first, then say so and close it"
)


def is_still_reported(kind: Kind, *, by_device: bool, cleared_at: datetime | None) -> bool:
    """Whether a detector of the home has stated this danger and has not taken it back."""
    record = record_of(kind)
    stated = record.endangers and not record.call and not record.of_centre
    return stated and by_device and cleared_at is None


def is_mistake(conn: Connection, alarm_id: int) -> bool:
    """Whether the resident has said that they pressed by mistake, and has not called since."""
    return bool(alarm_list_details.mistakes_of(conn, [alarm_id]))


def close(
    conn: Connection,
    alarm_id: int,
    outcome: Outcome,
    text: str,
    by: User,
    now: datetime,
    policy: Policy,
    *,
    asked: bool = True,
    spoken: bool = True,
) -> Alarm:
    """Close the alarm with an outcome; everybody who was notified hears that it is over. `asked`:
    whether they know of a detector that still reports it; else RefusedError. It rings again with
    the detector's next report. `spoken`: whether they have spoken to a resident who says that it
    was a mistake; else RefusedError, for who says so may not be alone."""
    with conn.transaction():
        alarm = owned_alarm(conn, alarm_id, by)
        reported = is_still_reported(
            alarm.kind, by_device=alarm.device_id is not None, cleared_at=alarm.cleared_at
        )
        if reported and not asked:
            raise RefusedError(STILL_REPORTED)
        mistake = outcome == Outcome.ACCIDENTAL and is_mistake(conn, alarm_id)
        if mistake and not spoken:
            raise RefusedError(NOT_SPOKEN)
        if text.strip():
            alarms.add_note(conn, alarm_id, at=now, actor=actor_of(by), text=text.strip())
        why = {"spoken_to": True} if mistake else {}
        return close_locked(conn, alarm_id, outcome, by, now, policy, **why)


def close_locked(
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
    alarms.journal(conn, alarm_id, "closed", at=now, actor=actor_of(by), outcome=outcome, **why)
    _end(conn, closed, now, policy)
    notifying.announce_to_home(conn, closed, AlarmState.CLOSED, now=now, policy=policy)
    alarms.notify(conn, "alarm", alarm_id)
    return closed


def _end(conn: Connection, closed: Alarm, now: datetime, policy: Policy) -> None:
    """What ends with an alarm, whoever closes it: timers, messages that wait, dispatches; whoever
    was notified hears that it is over."""
    timers.stop_timers(conn, closed.id)
    _call_off(conn, closed, now, policy)
    notifying.update_notified(
        conn,
        closed,
        lambda resident, language: texts.over_text(closed, resident, language, policy),
        purpose="over",
        now=now,
        policy=policy,
    )
    if closed.home_id is None:
        outage_notices.notify_over(conn, closed, now, policy)


def _call_off(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    """Cancel unsent messages and end live dispatches; who is not there yet is told not to come."""
    home = notifying.home_of(conn, alarm)
    withdrawal.withdraw(conn, alarm, now)
    for stopped in dispatches.end_live(conn, alarm.id, now):
        alarms.journal(
            conn,
            alarm.id,
            dispatch_record(stopped.state).event,
            at=now,
            actor="system",
            dispatch=stopped.id,
            responder=stopped.responder_id,
        )
        if stopped.state in THERE:
            continue
        responder = people.find_person(conn, stopped.responder_id)
        if responder is not None and home is not None:
            notifying.notify_person(
                conn,
                alarm,
                responder,
                purpose="over",
                now=now,
                dispatch_id=stopped.id,
                body=texts.called_off_text(home.residents, responder.language),
                dedupe=f"called-off:{stopped.id}",
                policy=policy,
            )


def close_by_system(
    conn: Connection, alarm: Alarm, outcome: Outcome, now: datetime, policy: Policy
) -> bool:
    """Close by the system, with all that ends with an alarm. False: it was closed already."""
    closed = alarms.close(conn, alarm.id, outcome, now)
    if closed is None:
        return False
    alarms.journal(conn, alarm.id, "closed", at=now, actor="system", outcome=outcome)
    _end(conn, closed, now, policy)
    return True
