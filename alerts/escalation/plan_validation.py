"""Checks whether a plan may be saved. Pure: what is known of the district is an argument."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from alerts.escalation.steps import (
    CALLS,
    FAMILY,
    HOTLINE,
    NEARBY,
    OFFERS,
    PlanError,
    Step,
    Target,
    read_steps,
    unknown_fields,
)
from alerts.notify.channels.voice import VOICE
from store.alarm.kinds import record_of
from store.model import Kind

MOST_STEPS = 50
CYCLES = (2, 20)
"""At least twice through the list, then the console calls operators: vendors' practice."""
MOST_CONTACTS = 9
LONGEST_DELAY = 3600
"""Seconds between two steps where a person may be in danger."""
FIRST_PERSON = 300
"""Seconds until such a plan must have asked somebody outside the centre: each call above 180 s is
reviewed one by one in telecare practice; five minutes leave the operators the first turn."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan somebody wants to save. `home` is a code; None: for any. `kind` None: for any."""

    code: str
    kind: Kind | None
    home: str | None
    steps: list[dict[str, Any]]
    cycles: int


@dataclass(frozen=True, slots=True)
class Team:
    """Responders of one sort who can be reached: their kind and the level of their area."""

    kind: str
    level: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the district is like. `contacts`: of the plan's home, in order, whether each can be
    reached, None for a plan of any home; `people`: whom of those named there is, and whether they
    can be reached; `teams`: who could be sent to the home, or to any; `neighbours`: who is of areas
    around it."""

    contacts: Sequence[bool] | None = None
    people: Mapping[int, bool] = field(default_factory=dict)
    areas: Collection[str] = ()
    teams: Collection[Team] = ()
    neighbours: Collection[Team] = ()
    supervised: bool = False


def check_plan(draft: Draft, facts: Facts) -> list[Step]:
    """The plan's steps. PlanError says all that is wrong with it, step by step."""
    steps = read_steps(draft.steps)
    problems = _plan_problems(draft)
    for number, (raw, step) in enumerate(zip(draft.steps, steps, strict=True), start=1):
        problems += [f"step {number}: {what}" for what in _step_problems(raw, step, draft, facts)]
    if not problems:
        problems = _reach_problems(draft, steps, facts)
    if problems:
        raise PlanError("; ".join(problems))
    return steps


def _plan_problems(draft: Draft) -> list[str]:
    problems = []
    if not CYCLES[0] <= draft.cycles <= CYCLES[1]:
        problems.append(f"cycles must be from {CYCLES[0]} to {CYCLES[1]}")
    if len(draft.steps) > MOST_STEPS:
        problems.append(f"a plan has at most {MOST_STEPS} steps")
    return problems


def _step_problems(raw: dict[str, Any], step: Step, draft: Draft, facts: Facts) -> list[str]:
    problems = [f"there is no field {name} for {step.target}" for name in unknown_fields(raw)]
    if _urgent(draft) and max(step.after_seconds, step.every_seconds) > LONGEST_DELAY:
        problems.append(f"waits longer than {LONGEST_DELAY} s, and a person may be in danger")
    if _urgent(draft) and step.service == HOTLINE:
        problems.append(
            f"{HOTLINE} passes on what is not urgent, and a person may be in danger: "
            "name 110, 119 or 120"
        )
    if _urgent(draft) and step.guards is not None:
        problems.append("guards is for faults of devices; a danger is one whatever saw it")
    if _urgent(draft) and step.channels and VOICE not in step.channels:
        problems.append(
            "a text that nobody answers becomes a call, and a person may be in danger: "
            f"channels must name {VOICE}"
        )
    if not _urgent(draft) and step.unanswered_seconds is not None:
        problems.append(
            "unanswered_seconds is for dangers: nobody is called because of silence otherwise"
        )
    if step.hours is not None and step.hours.starts == step.hours.ends:
        problems.append("hours that begin and end at the same time")
    if step.area is not None and step.area not in facts.areas:
        problems.append(f"there is no area {step.area}")
    if step.target == Target.PERSON and step.person not in facts.people:
        problems.append(f"there is no person {step.person}")
    most = MOST_CONTACTS if facts.contacts is None else len(facts.contacts)
    if step.target == Target.CONTACT and step.position > most:
        whose = "a home" if facts.contacts is None else "the home"
        problems.append(f"there is no contact {step.position}: {whose} has at most {most}")
    return problems


def _reach_problems(draft: Draft, steps: list[Step], facts: Facts) -> list[str]:
    """Somebody outside the centre must be asked, soon enough, at every time of the day; for what
    endangers nobody the operators are enough."""
    if not _urgent(draft):
        return []
    why = [reaches_nobody(step, facts) for step in steps]
    for at in _moments(steps):
        seconds = _until_somebody(steps, why, at)
        if seconds is None:
            listed = ", ".join(
                f"step {number}: {reason or 'not at this hour'}"
                for number, reason in enumerate(why, start=1)
            )
            return [f"at {at:%H:%M} nobody but the operators is reached ({listed})"]
        if seconds > FIRST_PERSON:
            return [
                f"at {at:%H:%M} it takes {seconds} s until somebody outside the centre is "
                f"asked; it must not take longer than {FIRST_PERSON} s"
            ]
    return []


def reaches_nobody(step: Step, facts: Facts) -> str:
    """Why a step reaches nobody outside the centre; empty: it reaches somebody."""
    if step.target in CALLS:
        return "calls only the operators"
    if step.target == Target.HOME:
        return "speaks only in the home"
    if step.target == Target.PERSON:
        return "" if facts.people.get(step.person or 0) else "that person cannot be reached"
    if step.target == Target.SUPERVISOR:
        return "" if facts.supervised else "no supervisor has a phone"
    if step.target in FAMILY:
        return _no_family(step, facts)
    assert step.target in OFFERS  # noqa: S101  all targets are dealt with
    asked = facts.neighbours if step.target == Target.NEIGHBOURS else facts.teams
    return "" if step.area or any(_fits(team, step) for team in asked) else "no responder"


def _no_family(step: Step, facts: Facts) -> str:
    if facts.contacts is None:
        return ""
    chosen = facts.contacts
    if step.target == Target.CONTACT:
        chosen = facts.contacts[step.position - 1 : step.position]
    return "" if any(chosen) else "no contact can be reached"


def _fits(team: Team, step: Step) -> bool:
    if step.target == Target.STATION:
        return team.kind == "station"
    if step.target == Target.COMMUNITY and team.level != "community":
        return False
    return step.kind is None or team.kind == step.kind


def _moments(steps: Sequence[Step]) -> list[time]:
    """Times of the day between which nothing changes: one of each stretch."""
    bounds = {time(0)}
    for step in steps:
        if step.hours is not None:
            bounds |= {step.hours.starts, step.hours.ends}
    return sorted(bounds)


def _until_somebody(steps: Sequence[Step], why: Sequence[str], at: time) -> int | None:
    """Seconds from the alarm to the first step that reaches somebody; None: no step does. A step
    for other hours or that reaches nobody is followed by the next one at once."""
    seconds, at_once = 0, False
    for step, reason in zip(steps, why, strict=True):
        seconds += 0 if at_once else step.after_seconds
        now = step.hours is None or step.hours.hold(at)
        if now and not reason:
            return seconds
        at_once = not now or step.target not in NEARBY
    return None


def _urgent(draft: Draft) -> bool:
    return draft.kind is None or record_of(draft.kind).endangers
