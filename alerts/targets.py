"""Does what one step of a plan asks for: calls, tells or asks whom it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import area_news, hurrying, spoken, telling, wording
from alerts.escalation import Place, asked, paused_for_family
from alerts.offers import offer_best
from alerts.policy import Policy
from alerts.ranking import Candidate
from alerts.responders import candidates
from alerts.steps import FAMILY, OFFERS, Step, Target
from alerts.telling import Message
from store import areas, hand_overs, people
from store.db import Connection
from store.family import Family
from store.model import Alarm, Person
from store.ways import Wishes


@dataclass(frozen=True, slots=True)
class Moment:
    """A step of an alarm's plan whose time has come. `run` tells the plan's runs apart; `family`
    is the home's, where it is at hand."""

    alarm: Alarm
    step: Step
    place: Place
    run: int
    now: datetime
    policy: Policy
    family: Family | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """`why` it reached nobody, empty when it did; `more`: the step has somebody else to ask after
    a while; `calls`: the operators are to be called."""

    why: str = ""
    more: bool = False
    calls: bool = False


def fire(conn: Connection, at: Moment) -> Result:
    """Do the step; the caller journals what became of it."""
    if at.step.target == Target.CONSOLE:
        return Result(calls=True)
    if at.step.target == Target.OUTSIDE:
        return Result(calls=not hand_overs.handed_to(conn, at.alarm.id, at.step.service or ""))
    if at.step.target in OFFERS:
        found = _candidates(conn, at)
        offered = offer_best(conn, at.alarm, found, at.now, at.policy)
        return Result() if offered else Result("no_responder")
    if at.step.target in FAMILY:
        return _ask_family(conn, at)
    home = telling.home_of(conn, at.alarm)
    named = [(p, telling.wishes_of(conn, p, at.now, at.policy)) for p in _named(conn, at)]
    whose = home.residents if home else areas.area_name(conn, at.alarm.area_id)
    told = _tell(conn, at, named, whose)
    return Result() if told else Result("no_person")


def _ask_family(conn: Connection, at: Moment) -> Result:
    if at.alarm.home_id is None:
        everybody = at.step.target == Target.CONTACTS
        informed = everybody and area_news.tell_families(conn, at.alarm, at.now, at.policy)
        return Result() if informed else Result("no_contact")
    family = at.family or telling.family_of(conn, at.alarm, at.now, at.policy)
    if family is None:
        return Result("no_contact")
    if paused_for_family(family.last_going, at.now, at.policy):
        return Result("contact_going")
    chosen = asked(at.step, family.members)
    more = False
    if at.step.target == Target.CONTACTS_IN_ORDER:
        more = at.place.turn + 1 < len(chosen)
        chosen = chosen[at.place.turn : at.place.turn + 1]
    told = _tell(conn, at, chosen, family.home.residents)
    return Result(more=more) if told else Result("no_contact")


def _named(conn: Connection, at: Moment) -> list[Person]:
    """The supervisor of the district, or the person the step names."""
    if at.step.target == Target.SUPERVISOR:
        found = people.supervisors_for(conn, at.alarm.area_id)
    else:
        person = people.find_person(conn, at.step.person) if at.step.person else None
        found = [person] if person else []
    return found


def _candidates(conn: Connection, at: Moment) -> list[Candidate]:
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


def _tell(
    conn: Connection, at: Moment, chosen: Sequence[tuple[Person, Wishes]], resident: str
) -> bool:
    """False: there is nobody to tell, or no way to tell them."""
    messages = [(person, wishes, _message(at, person, resident)) for person, wishes in chosen]
    return telling.tell_all(conn, at.alarm, messages, at.now, at.policy)


def _message(at: Moment, person: Person, resident: str) -> Message:
    words = (at.alarm, resident, person.language, at.policy)
    return Message(
        purpose="alarm",
        body=wording.alarm_text(*words),
        spoken=spoken.alarm_call(*words),
        fields=wording.template_fields(*words),
        dedupe=hurrying.chain(at.alarm.id, at.run, at.place, person.id),
    )
