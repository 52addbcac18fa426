"""How far an escalation plan has come, and which step is next after how long. Pure.

A plan is a list of steps (alerts/escalation/steps.py), executed in order, over and over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from alerts.escalation.steps import CALLS, LONGEST_WAIT, OFFERS, Step, Target, When
from alerts.policy import OWNED, Policy
from store.attendance import Attendance
from store.model import AlarmState, Plan

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlanPosition:
    """Where in a plan an alarm is: cycles completed, index of the step to execute next, and how
    many of those it asks one after the other were asked."""

    cycle: int
    step: int
    turn: int = 0


START = PlanPosition(0, 0)


def next_position(
    position: PlanPosition, steps: Sequence[Step], *, more: bool = False
) -> PlanPosition:
    """`more`: the step at `position` has somebody else to ask first."""
    if more:
        return PlanPosition(position.cycle, position.step, position.turn + 1)
    if position.step + 1 < len(steps):
        return PlanPosition(position.cycle, position.step + 1)
    return PlanPosition(position.cycle + 1, 0)


def is_exhausted(position: PlanPosition, plan: Plan) -> bool:
    """All cycles are through and nobody has taken it: from here on the console calls operators."""
    return position.cycle >= plan.cycles


def begins_another_pass(position: PlanPosition) -> bool:
    return position.cycle > 0 and position.step == 0 and position.turn == 0


def delay_before(
    position: PlanPosition,
    steps: Sequence[Step],
    plan: Plan,
    policy: Policy,
    *,
    life: bool = False,
) -> int:
    """Seconds to wait before the step at `position`, counted from the one before. `life`: somebody
    with authority is called again with each step of an exhausted plan, so that none waits longer
    than `Policy.exhausted_pause`."""
    step = steps[position.step]
    most = policy.exhausted_pause if life and is_exhausted(position, plan) else LONGEST_WAIT
    if position.turn > 0:
        return min(step.every_seconds, most)
    wait = step.after_seconds
    if is_exhausted(position, plan):
        return min(most, max(wait, policy.exhausted_pause if position.step else policy.pass_pause))
    if position.cycle > 0 and position.step == 0:
        return max(wait, policy.pass_pause)
    return wait


def reason_to_skip(
    step: Step,
    state: AlarmState,
    *,
    attendance: Attendance,
    local: time,
    expected: str = "",
    guards_life: bool = True,
    console_only: bool = False,
) -> str:
    """Why a step is to be skipped now: `hours`, `acknowledged`, `arrived`, what is `expected`,
    `no_life`, `exhausted`; empty: it is not. `expected`: why nobody else need be asked to go, see
    joining.who_is_expected; `guards_life`: what failed is there for a danger to life;
    `console_only`: see is_for_console_only."""
    if step.when == When.NOT_ARRIVED and attendance == Attendance.THERE:
        return "arrived"
    if step.when == When.UNACKNOWLEDGED and state != AlarmState.RAISED:
        return "acknowledged"
    if step.target in OFFERS and step.when == When.UNACKNOWLEDGED and expected:
        return expected
    if step.guards is not None and not guards_life:
        return "no_life"
    if console_only and step.target not in CALLS:
        return "exhausted"
    if step.hours is not None and not step.hours.hold(local):
        return "hours"
    return ""


def is_for_console_only(position: PlanPosition, plan: Plan, *, endangers: bool) -> bool:
    """What endangers nobody goes back to the console when its plan is through: no telephone rings
    because of a battery."""
    return not endangers and is_exhausted(position, plan)


def calls_console(
    position: PlanPosition, steps: Sequence[Step], plan: Plan, *, endangers: bool
) -> bool:
    """Whether the operators are called by this step, whatever it is for: each one of an exhausted
    plan calls them; of a calm one only where none of its steps does, once a pass."""
    if not is_exhausted(position, plan):
        return False
    begins = position.step == 0 and position.turn == 0
    return endangers or (begins and not any(step.target in CALLS for step in steps))


def plan_continues(
    state: AlarmState, steps: Sequence[Step], position: PlanPosition, plan: Plan
) -> bool:
    """Whether the plan goes on from `position`: for ever while nobody has taken the alarm; once
    somebody has, to the end of its cycles while a step still waits for an arrival. From there the
    owner's deadlines take over."""
    if state == AlarmState.RAISED:
        return True
    waiting = state in (AlarmState.ACKNOWLEDGED, AlarmState.DISPATCHED)
    return (
        waiting
        and not is_exhausted(position, plan)
        and any(outlasts_acknowledgement(step) for step in steps)
    )


def outlasts_acknowledgement(step: Step) -> bool:
    """Whether the step may still be wanted when somebody has taken the alarm."""
    return step.when == When.NOT_ARRIVED


def contacts_of_step(step: Step, contacts: Sequence[T]) -> list[T]:
    """Which of the contacts a step is for, in their order, reachable or not."""
    if step.target == Target.CONTACT:
        chosen = list(contacts[step.position - 1 : step.position])
    elif step.target in (Target.CONTACTS, Target.CONTACTS_IN_ORDER):
        chosen = list(contacts)
    else:
        chosen = []
    return chosen


def paused_for_family(
    state: AlarmState,
    last_going: datetime | None,
    due_by: datetime | None,
    now: datetime,
    policy: Policy,
) -> bool:
    """Whether the others of the family wait because one of them is on the way."""
    return family_paused_until(state, last_going, due_by, now, policy) is not None


def family_paused_until(
    state: AlarmState,
    last_going: datetime | None,
    due_by: datetime | None,
    now: datetime,
    policy: Policy,
) -> datetime | None:
    """Until when the others of the family wait because one of them is on the way: as long as that
    takes, and only while somebody at the centre owns the alarm. None: they do not. `last_going`:
    when somebody said so without saying how long they need; `due_by`: when the last who did wants
    to be there."""
    ends = [end for end in (_end_of_pause(last_going, policy), _late_from(due_by, policy)) if end]
    until = max(ends, default=None)
    return until if state in OWNED and until is not None and now < until else None


def way_ends(said: datetime, eta_minutes: int | None, policy: Policy) -> datetime:
    """Until when a relative who said then that they go is on the way."""
    due_by = None if eta_minutes is None else said + timedelta(minutes=eta_minutes)
    return _late_from(due_by, policy) or said + timedelta(seconds=policy.contact_pause)


def _end_of_pause(said: datetime | None, policy: Policy) -> datetime | None:
    return None if said is None else way_ends(said, None, policy)


def _late_from(due_by: datetime | None, policy: Policy) -> datetime | None:
    return None if due_by is None else due_by + timedelta(seconds=policy.arrive_grace)
