"""Ends alarms, by a person or by the system; whoever was told, or is on the way, hears of it."""

from datetime import datetime
from typing import Any

from alerts import area_news, telling, wording
from alerts.errors import RefusedError
from alerts.locking import actor_of, owned
from alerts.policy import Policy
from store import alarms, dispatches, outbox, people, timers
from store.db import Connection
from store.model import Alarm, AlarmState, Outcome, User


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
            alarms.add_note(conn, alarm_id, at=now, actor=actor_of(by), text=text.strip())
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
    alarms.journal(conn, alarm_id, "closed", at=now, actor=actor_of(by), outcome=outcome, **why)
    timers.stop_timers(conn, alarm_id)
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


UNSENT = ["alarm", "offer", "told"]


def close_by_system(
    conn: Connection, alarm: Alarm, outcome: Outcome, now: datetime, policy: Policy
) -> bool:
    """Close by the system; whoever was told hears that it is over."""
    closed = alarms.close(conn, alarm.id, outcome, now)
    if closed is None:
        return False
    alarms.journal(conn, alarm.id, "closed", at=now, actor="system", outcome=outcome)
    timers.stop_timers(conn, alarm.id)
    cancel_messages(conn, alarm.id, now)
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
    return True


def cancel_messages(conn: Connection, alarm_id: int, now: datetime) -> None:
    """What has not left about this alarm stays here."""
    for unsent in outbox.cancel_queued(conn, alarm_id, UNSENT, now):
        alarms.journal(conn, alarm_id, "cancelled", at=now, actor="system", notification=unsent.id)
