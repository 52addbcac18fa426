"""JSON routes: gaps in the duty cover of areas, and their journal."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access.auth import OPERATOR_ROLES, require
from api.deps import deps_of
from api.http.fields import BIGGEST, Code
from api.http.json_answers import json_response
from store.db import Connection
from store.duty import areas, cover
from store.duty.cover import Gap

router = APIRouter(prefix="/api/v1", tags=["duty"])
READERS = Depends(require(*OPERATOR_ROLES))
Area = Annotated[Code | None, Query(description="an area's code; those below it too")]


@router.get("/cover", summary="Where nobody will be on duty", dependencies=[READERS])
def holes(request: Request, area: Area = None) -> Response:
    """Holes in the time ahead as of `checked_at`; it is looked every ten minutes and after each
    change. A notice for the desk (priority 4), not an alarm of a home."""
    with deps_of(request).connection() as conn:
        checked_at, until = cover.cover_checked(conn)
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
        below = areas.below(conn, area) if area else None
        return json_response({"items": cover.cover_events(conn, below, before, limit)})


def gaps_below(conn: Connection, area: str | None) -> list[Gap]:
    """As the last check found them, for an area and those below it; None: everywhere."""
    return cover.gaps(conn, areas.below(conn, area) if area else None)
