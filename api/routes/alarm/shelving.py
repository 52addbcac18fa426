"""JSON routes: shelve an alarm for a time, link alarms of one home."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts.alarm import linking, shelving
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.http.fields import Body, Id, Moment, Number, Text
from api.http.json_answers import json_response
from api.views.alarms import AlarmView, alarm_views
from store.alarm import alarm_lists
from store.db import Connection

router = APIRouter(prefix="/api/v1/alarms/{alarm_id}", tags=["alarms"])
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
_SHOWS: dict[int | str, dict[str, Any]] = {200: {"model": AlarmView}}


class Shelve(Body):
    """`until` with a time zone; `reason` becomes a note of the alarm."""

    until: Moment
    reason: Text


class Link(Body):
    """`alarm`: another alarm of the same home."""

    alarm: Number


@router.post("/shelve", summary="Hide an alarm for a limited time", responses=_SHOWS)
def shelve(request: Request, me: Operator, alarm_id: Id, wanted: Shelve) -> Response:
    """It comes back by itself. A life-safety alarm stays visible (`shelving_asked`) until another
    operator has confirmed."""
    deps = deps_of(request)
    with deps.connection() as conn:
        now = deps.clock.now()
        shelving.shelve(conn, alarm_id, wanted.until, wanted.reason, me.user, now, me.via)
        return _as_it_is(conn, alarm_id)


@router.post("/shelve/confirm", summary="Agree, as the second person", responses=_SHOWS)
def confirm(request: Request, me: Operator, alarm_id: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        shelving.confirm(conn, alarm_id, me.user, deps.clock.now(), me.via)
        return _as_it_is(conn, alarm_id)


@router.post("/unshelve", summary="Show it again before its time", responses=_SHOWS)
def unshelve(request: Request, me: Operator, alarm_id: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        shelving.unshelve(conn, alarm_id, me.user, deps.clock.now(), deps.policy, me.via)
        return _as_it_is(conn, alarm_id)


@router.post("/link", summary="Show it together with another of its home", responses=_SHOWS)
def link(request: Request, me: Operator, alarm_id: Id, wanted: Link) -> Response:
    """Linked alarms are shown together. Closing one leaves the others open: the answer of `close`
    lists them in `linked`."""
    deps = deps_of(request)
    with deps.connection() as conn:
        linking.link(conn, alarm_id, wanted.alarm, me.user, deps.clock.now(), me.via)
        return _as_it_is(conn, alarm_id)


def _as_it_is(conn: Connection, alarm_id: int) -> Response:
    return json_response(alarm_views(conn, alarm_lists.alarms_by_id(conn, [alarm_id]))[0])
