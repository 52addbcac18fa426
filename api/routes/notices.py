"""What the desk must know beside the alarms."""

from dataclasses import asdict

from fastapi import APIRouter, Depends, Request, Response

from api.auth import DESK, require
from api.deps import deps_of
from api.notices import LIVELY, warnings
from api.views import alarm_views, json_response
from store import notices, views

router = APIRouter(prefix="/api/v1", tags=["desk"])
READERS = Depends(require(*DESK))


@router.get("/warnings", summary="What the desk must see to", dependencies=[READERS])
def listed(request: Request) -> Response:
    """`stalled`: parts of the centre that stand still; empty: it works. Holes in the cover, homes
    without a contact to count on, contacts who sent STOP, modes that wait for a second person."""
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response(asdict(warnings(conn, deps)))


@router.get("/threads", summary="Who wrote lately, who waits is first", dependencies=[READERS])
def threads(request: Request) -> Response:
    """Of the last 14 days, and whoever is unread. `strangers`: unread messages of numbers nobody
    knows."""
    deps = deps_of(request)
    with deps.connection() as conn:
        found = notices.writers(conn, deps.clock.now() - LIVELY)
        return json_response({"items": found, "strangers": notices.strangers(conn)})


@router.get("/modes", summary="Homes in a mode now", dependencies=[READERS])
def modes(request: Request) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response({"items": notices.modes_in_force(conn, deps.clock.now())})


@router.get("/outages", summary="Areas that are cut off", dependencies=[READERS])
def outages(request: Request) -> Response:
    """`items`: open outages as alarms; `hubs_down`: silent hubs by area, the worst first."""
    with deps_of(request).connection() as conn:
        items = alarm_views(conn, views.alarms_by_id(conn, notices.outages(conn)))
        return json_response({"items": items, "hubs_down": notices.hubs_down(conn)})
