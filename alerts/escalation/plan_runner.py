"""Runs an alarm's escalation plan: fires steps and sets the timer for the next one."""

from datetime import datetime, timedelta
from typing import Any

from alerts.duty.responders import zone
from alerts.escalation import reachability, step_targets
from alerts.escalation.plan_position import (
    START,
    PlanPosition,
    delay_before,
    exhausted,
    goes_on,
    next_position,
    outlasts,
    passed_over,
)
from alerts.escalation.step_targets import StepContext
from alerts.escalation.steps import BUILT_IN, When, steps_of, usable
from alerts.policy import Policy
from store.alarm import alarms
from store.db import Connection
from store.duty import areas, dispatches
from store.escalation import plans, timers
from store.escalation.timers import STEP_TIMER
from store.model import Alarm, AlarmState, DispatchState, Plan, Timer
from store.notify import outbox
from store.notify.family import Family

_PUNCTUAL = timedelta(seconds=5)
"""A timer fired this late at most keeps its pace; a later one (nobody was running) starts anew
from now, so that what was missed does not come all at once."""


def start(
    conn: Connection,
    alarm: Alarm,
    now: datetime,
    policy: Policy,
    plan: Plan | None = None,
    family: Family | None = None,
) -> None:
    """Begin the alarm's plan: what is due at once is queued in this very transaction.

    `alarm.version` at the start names the run, so that a second run after a re-alarm is not taken
    for a repetition of the first. `plan` and `family`: the alarm's, where they are at hand.
    """
    plan = usable(plan) if plan is not None else _plan_of(conn, alarm)
    if plan is BUILT_IN:
        alarms.journal(conn, alarm.id, "plan_unusable", at=now, actor="system", plan=alarm.plan_id)
    _run_due_steps(conn, alarm, plan, START, alarm.version, now, policy, family=family)


def step_due(conn: Connection, alarm: Alarm, timer: Timer, now: datetime, policy: Policy) -> None:
    """The timer of a plan's next step has come. The alarm is locked by the caller."""
    plan, run = _plan_of(conn, alarm), int(timer.data["run"])
    place = _place(timer)
    if goes_on(alarm.state, steps_of(plan), place, plan):
        _run_due_steps(conn, alarm, plan, place, run, now, policy, due_at=timer.due_at)
        alarms.touch(conn, alarm.id)


def acknowledged(conn: Connection, alarm: Alarm) -> None:
    """Somebody has taken it: the plan ends here, unless a step of it waits for an arrival."""
    if not any(outlasts(step) for step in steps_of(_plan_of(conn, alarm))):
        timers.stop_timer(conn, alarm.id, STEP_TIMER)


def skip_wait(conn: Connection, alarm: Alarm, now: datetime) -> None:
    """Nobody was reached by the last step: do not wait for the next one.

    Within a pass only: the pause before another pass stays, or wrong numbers would send the plan
    round and round as fast as the carrier can refuse.
    """
    if alarm.state == AlarmState.RAISED:
        timers.make_step_due(conn, alarm.id, STEP_TIMER, now, cycles=_plan_of(conn, alarm).cycles)


def person_unreached(conn: Connection, alarm: Alarm, chain: str, now: datetime) -> None:
    """All ways to one person are used up: hurry, if that was the last hope of the last step."""
    of, timer = reachability.parse_chain(chain), timers.timer_of(conn, alarm.id, STEP_TIMER)
    if of is None or timer is None:
        skip_wait(conn, alarm, now)
        return
    steps = steps_of(_plan_of(conn, alarm))
    next_ = _place(timer)
    last = reachability.is_last_before(of, next_, int(timer.data["run"]), steps)
    if last and reachability.nobody_reachable(of, alarm.id, outbox.of_alarm(conn, alarm.id)):
        skip_wait(conn, alarm, now)


def _place(timer: Timer) -> PlanPosition:
    return PlanPosition(
        int(timer.data["cycle"]), int(timer.data["step"]), int(timer.data.get("turn", 0))
    )


def _plan_of(conn: Connection, alarm: Alarm) -> Plan:
    return usable(plans.get_plan(conn, alarm.plan_id) if alarm.plan_id is not None else None)


def _run_due_steps(
    conn: Connection,
    alarm: Alarm,
    plan: Plan,
    place: PlanPosition,
    run: int,
    now: datetime,
    policy: Policy,
    *,
    due_at: datetime | None = None,
    family: Family | None = None,
) -> None:
    """Fire every step that is due, then set the timer for the first that is not.

    `due_at`: the step at `place` was due then. A step that reaches nobody is followed by the next
    one at once; a whole pass without reaching anybody waits, so that an empty plan shouts at the
    console without spinning.
    """
    steps = steps_of(plan)
    fired, due, wait = 0, due_at is not None, 0
    while goes_on(alarm.state, steps, place, plan):
        wait = 0 if due else delay_before(place, steps, plan, policy)
        if wait > 0 or fired >= len(steps):
            break
        if place.step == 0 and place.turn == 0 and place.cycle == plan.cycles:
            alarms.journal(conn, alarm.id, "plan_exhausted", at=now, actor="system", run=run)
        moment = StepContext(alarm, steps[place.step], place, run, now, policy, family)
        waits, more = _run_step(conn, moment, calls=exhausted(place, plan))
        place, fired, due = next_position(place, steps, more=more), fired + 1, not waits
    if goes_on(alarm.state, steps, place, plan):
        punctual = due_at is not None and now - due_at <= _PUNCTUAL
        since = due_at if punctual and due_at is not None else now
        timers.set_timer(
            conn,
            alarm.id,
            STEP_TIMER,
            since + timedelta(seconds=wait or policy.pass_pause),
            run=run,
            cycle=place.cycle,
            step=place.step,
            turn=place.turn,
        )
    alarms.notify(conn, "alarm", alarm.id)


def _run_step(conn: Connection, at: StepContext, *, calls: bool) -> tuple[bool, bool]:
    """Do one step, with its journal. Whether the next one keeps its time, and whether this one has
    somebody else to ask first. `calls`: the operators are called in any case."""
    why = _passed_over(conn, at)
    result = step_targets.StepOutcome(why) if why else step_targets.reach_target(conn, at)
    event = "step_skipped" if why else "step_empty" if result.why else "step_fired"
    data: dict[str, Any] = {"target": at.step.target}
    data |= {"reason": result.why} if result.why else {}
    data |= {"service": at.step.service} if at.step.service else {}
    alarms.journal(
        conn,
        at.alarm.id,
        event,
        at=at.now,
        actor="system",
        run=at.run,
        cycle=at.place.cycle,
        step=at.place.step,
        **data,
    )
    if calls or (result.calls and at.place != START):
        alarms.journal(
            conn,
            at.alarm.id,
            "console_called",
            at=at.now,
            actor="system",
            run=at.run,
            cycle=at.place.cycle,
        )
    # Passed over for a while keeps its time: somebody is at work. An empty step does not, nor one
    # for other hours.
    return result.why in ("", "contact_going", "acknowledged", "arrived"), result.more


def _passed_over(conn: Connection, at: StepContext) -> str:
    arrived, local = False, at.now
    if at.step.when == When.NOT_ARRIVED:
        states = {d.state for d in dispatches.of_alarm(conn, at.alarm.id)}
        arrived = bool(states & {DispatchState.ARRIVED, DispatchState.DONE})
    if at.step.hours is not None:
        local = at.now.astimezone(zone(areas.zone_of(conn, at.alarm.area_id), at.policy))
    return passed_over(at.step, at.alarm.state, arrived=arrived, local=local.time())
