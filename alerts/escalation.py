"""Where an escalation plan stands and what comes next. Pure.

A plan is a list of steps, walked in order, over and over; `after_seconds` counts from the step
before. Targets:

- `console`: call the operators again
- `contact` with `position`: one of the family, 1 is asked first
- `contacts`: all of them
- `grid_responder`: offer it to the nearest responder on duty
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from alerts.policy import Policy
from store.model import Person, Plan


class Target(StrEnum):
    CONSOLE = "console"
    CONTACT = "contact"
    CONTACTS = "contacts"
    GRID_RESPONDER = "grid_responder"


class PlanError(ValueError):
    """The plan cannot be used; the message names the step and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Step:
    after_seconds: int
    target: Target
    position: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a plan an alarm is: cycles completed, index of the step to fire next."""

    cycle: int
    step: int


START = Place(0, 0)

LONGEST_WAIT = 7 * 24 * 3600

BUILT_IN = Plan(
    id=0,
    code="built-in",
    version=1,
    steps=[
        {"after_seconds": 0, "target": "console"},
        {"after_seconds": 0, "target": "contacts"},
        {"after_seconds": 60, "target": "grid_responder"},
        {"after_seconds": 60, "target": "contacts"},
        {"after_seconds": 60, "target": "console"},
    ],
    cycles=2,
)
"""For an alarm without a plan, or with one that cannot be used: nobody is left lying for it."""


def steps_of(plan: Plan) -> list[Step]:
    """Raises PlanError when the plan cannot be walked."""
    if not isinstance(plan.steps, list) or not plan.steps:
        raise PlanError("a plan needs a list of at least one step")
    return [_step(number, raw) for number, raw in enumerate(plan.steps, start=1)]


def _step(number: int, raw: dict[str, Any]) -> Step:
    try:
        step = Step(int(raw["after_seconds"]), Target(raw["target"]), int(raw.get("position", 0)))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise PlanError(f"step {number} of the plan is not readable: {error!r}") from error
    if not 0 <= step.after_seconds <= LONGEST_WAIT:
        raise PlanError(f"step {number}: after_seconds must be from 0 to {LONGEST_WAIT}")
    if step.target == Target.CONTACT and step.position < 1:
        raise PlanError(f"step {number}: a contact's position must be ≥ 1")
    return step


def usable(plan: Plan | None) -> Plan:
    """The plan if it can be walked, else the built-in one."""
    try:
        if plan is not None and steps_of(plan):
            return plan
    except PlanError:
        pass
    return BUILT_IN


def following(place: Place, steps: Sequence[Step]) -> Place:
    if place.step + 1 < len(steps):
        return Place(place.cycle, place.step + 1)
    return Place(place.cycle + 1, 0)


def exhausted(place: Place, plan: Plan) -> bool:
    """All cycles are through and nobody has taken it: from here on the console shouts."""
    return place.cycle >= plan.cycles


def delay_before(place: Place, steps: Sequence[Step], plan: Plan, policy: Policy) -> int:
    """Seconds to wait before the step at `place`, counted from the one before."""
    wait = steps[place.step].after_seconds
    if exhausted(place, plan):
        return max(wait, policy.exhausted_pause if place.step else policy.pass_pause)
    if place.cycle > 0 and place.step == 0:
        return max(wait, policy.pass_pause)
    return wait


def asked(step: Step, contacts: Sequence[Person]) -> list[Person]:
    """Who of the contacts a step is for, whether there is a way to reach them or not."""
    if step.target == Target.CONTACT:
        chosen = list(contacts[step.position - 1 : step.position])
    elif step.target == Target.CONTACTS:
        chosen = list(contacts)
    else:
        chosen = []
    return chosen


def paused_for_family(last_going: datetime | None, now: datetime, policy: Policy) -> bool:
    """Whether somebody of the family said so recently that they are going."""
    return last_going is not None and now < last_going + timedelta(seconds=policy.contact_pause)
