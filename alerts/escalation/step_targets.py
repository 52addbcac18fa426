"""Executes one step of a plan: calls the operators, notifies people or offers a dispatch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.duty.offers import offer_best
from alerts.duty.ranking import Candidate
from alerts.duty.responders import find_candidates, find_neighbours
from alerts.escalation import reachability
from alerts.escalation.plan_position import PlanPosition, contacts_of_step, paused_for_family
from alerts.escalation.steps import FAMILY, OFFERS, Step, Target
from alerts.notify import call_texts, notifying, outage_notices, texts
from alerts.notify.notifying import Message
from alerts.policy import Policy
from store.alarm import referrals
from store.db import Connection
from store.dispatch_states import LIVE
from store.duty import areas, dispatches
from store.home import people
from store.model import Alarm, AlarmState, Person, Priority
from store.notify.family import Family
from store.notify.preferences import Preferences

_MISSING = {
    Target.NEIGHBOURS: "no_neighbours",
    Target.COMMUNITY: "no_community",
    Target.STATION: "no_station",
}
"""Why an offer reached nobody, where it is not the grid's own that is missing."""

CONTACT_GOING = "contact_going"
"""Why a step of the family reached nobody: one of them is on the way."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """A step of an alarm's plan whose time has come. `run` tells the plan's runs apart; `family`
    is the home's, if it is loaded already."""

    alarm: Alarm
    step: Step
    position: PlanPosition
    run: int
    now: datetime
    policy: Policy
    family: Family | None = None


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """`why` it reached nobody, empty when it did; `more`: the step has somebody else to ask after
    a while; `calls`: the operators are to be called."""

    why: str = ""
    more: bool = False
    calls: bool = False


def reach_target(conn: Connection, context: StepContext) -> StepOutcome:
    """Do the step; the caller journals what became of it."""
    if context.step.target == Target.CONSOLE:
        return StepOutcome(calls=True)
    if context.step.target == Target.HOME:
        return StepOutcome() if _speak_in_home(conn, context) else StepOutcome("no_home")
    if context.step.target == Target.OUTSIDE:
        return StepOutcome(
            calls=not referrals.is_referred(conn, context.alarm.id, context.step.service or "")
        )
    if context.step.target in OFFERS:
        found = _candidates(conn, context)
        offered = offer_best(
            conn, context.alarm, found, context.now, context.policy, context.step.channel_order
        )
        if offered or _is_asked(conn, context.alarm, found):
            return StepOutcome()
        return StepOutcome(_MISSING.get(context.step.target, "no_responder"))
    if context.step.target in FAMILY:
        return _ask_family(conn, context)
    home = notifying.home_of(conn, context.alarm)
    named = [
        (p, notifying.preferences_of(conn, p, context.now, context.policy))
        for p in _named(conn, context)
    ]
    whose = home.residents if home else areas.area_name(conn, context.alarm.area_id)
    notified = _notify(conn, context, named, whose)
    return StepOutcome() if notified else StepOutcome("no_person")


def _is_asked(conn: Connection, alarm: Alarm, found: Sequence[Candidate]) -> bool:
    """Whether one of them was asked a moment ago, instead of another one, and may still answer."""
    asked = {d.responder_id for d in dispatches.of_alarm(conn, alarm.id) if d.state in LIVE}
    return any(candidate.responder.person_id in asked for candidate in found)


def _ask_family(conn: Connection, context: StepContext) -> StepOutcome:
    if context.alarm.home_id is None:
        everybody = context.step.target == Target.CONTACTS
        informed = everybody and outage_notices.notify_families(
            conn, context.alarm, context.now, context.policy
        )
        return StepOutcome() if informed else StepOutcome("no_contact")
    family = context.family or notifying.family_of(conn, context.alarm, context.now, context.policy)
    if family is None:
        return StepOutcome("no_contact")
    if is_paused(context.alarm, family, context.now, context.policy):
        return StepOutcome(CONTACT_GOING)
    chosen = contacts_of_step(context.step, family.members)
    if context.alarm.priority > Priority.PERSON_AT_RISK:
        told = _notify(conn, context, chosen, family.home.residents, by_day=True)
        return StepOutcome() if told else StepOutcome("no_contact")
    more = False
    if context.step.target == Target.CONTACTS_IN_ORDER:
        chosen = _one_a_telephone(chosen)
        more = context.position.turn + 1 < len(chosen)
        chosen = chosen[context.position.turn : context.position.turn + 1]
    notified = _notify(conn, context, chosen, family.home.residents)
    return StepOutcome(more=more) if notified else StepOutcome("no_contact")


def is_paused(alarm: Alarm, family: Family, now: datetime, policy: Policy) -> bool:
    """Whether the family waits for one of them who is on the way."""
    return paused_for_family(alarm.state, family.last_going, family.due_by, now, policy)


def _one_a_telephone(
    members: Sequence[tuple[Person, Preferences]],
) -> list[tuple[Person, Preferences]]:
    """Without those who can be reached by nothing but the telephone of somebody before them."""
    kept: list[tuple[Person, Preferences]] = []
    for person, preferences in members:
        before = {other.phone for other, _ in kept}
        if preferences.channels or person.phone is None or person.phone not in before:
            kept.append((person, preferences))
    return kept


def _named(conn: Connection, context: StepContext) -> list[Person]:
    """The supervisor of the district, or the person the step names."""
    if context.step.target == Target.SUPERVISOR:
        found = people.supervisors_for(conn, context.alarm.area_id)
    else:
        person = people.find_person(conn, context.step.person) if context.step.person else None
        found = [person] if person else []
    return found


def _speak_in_home(conn: Connection, context: StepContext) -> bool:
    return notifying.announce_to_home(
        conn,
        context.alarm,
        AlarmState.RAISED,
        text=texts.home_text(context.alarm.kind, context.policy.language),
        home=context.family.home if context.family else None,
        deferred=True,
        now=context.now,
        policy=context.policy,
    )


def _candidates(conn: Connection, context: StepContext) -> list[Candidate]:
    if context.step.target == Target.NEIGHBOURS:
        around = find_neighbours(
            conn,
            context.alarm.area_id,
            context.alarm.home_id,
            context.now,
            context.policy,
            skills=context.step.skills,
        )
        return [c for c in around if _fits(c, context.step)]
    area_id: int | None = context.alarm.area_id
    if context.step.area is not None:
        area_id = areas.area_named(conn, context.step.area)
    if area_id is None:
        return []
    found = find_candidates(
        conn,
        area_id,
        context.alarm.home_id,
        context.now,
        context.policy,
        skills=context.step.skills,
    )
    return [c for c in found if _fits(c, context.step)]


def _fits(candidate: Candidate, step: Step) -> bool:
    responder = candidate.responder
    if step.target == Target.STATION:
        return responder.kind == "station"
    if step.target == Target.COMMUNITY and responder.level != "community":
        return False
    return step.kind is None or responder.kind == step.kind


def _notify(
    conn: Connection,
    context: StepContext,
    chosen: Sequence[tuple[Person, Preferences]],
    resident: str,
    *,
    by_day: bool = False,
) -> bool:
    """False: there is nobody to notify, or nobody reachable."""
    words = _calm_message if by_day else alarm_message
    messages = [
        (person, preferences, words(context, person, resident)) for person, preferences in chosen
    ]
    return notifying.notify_people(conn, context.alarm, messages, context.now, context.policy)


def alarm_message(context: StepContext, person: Person, resident: str) -> Message:
    """What a step says to somebody whom it notifies."""
    words = (context.alarm, resident, person.language, context.policy)
    return Message(
        purpose="alarm",
        body=texts.alarm_text(*words),
        spoken=call_texts.alarm_call(*words),
        dedupe=reachability.chain_of(context.alarm.id, context.run, context.position, person.id),
        first=context.step.by or "",
        order=context.step.channel_order,
    )


def _calm_message(context: StepContext, person: Person, resident: str) -> Message:
    """To the family, of what endangers nobody: by day, and once a run however often the plan comes
    round. A fault is told, not asked: the depot mends it."""
    alarm = context.alarm
    if alarm.priority == Priority.TECHNICAL:
        return Message(
            purpose="told",
            body=texts.fault_text(alarm, resident, person.language, context.policy),
            dedupe=f"fault:{alarm.id}:{person.id}",
            by_day=True,
        )
    return replace(
        alarm_message(context, person, resident),
        dedupe=f"calm:{alarm.id}:{context.run}:{person.id}",
        by_day=True,
    )
