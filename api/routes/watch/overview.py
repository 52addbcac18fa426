"""JSON routes: lists over all homes: warnings, threads, modes in force, outages."""

from dataclasses import asdict

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, require
from api.deps import deps_of
from api.http.json_answers import json_response
from api.views.alarms import alarm_views
from api.views.centre_warnings import RECENT_THREADS, centre_warnings
from store.alarm import alarm_lists
from store.watch import desk_notices

router = APIRouter(prefix="/api/v1", tags=["desk"])
READERS = Depends(require(*OPERATOR_ROLES))


@router.get("/warnings", summary="What the desk must see to", dependencies=[READERS])
def listed(request: Request) -> Response:
    """`stalled`: parts of the centre that stand still; empty: it works. Holes in the cover, homes
    without a contact to count on, contacts who sent STOP, modes that wait for a second person.
    `too_much`: homes that send more than they may; `whats`: messages, devices, letters, configs,
    time, templates."""
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response(asdict(centre_warnings(conn, deps)))


@router.get("/threads", summary="Who wrote lately, who waits is first", dependencies=[READERS])
def threads(request: Request) -> Response:
    """Of the last 14 days, and whoever is unread. `strangers`: unread messages of numbers nobody
    knows."""
    deps = deps_of(request)
    with deps.connection() as conn:
        found = desk_notices.writers(conn, deps.clock.now() - RECENT_THREADS)
        return json_response({"items": found, "strangers": desk_notices.strangers(conn)})


@router.get("/modes", summary="Homes in a mode now", dependencies=[READERS])
def modes(request: Request) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response({"items": desk_notices.modes_in_force(conn, deps.clock.now())})


@router.get("/outages", summary="Areas that are cut off", dependencies=[READERS])
def outages(request: Request) -> Response:
    """`items`: open outages as alarms; `hubs_down`: silent hubs by area, the worst first."""
    with deps_of(request).connection() as conn:
        items = alarm_views(conn, alarm_lists.alarms_by_id(conn, desk_notices.outages(conn)))
        return json_response({"items": items, "hubs_down": desk_notices.hubs_down(conn)})
