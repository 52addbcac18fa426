"""Fires timers that are due, one transaction each. Called by a worker of engine.py."""

from datetime import datetime, timedelta

import structlog

from alerts.alarm import shelving
from alerts.alarm.dispatching import arrival_overdue, offer_unanswered
from alerts.alarm.re_alarming import follow, re_alarm
from alerts.escalation import family_way, plan_runner, prompts
from alerts.policy import Policy
from alerts.response import unanswered
from store.alarm import alarms
from store.db import Connection, Pool
from store.escalation import timers
from store.escalation.timers import ARRIVAL_TIMER, FOLLOW_TIMER, OFFER_TIMER, PROGRESS_TIMER
from store.model import AlarmState, Timer

log = structlog.get_logger(__name__)

_RETRY = timedelta(seconds=30)


class _TimerFailedError(Exception):
    """Carries the timer that could not be fired out of its rolled-back transaction."""

    def __init__(self, timer: Timer) -> None:
        super().__init__(f"timer {timer.id}")
        self.timer = timer


def fire_next_timer(pool: Pool, now: datetime, policy: Policy) -> bool:
    """Fire the most overdue timer. False: none is due that nobody else holds.

    A timer that cannot be fired is postponed and logged as an error: it must not block the rest.
    """
    with pool.connection() as conn:
        try:
            with conn.transaction():
                timer = timers.claim_due_timer(conn, now)
                if timer is None:
                    return False
                try:
                    _run_timer(conn, timer, now, policy)
                except Exception as error:
                    raise _TimerFailedError(timer) from error
        except _TimerFailedError as failed:
            log.exception("timer put off", timer=failed.timer.id, alarm=failed.timer.alarm_id)
            timers.postpone_timer(conn, failed.timer.id, now + _RETRY)
    return True


def _run_timer(conn: Connection, timer: Timer, now: datetime, policy: Policy) -> None:
    alarm = alarms.lock(conn, timer.alarm_id)
    if alarm is None or alarm.state == AlarmState.CLOSED:
        return
    if timer.kind == timers.STEP_TIMER:
        plan_runner.step_due(conn, alarm, timer, now, policy)
    elif timer.kind == OFFER_TIMER:
        offer_unanswered(conn, int(timer.ref), now, policy)
    elif timer.kind == ARRIVAL_TIMER:
        arrival_overdue(conn, alarm, int(timer.ref), now, policy)
    elif timer.kind == FOLLOW_TIMER:
        follow(conn, alarm, timer.data["offered_by"], now, policy)
    elif timer.kind == PROGRESS_TIMER:
        re_alarm(conn, alarm, "no_progress", now, policy)
    elif timer.kind == timers.FAMILY_TIMER:
        family_way.is_over(conn, alarm, int(timer.ref), now, policy)
    elif timer.kind == timers.PROMPT_TIMER:
        prompts.fire(conn, alarm, timer.ref, now)
    elif timer.kind == timers.UNANSWERED_TIMER:
        unanswered.time_is_up(conn, alarm, timer, now, policy)
    elif timer.kind == timers.SHELVING_TIMER:
        shelving.show_again(conn, alarm, now, policy, reason="time")
    else:
        raise ValueError(f"unknown kind of timer: {timer.kind}")
