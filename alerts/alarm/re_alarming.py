"""Progress of an owned alarm: its state after its dispatches, its deadline, the re-alarm."""

from datetime import datetime, timedelta

from alerts.alarm import lifecycle
from alerts.alarm.locking import show_change
from alerts.escalation import plan_runner
from alerts.policy import Policy
from store.alarm import alarms
from store.db import Connection
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import PROGRESS_TIMER
from store.model import Alarm, User


def update_state(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> Alarm:
    """Bring an alarm's state in line with its dispatches and set its progress deadline."""
    wanted = lifecycle.state_after(alarm.state, dispatches.of_alarm(conn, alarm.id))
    if wanted != alarm.state:
        alarms.set_state(conn, alarm.id, wanted, now)
        alarms.journal(conn, alarm.id, "state", at=now, actor="system", state=wanted)
    updated = show_change(conn, alarm.id)
    expect_progress(conn, updated, now, policy)
    return updated


def expect_progress(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    wait = policy.progress(alarm.state, alarm.priority, alarm.kind)
    if wait is not None:
        timers.set_timer(conn, alarm.id, PROGRESS_TIMER, now + timedelta(seconds=wait))


def note_progress(conn: Connection, alarm: Alarm, by: User, now: datetime, policy: Policy) -> Alarm:
    """Something was done about it; by its owner that postpones the re-alarm."""
    if alarm.owner_id == by.id:
        expect_progress(conn, alarm, now, policy)
    return show_change(conn, alarm.id)


def re_alarm(conn: Connection, alarm: Alarm, why: str, now: datetime, policy: Policy) -> None:
    """Acknowledged but not progressed: nobody owns it any more and its plan begins again."""
    raised = alarms.re_alarm(conn, alarm.id)
    if raised is None:
        return
    timers.stop_timer(conn, alarm.id, PROGRESS_TIMER)
    alarms.journal(
        conn, alarm.id, "re_alarmed", at=now, actor="system", reason=why, owner=alarm.owner_id
    )
    plan_runner.start(conn, raised, now, policy)
    alarms.notify(conn, "alarm", alarm.id)
