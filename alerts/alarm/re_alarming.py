"""Progress of an owned alarm: its state after its dispatches, its deadline, the re-alarm."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.alarm import lifecycle
from alerts.alarm.locking import show_change
from alerts.duty import joining
from alerts.escalation import plan_runner
from alerts.notify import notifying, texts
from alerts.policy import Policy
from store.alarm import alarms, emergencies
from store.attendance import COMING, Attendance, attendance_of
from store.db import Connection
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import ARRIVAL_TIMER, PROGRESS_TIMER
from store.model import Alarm, AlarmState, Dispatch, User


def update_state(
    conn: Connection, alarm: Alarm, now: datetime, policy: Policy, *, acted: bool = True
) -> Alarm:
    """Bring an alarm's state in line with its dispatches and set its progress deadline.

    `acted`: its owner did something. What others do gives the owner no more time while nobody is on
    the way, unless the last one who was asked does not go: then the owner has to begin anew.
    """
    sent = dispatches.of_alarm(conn, alarm.id)
    wanted = lifecycle.state_after(alarm.state, sent)
    if wanted != alarm.state:
        alarms.set_state(conn, alarm.id, wanted, now)
        alarms.journal(conn, alarm.id, "state", at=now, actor="system", state=wanted)
    updated = show_change(conn, alarm.id)
    fell_back = (alarm.state, wanted) == (AlarmState.DISPATCHED, AlarmState.ACKNOWLEDGED)
    if fell_back:
        notifying.announce_to_home(
            conn, updated, wanted, say=texts.NOBODY_GOING, now=now, policy=policy
        )
    _expect(conn, updated, sent, now, policy, acted=acted or fell_back)
    return updated


def follow(
    conn: Connection, alarm: Alarm, offered_by: int | None, now: datetime, policy: Policy
) -> None:
    """Somebody was asked to go for another danger of the home: this alarm's state follows.
    `offered_by`: the user id of who asked them, None: the plan. The alarm is locked."""
    acted = offered_by is not None and offered_by == alarm.owner_id
    update_state(conn, alarm, now, policy, acted=acted)


def expect_progress(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    """Set when the alarm is raised again if nothing happens until then."""
    _expect(conn, alarm, dispatches.of_alarm(conn, alarm.id), now, policy, acted=True)


def _expect(
    conn: Connection,
    alarm: Alarm,
    sent: Iterable[Dispatch],
    now: datetime,
    policy: Policy,
    *,
    acted: bool,
) -> None:
    """While somebody is going, not before the last of them is expected. What is hidden for a time
    is not missed before that is over."""
    if alarm.shelved_until is not None:
        return
    attendance = attendance_of(dispatch.state for dispatch in sent)
    wait = policy.progress(alarm.state, attendance, alarm.priority, alarm.kind)
    if wait is None:
        return
    due = now + timedelta(seconds=wait)
    if attendance == Attendance.GOING:
        due = max([due, *timers.due_times(conn, alarm.id, ARRIVAL_TIMER)])
    elif attendance not in COMING and not acted:
        due = min([due, *timers.due_times(conn, alarm.id, PROGRESS_TIMER)])
    timers.set_timer(conn, alarm.id, PROGRESS_TIMER, due)


def note_progress(conn: Connection, alarm: Alarm, by: User, now: datetime, policy: Policy) -> Alarm:
    """Something was done about it; by its owner that postpones the re-alarm, also of the other
    dangers of the home that they own: whoever works on one works on all."""
    if alarm.owner_id == by.id:
        expect_progress(conn, alarm, now, policy)
    if alarm.home_id is not None and joining.is_danger(alarm):
        for other in emergencies.lock_free(conn, alarm.home_id, but=alarm.id):
            if other.owner_id == by.id:
                expect_progress(conn, other, now, policy)
            show_change(conn, other.id)
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
