"""Runs an alarm's escalation plan: executes steps and sets the timer for the next one."""

from datetime import datetime, timedelta
from typing import Any

from alerts.escalation import authority, prompts, reachability, refused_passes, step_targets
from alerts.escalation.plan_position import (
    START,
    PlanPosition,
    begins_another_pass,
    calls_console,
    delay_before,
    is_exhausted,
    is_for_console_only,
    next_position,
    outlasts_acknowledgement,
    plan_continues,
)
from alerts.escalation.step_conditions import reason_not_now
from alerts.escalation.step_targets import StepContext
from alerts.escalation.steps import BUILT_IN, BUILT_IN_CALM, steps_of, usable_plan
from alerts.policy import Policy
from store.alarm import alarms
from store.db import Connection
from store.escalation import plans, timers
from store.escalation.timers import STEP_TIMER
from store.model import Alarm, AlarmState, Plan, Priority, Timer
from store.notify import outbox
from store.notify.family import Family

_PUNCTUAL = timedelta(seconds=5)
"""A timer fired this late at most keeps its pace; a later one (nobody was running) starts anew
from now, so that what was missed does not come all at once."""
_KEEPS_TIME = frozenset(
    {
        "",
        step_targets.CONTACT_GOING,
        "responder_going",
        "responder_asked",
        "acknowledged",
        "arrived",
        "no_life",
        "exhausted",
    }
)
"""How a step may end and the next one keeps its time: somebody is at work, or it is for something
else. An empty step does not, nor one for other hours."""


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
    plan = (
        usable_plan(plan, endangers=_endangers(alarm)) if plan is not None else plan_of(conn, alarm)
    )
    prompts.arm(conn, alarm, now, policy)
    if plan in (BUILT_IN, BUILT_IN_CALM):
        alarms.journal(conn, alarm.id, "plan_unusable", at=now, actor="system", plan=alarm.plan_id)
    _run_due_steps(conn, alarm, plan, START, alarm.version, now, policy, family=family)


def step_due(conn: Connection, alarm: Alarm, timer: Timer, now: datetime, policy: Policy) -> None:
    """The timer of a plan's next step has come. The alarm is locked by the caller."""
    plan, run = plan_of(conn, alarm), int(timer.data["run"])
    position = _position(timer)
    if plan_continues(alarm.state, steps_of(plan), position, plan):
        _run_due_steps(conn, alarm, plan, position, run, now, policy, due_at=timer.due_at)
        alarms.touch(conn, alarm.id)


def acknowledged(conn: Connection, alarm: Alarm) -> None:
    """Somebody has taken it: the plan ends here, unless a step of it waits for an arrival."""
    if not any(outlasts_acknowledgement(step) for step in steps_of(plan_of(conn, alarm))):
        timers.stop_timer(conn, alarm.id, STEP_TIMER)


def skip_wait(conn: Connection, alarm: Alarm, now: datetime) -> None:
    """Nobody was reached by the last step: do not wait for the next one.

    Within a pass only: the pause before another pass stays, or wrong numbers would run the plan
    again and again as fast as the carrier can refuse.
    """
    if alarm.state == AlarmState.RAISED:
        timers.make_step_due(conn, alarm.id, STEP_TIMER, now, cycles=plan_of(conn, alarm).cycles)


def person_unreached(conn: Connection, alarm: Alarm, chain_name: str, now: datetime) -> None:
    """All channels to one person failed: skip the wait, if the last step reaches nobody else."""
    chain, timer = reachability.parse_chain(chain_name), timers.timer_of(conn, alarm.id, STEP_TIMER)
    if chain is None or timer is None:
        skip_wait(conn, alarm, now)
        return
    steps = steps_of(plan_of(conn, alarm))
    upcoming = _position(timer)
    last = reachability.is_last_before(chain, upcoming, int(timer.data["run"]), steps)
    if last and reachability.nobody_reachable(chain, alarm.id, outbox.of_alarm(conn, alarm.id)):
        skip_wait(conn, alarm, now)


def _position(timer: Timer) -> PlanPosition:
    return PlanPosition(
        int(timer.data["cycle"]), int(timer.data["step"]), int(timer.data.get("turn", 0))
    )


def plan_of(conn: Connection, alarm: Alarm) -> Plan:
    """The alarm's plan, or the built-in one where that cannot be used."""
    own = plans.get_plan(conn, alarm.plan_id) if alarm.plan_id is not None else None
    return usable_plan(own, endangers=_endangers(alarm))


def _endangers(alarm: Alarm) -> bool:
    return alarm.priority <= Priority.PERSON_AT_RISK


def _run_due_steps(
    conn: Connection,
    alarm: Alarm,
    plan: Plan,
    position: PlanPosition,
    run: int,
    now: datetime,
    policy: Policy,
    *,
    due_at: datetime | None = None,
    family: Family | None = None,
) -> None:
    """Execute every step that is due, then set the timer for the first that is not.

    `due_at`: the step at `position` was due then. A step that reaches nobody is followed by the
    next one at once; a whole pass without reaching anybody waits, so that an empty plan calls the
    console without spinning. A pass of which nothing has left the carrier is run again: it calls
    the operators, and what still waits is not queued a second time.
    """
    steps = steps_of(plan)
    fired, due, wait, again = 0, due_at is not None, 0, False
    while plan_continues(alarm.state, steps, position, plan):
        life = alarm.priority == Priority.LIFE
        wait = 0 if due else delay_before(position, steps, plan, policy, life=life)
        if wait > 0 or fired >= len(steps):
            break
        if begins_another_pass(position):
            last = refused_passes.messages_before(conn, alarm.id, position, run)
            wait = refused_passes.rest_of_pause(last, now, policy)
            if wait > 0:
                due_at = None
                break
            if again := refused_passes.only_refused(last):
                position = PlanPosition(position.cycle - 1, 0)
                alarms.journal(conn, alarm.id, "pass_refused", at=now, actor="system", run=run)
        if _begins_pass(position) and position.cycle == plan.cycles:
            alarms.journal(conn, alarm.id, "plan_exhausted", at=now, actor="system", run=run)
        context = StepContext(alarm, steps[position.step], position, run, now, policy, family)
        if fired == 0 and _endangers(alarm) and is_exhausted(position, plan):
            authority.telephone(conn, context)
        calls = calls_console(position, steps, plan, endangers=_endangers(alarm))
        calls = calls or (again and position.step == 0)
        quiet = is_for_console_only(position, plan, endangers=_endangers(alarm))
        waits, more = run_step(conn, context, calls=calls, console_only=quiet)
        position, fired, due = next_position(position, steps, more=more), fired + 1, not waits
    if plan_continues(alarm.state, steps, position, plan):
        punctual = due_at is not None and now - due_at <= _PUNCTUAL
        since = due_at if punctual and due_at is not None else now
        timers.set_timer(
            conn,
            alarm.id,
            STEP_TIMER,
            since + timedelta(seconds=wait or policy.pass_pause),
            run=run,
            cycle=position.cycle,
            step=position.step,
            turn=position.turn,
        )
    alarms.notify(conn, "alarm", alarm.id)


def _begins_pass(position: PlanPosition) -> bool:
    return position.step == 0 and position.turn == 0


def run_step(
    conn: Connection, context: StepContext, *, calls: bool = False, console_only: bool = False
) -> tuple[bool, bool]:
    """Do one step, with its journal. Whether the next one keeps its time, and whether this one has
    somebody else to ask first. `calls`: the operators are called in any case."""
    why = reason_not_now(conn, context, console_only=console_only)
    result = step_targets.StepOutcome(why) if why else step_targets.reach_target(conn, context)
    event = "step_skipped" if why else "step_empty" if result.why else "step_fired"
    data: dict[str, Any] = {"target": context.step.target}
    data |= {"reason": result.why} if result.why else {}
    data |= {"service": context.step.service} if context.step.service else {}
    alarms.journal(
        conn,
        context.alarm.id,
        event,
        at=context.now,
        actor="system",
        run=context.run,
        cycle=context.position.cycle,
        step=context.position.step,
        **data,
    )
    if calls or (result.calls and context.position != START):
        alarms.journal(
            conn,
            context.alarm.id,
            "console_called",
            at=context.now,
            actor="system",
            run=context.run,
            cycle=context.position.cycle,
        )
    return result.why in _KEEPS_TIME, result.more
