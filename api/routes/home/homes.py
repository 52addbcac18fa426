"""JSON routes: the list of homes, one home's file, who saw its access notes."""

from dataclasses import asdict, replace
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import ConflictError, InvalidError, MissingError
from api.http.fields import BIGGEST, Body, Code, HomeCode, Line, Text
from api.http.json_answers import json_response
from api.http.phone_numbers import Phone
from store.access import address_views
from store.alarm import alarm_lists
from store.db import Connection
from store.duty import areas
from store.home import household, registry
from store.home.household import Home
from store.model import Role, User

router = APIRouter(prefix="/api/v1/homes", tags=["homes"])
Viewer = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.FAMILY, Role.INSTALLER))]
EDITORS = Depends(require(*OPERATOR_ROLES))
AUDITORS = Depends(require(*SUPERVISOR_ROLES))
Editor = Annotated[Principal, EDITORS]
Latitude = Annotated[float | None, Field(ge=-90, le=90)]
Longitude = Annotated[float | None, Field(ge=-180, le=180)]


class NewHome(Body):
    """`area` is an area's code, `phone` the flat's or the hub's own."""

    code: Code
    area: Code
    address: Line
    phone: Phone | None = None
    access_notes: Text = ""
    latitude: Latitude = None
    longitude: Longitude = None


class HomeChange(Body):
    """Only what is given is changed; null empties what may be empty."""

    area: Code = ""
    address: Line = ""
    phone: Phone | None = None
    access_notes: Text = ""
    latitude: Latitude = None
    longitude: Longitude = None


@router.get("", summary="Homes by code")
def homes(
    request: Request,
    me: Viewer,
    area: Annotated[Code | None, Query(description="an area's code; those below it too")] = None,
    q: Annotated[str | None, Query(max_length=64, description="code, address, resident")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[Code | None, Query()] = None,
) -> Response:
    with deps_of(request).connection() as conn:
        within = areas.below(conn, area) if area else None
        found = household.homes(
            conn,
            only=_theirs(conn, me.user),
            areas=within,
            search=q,
            after=cursor,
            limit=limit + 1,
        )
    more = found[limit - 1].code if len(found) > limit else None
    return json_response({"items": [_listed(h) for h in found[:limit]], "next": more})


@router.get("/{code}", summary="A home's file")
def home(request: Request, me: Viewer, code: HomeCode) -> Response:
    """The desk and the family see who belongs to it, an installer its residents' names and its
    devices; how to get in, only the desk."""
    deps = deps_of(request)
    with deps.connection() as conn:
        found = home_for(conn, me.user, code)
        if me.user.at_the_desk:
            address_views.add(
                conn,
                home_id=found.id,
                person_id=me.user.person_id,
                via=me.via,
                now=deps.clock.now(),
            )
        return json_response(_file(conn, found, me.user))


@router.get("/{code}/access-views", summary="Who saw how to get in", dependencies=[AUDITORS])
def seen_by(
    request: Request,
    code: HomeCode,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Response:
    """The newest first; `before` is the id of the last line of the page before."""
    with deps_of(request).connection() as conn:
        found = household.home(conn, code)
        if found is None:
            raise MissingError("There is no such home")
        return json_response({"items": address_views.of_home(conn, found.id, before, limit)})


@router.post("", status_code=201, summary="A new home", dependencies=[EDITORS])
def add(request: Request, new: NewHome) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        try:
            number = registry.add_home(conn, **new.model_dump(), now=deps.clock.now())
        except psycopg.errors.UniqueViolation:
            raise ConflictError(f"there is a home {new.code} already") from None
        if number is None:
            raise InvalidError(f"there is no area {new.area}")
        made = household.home(conn, new.code)
    return json_response(made, 201, {"Location": f"/api/v1/homes/{new.code}"})


@router.patch("/{code}", summary="Change a home")
def change(request: Request, me: Editor, code: HomeCode, wanted: HomeChange) -> Response:
    with deps_of(request).transaction() as conn:
        household.lock_home(conn, code)
        changed = replace(home_for(conn, me.user, code), **wanted.model_dump(exclude_unset=True))
        if not household.change_home(conn, changed):
            raise InvalidError(f"there is no area {changed.area}")
        return json_response(household.home(conn, code))


def home_for(conn: Connection, user: User, code: str) -> Home:
    """MissingError: there is no such home, or it is not this user's to see."""
    found = household.home(conn, code)
    theirs = _theirs(conn, user)
    if found is None or (theirs is not None and found.id not in theirs):
        raise MissingError("There is no such home, or it is not yours to see")
    return found


def _theirs(conn: Connection, user: User) -> list[int] | None:
    """Ids of the homes a user may see; None: all."""
    if user.role == Role.FAMILY:
        return alarm_lists.homes_of_contact(conn, user.person_id)
    return None


def _listed(home: Home) -> dict[str, Any]:
    """A list is no reason to show how to get in."""
    return {**asdict(home), "access_notes": None}


def _file(conn: Connection, home: Home, user: User) -> dict[str, Any]:
    people = user.role != Role.INSTALLER
    residents = household.residents(conn, home.id)
    return {
        **asdict(home),
        "access_notes": home.access_notes if user.at_the_desk else None,
        "area_path": areas.paths(conn, [home.area_id]).get(home.area_id, []),
        "residents": residents if people else [{"id": r.id, "name": r.name} for r in residents],
        "contacts": household.contacts(conn, home.id) if people else [],
        "key_holders": household.key_holders(conn, home.id) if people else [],
        "devices": household.devices(conn, home.id),
    }
