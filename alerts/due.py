"""Fires timers that are due, one transaction each."""

from datetime import datetime, timedelta

import structlog

from alerts import dispatching, plans, shelving
from alerts.desk import PROGRESS_TIMER
from alerts.offers import ARRIVAL_TIMER, OFFER_TIMER
from alerts.policy import Policy
from store import alarms, dispatches
from store.db import Connection, Pool
from store.model import Alarm, AlarmState, DispatchState, Timer

log = structlog.get_logger(__name__)

_RETRY = timedelta(seconds=30)


class _TimerFailedError(Exception):
    """Carries the timer that could not be fired out of its rolled-back transaction."""

    def __init__(self, timer: Timer) -> None:
        super().__init__(f"timer {timer.id}")
        self.timer = timer


def fire_next(pool: Pool, now: datetime, policy: Policy) -> bool:
    """Fire the most overdue timer. False: none is due that nobody else holds.

    A timer that cannot be fired is put off and logged as an error: it must not hold up the others.
    """
    with pool.connection() as conn:
        try:
            with conn.transaction():
                timer = alarms.claim_due_timer(conn, now)
                if timer is None:
                    return False
                try:
                    _fire(conn, timer, now, policy)
                except Exception as error:
                    raise _TimerFailedError(timer) from error
        except _TimerFailedError as failed:
            log.exception("timer put off", timer=failed.timer.id, alarm=failed.timer.alarm_id)
            alarms.put_off_timer(conn, failed.timer.id, now + _RETRY)
    return True


def _fire(conn: Connection, timer: Timer, now: datetime, policy: Policy) -> None:
    alarm = alarms.lock(conn, timer.alarm_id)
    if alarm is None or alarm.state == AlarmState.CLOSED:
        return
    if timer.kind == plans.STEP_TIMER:
        plans.step_due(conn, alarm, timer, now, policy)
    elif timer.kind == OFFER_TIMER:
        _unanswered(conn, int(timer.ref), now, policy)
    elif timer.kind == ARRIVAL_TIMER:
        _not_arrived(conn, alarm, int(timer.ref), now, policy)
    elif timer.kind == PROGRESS_TIMER:
        re_alarm(conn, alarm, "no_progress", now, policy)
    elif timer.kind == shelving.SHELF_TIMER:
        shelving.bring_back(conn, alarm, now, policy, reason="time")
    else:
        raise ValueError(f"unknown kind of timer: {timer.kind}")


def re_alarm(conn: Connection, alarm: Alarm, why: str, now: datetime, policy: Policy) -> None:
    """Acknowledged but not progressed: nobody owns it any more and its plan begins again."""
    raised = alarms.re_alarm(conn, alarm.id)
    if raised is None:
        return
    alarms.stop_timer(conn, alarm.id, PROGRESS_TIMER)
    alarms.journal(
        conn, alarm.id, "re_alarmed", at=now, actor="system", reason=why, owner=alarm.owner_id
    )
    plans.start(conn, raised, now, policy)
    alarms.notify(conn, "alarm", alarm.id)


def _unanswered(conn: Connection, dispatch_id: int, now: datetime, policy: Policy) -> None:
    offered = dispatches.get(conn, dispatch_id)
    if offered is not None and offered.state == DispatchState.OFFERED:
        dispatching.move(
            conn,
            dispatch_id,
            DispatchState.NO_ANSWER,
            actor="system",
            via="",
            now=now,
            policy=policy,
        )


def _not_arrived(
    conn: Connection, alarm: Alarm, dispatch_id: int, now: datetime, policy: Policy
) -> None:
    going = dispatches.get(conn, dispatch_id)
    if going is None or going.state not in (DispatchState.ACCEPTED, DispatchState.EN_ROUTE):
        return
    alarms.journal(
        conn,
        alarm.id,
        "arrival_overdue",
        at=now,
        actor="system",
        dispatch=dispatch_id,
        responder=going.responder_id,
    )
    re_alarm(conn, alarm, "not_arrived", now, policy)
