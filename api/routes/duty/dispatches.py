"""JSON routes: accept, decline, en route, arrive, done; by the responder or an operator."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from alerts.alarm import dispatching
from alerts.policy import Policy
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import Body, Id, Text
from api.http.json_answers import json_response
from api.views.dispatch_details import DispatchDetail, dispatch_detail
from store.db import Connection
from store.duty import dispatches
from store.model import Dispatch, DispatchState, Role

router = APIRouter(prefix="/api/v1", tags=["dispatches"])
Mover = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.RESPONDER))]


class Move(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    EN_ROUTE = "en-route"
    ARRIVE = "arrive"
    DONE = "done"
    NOT_THERE = "not-there"
    """It was a mistake that they have arrived: they are still on the way."""


STATE_AFTER_MOVE = {
    Move.ACCEPT: DispatchState.ACCEPTED,
    Move.DECLINE: DispatchState.DECLINED,
    Move.EN_ROUTE: DispatchState.EN_ROUTE,
    Move.ARRIVE: DispatchState.ARRIVED,
    Move.DONE: DispatchState.DONE,
    Move.NOT_THERE: DispatchState.EN_ROUTE,
}


@router.get("/dispatches/{dispatch_id}", summary="A dispatch as its responder sees it")
def one(request: Request, me: Mover, dispatch_id: Id) -> Response:
    """`access_notes` and `key_holders` only between accepting and the end; looks are recorded."""
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response(detail_for(conn, dispatch_id, me, deps.clock.now()))


class DispatchReport(Body):
    """`eta_minutes` until they are there; `finding`: what was found, when done."""

    eta_minutes: Annotated[int | None, Field(ge=0, le=1440)] = None
    finding: Text | None = None


@router.post("/alarms/{alarm_id}/dispatches/{dispatch_id}/{move}", summary="Move a dispatch on")
def move_of_alarm(
    request: Request,
    me: Mover,
    alarm_id: Id,
    dispatch_id: Id,
    move: Move,
    said: DispatchReport | None = None,
) -> Response:
    """The same again changes nothing; what does not follow from the present state is 409."""
    return json_response(
        move_for(request, me, dispatch_id, move, said or DispatchReport(), alarm_id)
    )


@router.post("/dispatches/{dispatch_id}/{move}", summary="Move a dispatch on")
def move(
    request: Request, me: Mover, dispatch_id: Id, move: Move, said: DispatchReport | None = None
) -> Response:
    """The same by the dispatch's number alone."""
    return json_response(move_for(request, me, dispatch_id, move, said or DispatchReport()))


def detail_for(conn: Connection, dispatch_id: int, me: Principal, now: datetime) -> DispatchDetail:
    """MissingError: there is none, or it is not theirs."""
    found = dispatches.get(conn, dispatch_id)
    shown = None
    if found is not None and _theirs(found, me):
        shown = dispatch_detail(
            conn, found, now, viewer=me.user.person_id, via=me.via, operator=me.user.at_the_desk
        )
    if shown is None:
        raise MissingError("There is no such dispatch, or it is not yours")
    return shown


def move_for(
    request: Request,
    me: Principal,
    dispatch_id: int,
    move: Move,
    report: DispatchReport,
    alarm_id: int | None = None,
) -> Dispatch:
    """Move somebody's own dispatch on, or any for an operator. MissingError, RefusedError."""
    deps = deps_of(request)
    with deps.connection() as conn:
        found = dispatches.get(conn, dispatch_id)
        if found is None or not _theirs(found, me) or alarm_id not in (None, found.alarm_id):
            raise MissingError("There is no such dispatch, or it is not yours")
        responder = me.user.role == Role.RESPONDER
        actor = f"responder:{me.user.person_id}" if responder else me.actor
        now, policy = deps.clock.now(), deps.policy
        return make_move(
            conn, dispatch_id, move, report, actor=actor, via=me.via, now=now, policy=policy
        )


def make_move(
    conn: Connection,
    dispatch_id: int,
    move: Move,
    report: DispatchReport,
    *,
    actor: str,
    via: str,
    now: datetime,
    policy: Policy,
) -> Dispatch:
    """RefusedError: it does not follow from the present state."""
    if move == Move.NOT_THERE:
        return dispatching.take_back_arrival(
            conn, dispatch_id, actor=actor, via=via, now=now, policy=policy
        )
    return dispatching.move(
        conn,
        dispatch_id,
        STATE_AFTER_MOVE[move],
        actor=actor,
        via=via,
        now=now,
        policy=policy,
        eta_minutes=report.eta_minutes,
        finding=report.finding,
    )


def _theirs(dispatch: Dispatch, me: Principal) -> bool:
    return me.user.at_the_desk or dispatch.responder_id == me.user.person_id
