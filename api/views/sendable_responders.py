"""Whom an operator can send to an alarm, and whom they can only telephone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from alerts.duty.ranking import Candidate
from alerts.duty.responders import find_neighbours, find_own
from alerts.policy import Policy
from store.alarm.alarm_lists import AlarmRow
from store.db import Connection
from store.duty.neighbours import PassedOver, passed_over
from store.model import DispatchState

JUST = timedelta(hours=2)
"""Who did not go to this home within that time is asked after the others: what kept them may keep
them still. Ours."""
MAX_OFF_DUTY = 20
"""Nobody telephones more of them at night."""


@dataclass(frozen=True, slots=True)
class PassedView:
    """They were asked to go to this home and did not: DECLINED or NO_ANSWER, and when."""

    state: DispatchState
    at: datetime


@dataclass(frozen=True, slots=True)
class ResponderView:
    """Somebody who could be sent. `distance_m` None: a place is not known; `eta_minutes` is an
    estimate in any case. `neighbour`: of another grid than the home's own; `passed`: they have just
    not gone to this home; `active_dispatches`: what they do already, for whatever home."""

    person_id: int
    name: str
    kind: str
    phone: str | None
    area: str
    on_duty: bool
    active_dispatches: int
    skills: list[str]
    distance_m: int | None
    eta_minutes: int
    neighbour: bool
    passed: PassedView | None


@dataclass(frozen=True, slots=True)
class Sendable:
    """`on_duty`: the home's own, then its neighbours, then who has just not gone; each group with
    the one to send first in front. `off_duty`: the home's own who can be telephoned."""

    on_duty: list[ResponderView] = field(default_factory=list)
    off_duty: list[ResponderView] = field(default_factory=list)


NOBODY = Sendable()


def sendable_responders(conn: Connection, row: AlarmRow, now: datetime, policy: Policy) -> Sendable:
    """For an alarm of an area only those who are meant for it: there is no home to go to."""
    own = find_own(conn, row.area_id, row.home_id, now, policy)
    if row.home_id is None:
        return Sendable(_views(own.on_duty, {}))
    passed = passed_over(conn, row.home_id, now - JUST)
    neighbours = find_neighbours(conn, row.area_id, row.home_id, now, policy)
    there = _views(own.on_duty, passed) + _views(neighbours, passed, neighbour=True)
    asleep = [c for c in own.off_duty if c.responder.phone is not None][:MAX_OFF_DUTY]
    return Sendable(
        sorted(there, key=lambda one: one.passed is not None),
        _views(asleep, passed, on_duty=False),
    )


def _views(
    candidates: Iterable[Candidate],
    passed: Mapping[int, PassedOver],
    *,
    on_duty: bool = True,
    neighbour: bool = False,
) -> list[ResponderView]:
    return [
        ResponderView(
            person_id=who.person_id,
            name=who.name,
            kind=who.kind,
            phone=who.phone,
            area=who.area,
            on_duty=on_duty,
            active_dispatches=who.load,
            skills=who.skills,
            distance_m=candidate.distance_m,
            eta_minutes=candidate.eta_minutes,
            neighbour=neighbour,
            passed=_passed(passed.get(who.person_id)),
        )
        for candidate in candidates
        for who in (candidate.responder,)
    ]


def _passed(found: PassedOver | None) -> PassedView | None:
    return PassedView(found.state, found.at) if found else None
