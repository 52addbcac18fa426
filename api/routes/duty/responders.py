"""JSON routes: responders, their shifts and absences."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from alerts.duty import cover_check
from alerts.duty.responders import on_duty
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, require
from api.deps import ApiDeps, deps_of
from api.errors import ConflictError, InvalidError, MissingError
from api.http.fields import Body, Code, Day, Id, Line, Moment, ShortText, WallTime
from api.http.json_answers import json_response
from api.http.phone_numbers import Phone
from api.routes.duty.cover import gaps_below
from api.routes.home.homes import Latitude, Longitude
from store.db import Connection
from store.duty import areas, rotas
from store.duty.rotas import ExceptionKind, Responder
from store.home import household, people

router = APIRouter(prefix="/api/v1/responders", tags=["duty"])
READERS = Depends(require(*OPERATOR_ROLES))
WRITERS = Depends(require(*SUPERVISOR_ROLES))
Skills = Annotated[list[ShortText], Field(max_length=20, default_factory=list)]
ResponderKind = Literal["grid_worker", "station", "property", "volunteer"]
Area = Annotated[Code | None, Query(description="an area's code; those below it too")]


class NewShift(Body):
    """`weekdays`: 1 is Monday, the day on which it begins; `ends` not after `starts`: it ends on
    the next day. Times of the clocks where the responder's area is."""

    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1, max_length=7)]
    starts: WallTime
    ends: WallTime
    valid_from: Day | None = None
    valid_until: Day | None = None


class NewException(Body):
    kind: ExceptionKind
    starts_at: Moment
    ends_at: Moment


class NewResponder(Body):
    name: Line
    phone: Phone
    language: Literal["zh", "en"] = "zh"
    kind: ResponderKind
    area: Code
    skills: Skills
    latitude: Latitude = None
    longitude: Longitude = None


class ResponderChange(Body):
    """Only what is given is changed. `on_duty` false: never on duty, whatever the rota says. Name,
    phone and language are those of the person, whatever else they are."""

    name: Line = ""
    phone: Phone = ""
    language: Literal["zh", "en"] = "zh"
    kind: ResponderKind = "grid_worker"
    area: Code = ""
    on_duty: bool = True
    skills: Skills
    latitude: Latitude = None
    longitude: Longitude = None


@router.get("", summary="Who can be sent", dependencies=[READERS])
def responders(
    request: Request,
    area: Area = None,
    on_duty: bool = False,
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
) -> Response:
    """`on_duty`: only those who work at this moment."""
    deps = deps_of(request)
    with deps.connection() as conn:
        found = _below(conn, rotas.all_responders(conn), area)
        shown = _shown(conn, found, deps)
    return json_response({"items": [r for r in shown if r["on_duty"] or not on_duty][:limit]})


@router.post("", status_code=201, summary="Somebody who can be sent", dependencies=[WRITERS])
def add(request: Request, new: NewResponder) -> Response:
    """Without a rota they count as always on duty."""
    deps = deps_of(request)
    with deps.transaction() as conn:
        person = household.known_person(conn, new.name, new.phone) or people.add_person(
            conn, name=new.name, phone=new.phone, language=new.language
        )
        if people.is_responder(conn, person):
            raise ConflictError(f"{new.name} is a responder already")
        try:
            people.add_responder(conn, person_id=person, kind=new.kind, area=new.area)
        except LookupError:
            raise InvalidError(f"there is no area {new.area}") from None
        made = _the(conn, person)
        _store(
            conn, replace(made, skills=new.skills, latitude=new.latitude, longitude=new.longitude)
        )
        cover_check.check_cover(conn, deps.clock.now(), deps.policy)
    with deps.connection() as conn:
        return json_response(_one(conn, person, deps), 201)


@router.patch("/{person}", summary="Change a responder", dependencies=[WRITERS])
def change(request: Request, person: Id, wanted: ResponderChange) -> Response:
    def work(conn: Connection) -> None:
        new = replace(_the(conn, person), **wanted.model_dump(exclude_unset=True))
        household.change_person(conn, person, name=new.name, phone=new.phone, language=new.language)
        _store(conn, new)

    return _changed(request, person, work)


@router.get("/{person}/rota", summary="When somebody works", dependencies=[READERS])
def rota(request: Request, person: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response(_rota(conn, person, deps))


@router.post(
    "/{person}/shifts", status_code=201, summary="A shift of every week", dependencies=[WRITERS]
)
def add_shift(request: Request, person: Id, new: NewShift) -> Response:
    """The answer names the holes that are left in the cover of the areas concerned."""
    if new.starts.tzinfo or new.ends.tzinfo:
        raise InvalidError("shifts are times of the clocks of the area: leave the zone out")
    if new.valid_from and new.valid_until and new.valid_until < new.valid_from:
        raise InvalidError("valid_until is before valid_from")
    values = new.model_dump() | {"weekdays": sorted(set(new.weekdays))}
    return _changed(request, person, lambda conn: rotas.add_shift(conn, person, **values), 201)


@router.delete(
    "/{person}/shifts/{number}", summary="No such shift any more", dependencies=[WRITERS]
)
def remove_shift(request: Request, person: Id, number: Id) -> Response:
    def work(conn: Connection) -> None:
        if not rotas.remove_shift(conn, person, number):
            raise MissingError("There is no such shift")

    return _changed(request, person, work)


@router.post(
    "/{person}/exceptions",
    status_code=201,
    summary="Absent, or there beside",
    dependencies=[WRITERS],
)
def add_exception(request: Request, person: Id, new: NewException) -> Response:
    """Absence beats every shift."""
    if new.ends_at <= new.starts_at:
        raise InvalidError("ends_at must be after starts_at")
    return _changed(
        request,
        person,
        lambda conn: rotas.add_exception(conn, person, new.kind, new.starts_at, new.ends_at),
        201,
    )


@router.delete("/{person}/exceptions/{number}", summary="It is off", dependencies=[WRITERS])
def remove_exception(request: Request, person: Id, number: Id) -> Response:
    def work(conn: Connection) -> None:
        if not rotas.remove_exception(conn, person, number):
            raise MissingError("There is no such exception")

    return _changed(request, person, work)


def _changed(
    request: Request, person: int, work: Callable[[Connection], object], status: int = 200
) -> Response:
    """Change somebody's rota; show it with the holes it leaves."""
    deps = deps_of(request)
    with deps.transaction() as conn:
        _the(conn, person)
        work(conn)
        cover_check.check_cover(conn, deps.clock.now(), deps.policy)
        return json_response(_rota(conn, person, deps), status)


def _rota(conn: Connection, person: int, deps: ApiDeps) -> dict[str, Any]:
    now = deps.clock.now()
    later = datetime.max.replace(tzinfo=now.tzinfo)
    found = _the(conn, person)
    return {
        "responder": _shown(conn, [found], deps)[0],
        "shifts": rotas.shifts_of(conn, [person]),
        "exceptions": rotas.exceptions_of(conn, [person], now, later),
        "gaps": gaps_below(conn, found.area),
    }


def _store(conn: Connection, new: Responder) -> None:
    """What a responder is, apart from the person. InvalidError: there is no such area."""
    found = rotas.change_responder(
        conn,
        new.person_id,
        kind=new.kind,
        area=new.area,
        on_duty=new.on_duty,
        skills=sorted(set(filter(None, new.skills))),
        latitude=new.latitude,
        longitude=new.longitude,
    )
    if not found:
        raise InvalidError(f"there is no area {new.area}")


def _the(conn: Connection, person: int) -> Responder:
    found = rotas.responder(conn, person)
    if found is None:
        raise MissingError("There is no such responder")
    return found


def _one(conn: Connection, person: int, deps: ApiDeps) -> dict[str, Any]:
    return _shown(conn, [_the(conn, person)], deps)[0]


def _below(conn: Connection, found: list[Responder], area: str | None) -> list[Responder]:
    if area is None:
        return found
    below = set(areas.below(conn, area))
    return [r for r in found if r.area_id in below]


def _shown(conn: Connection, found: list[Responder], deps: ApiDeps) -> list[dict[str, Any]]:
    """`on_duty`: works at this moment; `switched_on`: the switch by hand."""
    working = {r.person_id for r in on_duty(conn, found, deps.clock.now(), deps.policy)}
    return [
        {
            "person_id": r.person_id,
            "name": r.name,
            "kind": r.kind,
            "phone": r.phone,
            "area": r.area,
            "on_duty": r.person_id in working,
            "switched_on": r.on_duty,
            "skills": r.skills,
            "latitude": r.latitude,
            "longitude": r.longitude,
            "active_dispatches": r.load,
        }
        for r in found
    ]
