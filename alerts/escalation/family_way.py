"""A relative is on the way: how long the others of the family wait for them, and what then.

That they go is their word; nobody says that they are there. When their way is over, whom the plan
has passed over because of it is asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from alerts.escalation import plan_runner, step_targets
from alerts.escalation.plan_position import PlanPosition, way_ends
from alerts.escalation.step_conditions import reason_not_now
from alerts.escalation.step_targets import CONTACT_GOING, StepContext
from alerts.escalation.steps import Step, Target, steps_of
from alerts.notify import notifying
from alerts.policy import OWNED, Policy
from store.alarm import alarms
from store.attendance import Attendance, attendance_of
from store.db import Connection
from store.duty import dispatches
from store.escalation import timers
from store.escalation.timers import FAMILY_TIMER
from store.model import Alarm, AlarmEvent, Answer

_REACHED = frozenset({"step_fired", "step_skipped"})


def begin(
    conn: Connection,
    alarm: Alarm,
    person_id: int,
    said_at: datetime,
    eta_minutes: int | None,
    policy: Policy,
) -> None:
    """They go, or say so once more: their way counts from then."""
    until = way_ends(said_at, eta_minutes, policy)
    timers.set_timer(conn, alarm.id, FAMILY_TIMER, until, ref=str(person_id))


def end(conn: Connection, alarm: Alarm, person_id: int) -> None:
    """They do not go after all."""
    timers.stop_timer(conn, alarm.id, FAMILY_TIMER, str(person_id))


def is_over(conn: Connection, alarm: Alarm, person_id: int, now: datetime, policy: Policy) -> None:
    """The time they needed has passed. While nobody at the centre owns the alarm the plan has not
    waited for them. The alarm is locked by the caller."""
    if alarms.answer_of(conn, alarm.id, person_id) != Answer.GOING or alarm.state not in OWNED:
        return
    if attendance_of(d.state for d in dispatches.of_alarm(conn, alarm.id)) == Attendance.THERE:
        return
    alarms.journal(conn, alarm.id, "relative_overdue", at=now, actor="system", person=person_id)
    alarms.touch(conn, alarm.id)
    alarms.notify(conn, "alarm", alarm.id)
    _ask_passed_over(conn, alarm, now, policy)


def _ask_passed_over(conn: Connection, alarm: Alarm, now: datetime, policy: Policy) -> None:
    family = notifying.family_of(conn, alarm, now, policy)
    if family is None or step_targets.is_paused(alarm, family, now, policy):
        return  # another one is on the way
    steps = steps_of(plan_runner.plan_of(conn, alarm))
    for run, position in _passed_over(alarms.events_of(conn, alarm.id)):
        if position.step < len(steps):
            step = _of_everybody(steps[position.step])
            context = StepContext(alarm, step, position, run, now, policy, family)
            if not reason_not_now(conn, context, console_only=False):
                plan_runner.run_step(conn, context)


def _of_everybody(step: Step) -> Step:
    """Who is asked one after the other has waited long enough: whoever is left is asked at once."""
    return (
        replace(step, target=Target.CONTACTS) if step.target == Target.CONTACTS_IN_ORDER else step
    )


def _passed_over(journal: Sequence[AlarmEvent]) -> list[tuple[int, PlanPosition]]:
    """The steps of the plan's last run, in their last pass, that were passed over because somebody
    was going, and have reached somebody in no pass since."""
    last: dict[int, AlarmEvent] = {}
    for line in journal:
        if line.event in ("raised", "re_alarmed"):
            last.clear()
        elif line.event == "step_empty" or line.event in _REACHED:
            last[int(line.data["step"])] = line
    return [
        (int(line.data["run"]), PlanPosition(int(line.data["cycle"]), step))
        for step, line in sorted(last.items())
        if line.event == "step_empty" and line.data.get("reason") == CONTACT_GOING
    ]
