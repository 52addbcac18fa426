"""JSON routes: a home's activity rules (silence, stays, temperatures) and their limits."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from alerts.watch import rule_settings
from alerts.watch.activity import is_out
from alerts.watch.rule_settings import DEFAULTS
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.http.fields import Body, HomeCode, WallTime
from api.http.json_answers import json_response
from api.routes.home.homes import home_for
from store.db import Connection
from store.model import Role, User
from store.watch import activity
from store.watch.activity import Activity

router = APIRouter(prefix="/api/v1/homes/{code}/rules", tags=["homes"])
Fitter = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.INSTALLER))]
Hours = Annotated[float, Field(ge=0.25, le=72)]
Celsius = Annotated[float, Field(multiple_of=0.5)]


class InactivityRule(Body):
    """Hours without a sign of life, between `day_from` and `day_to` and at any other hour; while
    the home is presumed empty, and while somebody lies in bed."""

    on: bool = True
    day_hours: Hours = DEFAULTS.inactivity.day_hours
    night_hours: Hours = DEFAULTS.inactivity.night_hours
    day_from: WallTime = DEFAULTS.inactivity.day_from
    day_to: WallTime = DEFAULTS.inactivity.day_to
    out_hours: Annotated[float, Field(ge=1, le=720)] = DEFAULTS.inactivity.out_hours
    in_bed_hours: Hours = DEFAULTS.inactivity.in_bed_hours


class BedAbsenceRule(Body):
    """Minutes out of bed between `night_from` and `night_to`."""

    on: bool = True
    minutes: Annotated[float, Field(ge=5, le=240)] = DEFAULTS.bed_absence.minutes
    night_from: WallTime = DEFAULTS.bed_absence.night_from
    night_to: WallTime = DEFAULTS.bed_absence.night_to


class BathroomRule(Body):
    """Minutes in the bathroom without a sign elsewhere."""

    on: bool = True
    minutes: Annotated[float, Field(ge=10, le=240)] = DEFAULTS.bathroom_long.minutes


class WanderingRule(Body):
    """Minutes after the entrance was opened at night without a sign inside."""

    on: bool = True
    minutes: Annotated[float, Field(ge=3, le=120)] = DEFAULTS.wandering.minutes
    night_from: WallTime = DEFAULTS.wandering.night_from
    night_to: WallTime = DEFAULTS.wandering.night_to


class DoorOpenRule(Body):
    """Minutes that the entrance stands open."""

    on: bool = True
    minutes: Annotated[float, Field(ge=3, le=1440)] = DEFAULTS.door_open.minutes


class ColdRule(Body):
    """°C in the warmest room, for so many hours; `frost` or less is urgent."""

    on: bool = True
    below: Annotated[Celsius, Field(ge=5, le=20)] = DEFAULTS.cold.below
    frost: Annotated[Celsius, Field(ge=0, le=15)] = DEFAULTS.cold.frost
    hours: Hours = DEFAULTS.cold.hours


class HeatRule(Body):
    """°C or more in the coolest room, for so many hours."""

    on: bool = True
    above: Annotated[Celsius, Field(ge=26.5, le=50)] = DEFAULTS.heat.above
    hours: Hours = DEFAULTS.heat.hours


class HomeRules(Body):
    """All rules of a home: what is left away is as it is by default."""

    inactivity: InactivityRule = Field(default_factory=InactivityRule)
    bed_absence: BedAbsenceRule = Field(default_factory=BedAbsenceRule)
    bathroom_long: BathroomRule = Field(default_factory=BathroomRule)
    wandering: WanderingRule = Field(default_factory=WanderingRule)
    door_open: DoorOpenRule = Field(default_factory=DoorOpenRule)
    cold: ColdRule = Field(default_factory=ColdRule)
    heat: HeatRule = Field(default_factory=HeatRule)


@router.get("", summary="The home's rules, who changed them, its last signs of life")
def shown(request: Request, me: Fitter, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        return _answer(conn, me.user, home_for(conn, me.user, code).id)


@router.put("", summary="Set the home's rules")
def change(request: Request, me: Fitter, code: HomeCode, wanted: HomeRules) -> Response:
    """The whole set: what is left away goes back to its default. The home is judged by them at
    once."""
    deps = deps_of(request)
    stored = wanted.model_dump(mode="json")
    rule_settings.check(rule_settings.of(stored))
    with deps.transaction() as conn:
        home, now = home_for(conn, me.user, code), deps.clock.now()
        activity.set_rules(conn, home.id, stored, me.user.id, now)
        activity.set_next_check(conn, home.id, now)
        return _answer(conn, me.user, home.id)


def _answer(conn: Connection, user: User, home_id: int) -> Response:
    """An installer sees the limits, an operator also the activity they are compared with."""
    kept = activity.rules_of(conn, home_id)
    answer: dict[str, Any] = {
        "rules": asdict(rule_settings.of(kept.rules if kept else None)),
        "changed_at": kept.changed_at if kept else None,
        "changed_by": kept.changed_by if kept else None,
    }
    if user.at_the_desk:
        known = activity.activity_of(conn, [home_id]).get(home_id, Activity())
        answer["signs"] = {
            "last_sign_at": known.life_at,
            "last_sign_device": known.life_device,
            "entrance_used_at": known.passage_at,
            "presumed_out": is_out(known),
        }
        answer["raised"] = activity.raised_in(conn, home_id)
    return json_response(answer)
