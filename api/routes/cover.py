"""The cover of the areas: where nobody will be on duty, and the clocks shifts are read by."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator

from alerts import cover
from api.auth import DESK, SUPERVISORS, require
from api.deps import deps_of
from api.errors import InvalidError, MissingError
from api.fields import BIGGEST, Body, Code, HomeCode, Number
from api.views import json_response
from store import duty, people, records, views
from store.db import Connection
from store.duty import Gap

router = APIRouter(prefix="/api/v1", tags=["duty"])
READERS = Depends(require(*DESK))
WRITERS = Depends(require(*SUPERVISORS))
Area = Annotated[Code | None, Query(description="an area's code; those below it too")]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise ValueError("must be the name of a time zone, like Asia/Shanghai") from error
    return name


class AreaChange(Body):
    """`timezone` null: that of the area above; `supervisor`: a person's id."""

    timezone: Annotated[str, AfterValidator(_zone)] | None = None
    supervisor: Number | None = None


@router.patch("/areas/{code}", summary="An area's time zone and supervisor",
              dependencies=[WRITERS])  # fmt: skip
def change_area(request: Request, code: HomeCode, wanted: AreaChange) -> Response:
    deps = deps_of(request)
    with deps.transaction() as conn:
        found = next((a for a in records.areas(conn) if a.code == code), None)
        if found is None:
            raise MissingError("There is no such area")
        given = wanted.model_dump(exclude_unset=True)
        supervisor = given.get("supervisor", found.supervisor)
        if supervisor is not None and people.find_person(conn, supervisor) is None:
            raise InvalidError("there is no such person")
        timezone = given.get("timezone", found.timezone)
        duty.change_area(conn, code, timezone=timezone, supervisor_id=supervisor)
        cover.check(conn, deps.clock.now(), deps.policy)
        return json_response(next(a for a in records.areas(conn) if a.code == code))


@router.get("/cover", summary="Where nobody will be on duty", dependencies=[READERS])
def holes(request: Request, area: Area = None) -> Response:
    """Holes in the time ahead as of `checked_at`; it is looked every ten minutes and after each
    change. A notice for the desk (priority 4), not an alarm of a home."""
    with deps_of(request).connection() as conn:
        checked_at, until = duty.cover_checked(conn)
        items = gaps_below(conn, area)
    return json_response({"checked_at": checked_at, "until": until, "priority": 4, "items": items})


@router.get("/cover/journal", summary="What became of the holes", dependencies=[READERS])
def cover_journal(
    request: Request,
    area: Area = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Response:
    """The newest first; `before` is the id of the last line of the page before."""
    with deps_of(request).connection() as conn:
        below = views.areas_below(conn, area) if area else None
        return json_response({"items": duty.cover_events(conn, below, before, limit)})


def gaps_below(conn: Connection, area: str | None) -> list[Gap]:
    """As the last check found them, for an area and those below it; None: everywhere."""
    return duty.gaps(conn, views.areas_below(conn, area) if area else None)
