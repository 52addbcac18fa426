"""JSON routes: areas and the operators one can choose from."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator

from alerts.duty import area_changes
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, require
from api.deps import deps_of
from api.http.fields import Body, Code, HomeCode, Line, Number
from api.http.json_answers import json_response
from api.views.operators import Operators, operators_of
from store.duty import areas
from store.model import Role

router = APIRouter(prefix="/api/v1", tags=["places"])
OPERATORS = Depends(require(*OPERATOR_ROLES))
FITTERS = Depends(require(*OPERATOR_ROLES, Role.INSTALLER))
WRITERS = Depends(require(*SUPERVISOR_ROLES))


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise ValueError("must be the name of a time zone, like Asia/Shanghai") from error
    return name


class NewArea(Body):
    """`parent`: the code of the area it lies in; null: in none."""

    code: Code
    name: Line
    level: Literal["district", "community", "grid"]
    parent: Code | None = None


class AreaChange(Body):
    """Only what is given is changed. `timezone` null: that of the area above; `supervisor`: a
    person's id."""

    name: Line = ""
    parent: Code | None = None
    timezone: Annotated[str, AfterValidator(_zone)] | None = None
    supervisor: Number | None = None


@router.get("/areas", summary="Districts, communities, grids", dependencies=[FITTERS])
def all_areas(request: Request) -> Response:
    """`parent` is the code of the area above, null for a district."""
    with deps_of(request).connection() as conn:
        return json_response({"items": areas.listed(conn)})


@router.post("/areas", status_code=201, summary="A new area", dependencies=[WRITERS])
def add(request: Request, new: NewArea) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        made = area_changes.add_area(
            conn, **new.model_dump(), now=deps.clock.now(), policy=deps.policy
        )
    return json_response(made, 201)


@router.patch("/areas/{code}", summary="Rename, move, supervise an area", dependencies=[WRITERS])
def change(request: Request, code: HomeCode, wanted: AreaChange) -> Response:
    """Homes and people in it and below it go with it."""
    deps = deps_of(request)
    with deps.connection() as conn:
        changed = area_changes.change_area(
            conn, code, wanted.model_dump(exclude_unset=True), deps.clock.now(), deps.policy
        )
    return json_response(changed)


@router.get(
    "/operators",
    summary="Who can own an alarm, and who is at the desk",
    dependencies=[OPERATORS],
    responses={200: {"model": Operators}},
)
def operators(request: Request) -> Response:
    """An alarm is handed over only to who is at the desk."""
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response(operators_of(conn, deps.clock.now(), deps.policy))
