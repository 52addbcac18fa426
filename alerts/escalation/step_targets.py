"""Does what one step of a plan asks for: calls, tells or asks whom it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.duty.offers import offer_best
from alerts.duty.ranking import Candidate
from alerts.duty.responders import candidates
from alerts.escalation import reachability
from alerts.escalation.plan_position import PlanPosition, contacts_of_step, paused_for_family
from alerts.escalation.steps import FAMILY, OFFERS, Step, Target
from alerts.notify import call_texts, notifying, outage_notices, texts
from alerts.notify.notifying import Message
from alerts.policy import Policy
from store.alarm import referrals
from store.db import Connection
from store.duty import areas
from store.home import people
from store.model import Alarm, Person
from store.notify.family import Family
from store.notify.preferences import Preferences


@dataclass(frozen=True, slots=True)
class StepContext:
    """A step of an alarm's plan whose time has come. `run` tells the plan's runs apart; `family`
    is the home's, where it is at hand."""

    alarm: Alarm
    step: Step
    place: PlanPosition
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


def reach_target(conn: Connection, at: StepContext) -> StepOutcome:
    """Do the step; the caller journals what became of it."""
    if at.step.target == Target.CONSOLE:
        return StepOutcome(calls=True)
    if at.step.target == Target.OUTSIDE:
        return StepOutcome(
            calls=not referrals.is_referred(conn, at.alarm.id, at.step.service or "")
        )
    if at.step.target in OFFERS:
        found = _candidates(conn, at)
        offered = offer_best(conn, at.alarm, found, at.now, at.policy)
        return StepOutcome() if offered else StepOutcome("no_responder")
    if at.step.target in FAMILY:
        return _ask_family(conn, at)
    home = notifying.home_of(conn, at.alarm)
    named = [(p, notifying.preferences_of(conn, p, at.now, at.policy)) for p in _named(conn, at)]
    whose = home.residents if home else areas.area_name(conn, at.alarm.area_id)
    told = _notify(conn, at, named, whose)
    return StepOutcome() if told else StepOutcome("no_person")


def _ask_family(conn: Connection, at: StepContext) -> StepOutcome:
    if at.alarm.home_id is None:
        everybody = at.step.target == Target.CONTACTS
        informed = everybody and outage_notices.notify_families(conn, at.alarm, at.now, at.policy)
        return StepOutcome() if informed else StepOutcome("no_contact")
    family = at.family or notifying.family_of(conn, at.alarm, at.now, at.policy)
    if family is None:
        return StepOutcome("no_contact")
    if paused_for_family(family.last_going, at.now, at.policy):
        return StepOutcome("contact_going")
    chosen = contacts_of_step(at.step, family.members)
    more = False
    if at.step.target == Target.CONTACTS_IN_ORDER:
        more = at.place.turn + 1 < len(chosen)
        chosen = chosen[at.place.turn : at.place.turn + 1]
    told = _notify(conn, at, chosen, family.home.residents)
    return StepOutcome(more=more) if told else StepOutcome("no_contact")


def _named(conn: Connection, at: StepContext) -> list[Person]:
    """The supervisor of the district, or the person the step names."""
    if at.step.target == Target.SUPERVISOR:
        found = people.supervisors_for(conn, at.alarm.area_id)
    else:
        person = people.find_person(conn, at.step.person) if at.step.person else None
        found = [person] if person else []
    return found


def _candidates(conn: Connection, at: StepContext) -> list[Candidate]:
    area_id: int | None = at.alarm.area_id
    if at.step.area is not None:
        area_id = areas.area_named(conn, at.step.area)
    if area_id is None:
        return []
    found = candidates(conn, area_id, at.alarm.home_id, at.now, at.policy, skills=at.step.skills)
    return [c for c in found if _fits(c, at.step)]


def _fits(candidate: Candidate, step: Step) -> bool:
    responder = candidate.responder
    if step.target == Target.STATION:
        return responder.kind == "station"
    if step.target == Target.COMMUNITY and responder.level != "community":
        return False
    return step.kind is None or responder.kind == step.kind


def _notify(
    conn: Connection, at: StepContext, chosen: Sequence[tuple[Person, Preferences]], resident: str
) -> bool:
    """False: there is nobody to tell, or no way to tell them."""
    messages = [(person, wishes, _message(at, person, resident)) for person, wishes in chosen]
    return notifying.notify_people(conn, at.alarm, messages, at.now, at.policy)


def _message(at: StepContext, person: Person, resident: str) -> Message:
    words = (at.alarm, resident, person.language, at.policy)
    return Message(
        purpose="alarm",
        body=texts.alarm_text(*words),
        spoken=call_texts.alarm_call(*words),
        fields=texts.template_fields(*words),
        dedupe=reachability.chain_of(at.alarm.id, at.run, at.place, person.id),
    )
