"""JSON routes: work orders for batteries, repairs, connections."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from alerts.work import work_orders as use_cases
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import InvalidError, MissingError
from api.http.fields import BIGGEST, Body, Code, DeviceCode, Id, Moment, Number, Text
from api.http.json_answers import json_response
from store.model import Role
from store.work import work_orders
from store.work.work_orders import Work, WorkOrder, WorkState

router = APIRouter(prefix="/api/v1/work-orders", tags=["work"])
WORKERS = Depends(require(*OPERATOR_ROLES, Role.INSTALLER))
Worker = Annotated[Principal, WORKERS]
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
_OPEN = (WorkState.OPEN, WorkState.ASSIGNED)
_STATES: dict[str, tuple[WorkState, ...]] = {
    "open": _OPEN,
    "closed": (WorkState.DONE, WorkState.CANCELLED),
    "all": tuple(WorkState),
}


class NewOrder(Body):
    """`device` null: the hub."""

    kind: Work
    home: Code
    device: DeviceCode | None = None
    due_at: Moment


class Assignment(Body):
    """`owner`: the user who is to do it."""

    owner: Number


class Ending(Body):
    """`note`: what was found and done."""

    note: Text = ""


@router.get("", summary="Work orders, the one due first is first")
def listed(
    request: Request,
    me: Worker,
    state: Literal["open", "closed", "all"] = "open",
    home: Annotated[Code | None, Query(description="a home's code")] = None,
    mine: bool = False,
    overdue: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Response:
    """`overdue` of an item: its date has passed and it is not finished; `escalated_at`: the
    supervisor was told. `after` is the id of the last of the page before."""
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        items = work_orders.listed(
            conn,
            states=_OPEN if overdue else _STATES[state],
            home=home,
            owner_id=me.user.id if mine else None,
            due_before=now if overdue else None,
            after=after,
            limit=limit,
        )
    return json_response({"items": [_shown(order, now) for order in items]})


@router.get("/{number}", summary="One work order", dependencies=[WORKERS])
def one(request: Request, number: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        found = work_orders.get(conn, number)
    if found is None:
        raise MissingError("There is no such work order")
    return json_response(_shown(found, deps.clock.now()))


@router.post("", status_code=201, summary="A work order by hand", dependencies=[WORKERS])
def create(request: Request, new: NewOrder) -> Response:
    """409: there is an open one for this device and kind of work already."""
    deps = deps_of(request)
    now = deps.clock.now()
    check_due(new.due_at, now)
    with deps.connection() as conn:
        made = use_cases.create(conn, new.kind, new.home, new.device, new.due_at, now)
    return json_response(_shown(made, now), 201, {"Location": f"{router.prefix}/{made.id}"})


@router.post("/{number}/assign", summary="Give it to somebody, or take it")
def assign(request: Request, me: Worker, number: Id, wanted: Assignment) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        order = use_cases.assign(conn, number, wanted.owner, me.user)
    return json_response(_shown(order, deps.clock.now()))


@router.post("/{number}/done", summary="The work is done")
def done(request: Request, me: Worker, number: Id, ending: Ending) -> Response:
    """Its technical alarms close where nobody owns them."""
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        order = use_cases.done(conn, number, ending.note, me.user, now, deps.policy)
    return json_response(_shown(order, now))


@router.post("/{number}/cancel", summary="It need not be done")
def cancel(request: Request, me: Operator, number: Id, ending: Ending) -> Response:
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        order = use_cases.cancel(conn, number, ending.note, me.user, now)
    return json_response(_shown(order, now))


def check_due(due_at: datetime, now: datetime) -> None:
    """InvalidError: the date has passed."""
    if due_at <= now:
        raise InvalidError("due_at has passed: choose a later time")


def _shown(order: WorkOrder, now: datetime) -> dict[str, Any]:
    return {**asdict(order), "overdue": order.state in _OPEN and order.due_at <= now}
