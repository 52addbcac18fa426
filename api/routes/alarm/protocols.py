"""JSON routes: protocols by alarm kind, their lines done, referral to a service."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field, StringConstraints

from alerts.alarm import protocol_steps
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.deps import ApiDeps, deps_of
from api.http.fields import Body, Day, Id, Line, ShortText, Text
from api.http.json_answers import json_response
from api.views.alarms import AlarmView, alarm_views
from store.alarm import alarm_lists, protocols
from store.alarm.protocols import Protocol
from store.model import Kind

router = APIRouter(prefix="/api/v1", tags=["protocols"])
READERS = Depends(require(*OPERATOR_ROLES))
Writer = Annotated[Principal, Depends(require(*SUPERVISOR_ROLES))]
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
LineCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
_SHOWS: dict[int | str, dict[str, Any]] = {200: {"model": AlarmView}}


class ProtocolLine(Body):
    """`code` stands in the journal, null: one is made up; the texts are what the operator reads."""

    code: LineCode | None = None
    zh: Line
    en: Line


class NewProtocol(Body):
    """The next version of the kind's protocol; `review_by`: the day by which it is looked over."""

    kind: Kind
    lines: Annotated[list[ProtocolLine], Field(max_length=100, default_factory=list)]
    review_by: Day


class ServiceReferral(Body):
    """`reference`: the service's own number for it, if they gave one."""

    service: Literal["110", "119", "120", "12345"]
    said: Text
    reference: ShortText = ""


@router.get("/protocols", summary="The protocol of each kind", dependencies=[READERS])
def newest(request: Request, overdue: bool = False) -> Response:
    """`overdue`: only those whose review date has passed."""
    deps = deps_of(request)
    with deps.connection() as conn:
        items = [_shown(p, deps) for p in protocols.newest(conn)]
    return json_response({"items": [i for i in items if i["overdue"] or not overdue]})


@router.get("/protocols/{kind}", summary="All versions of one", dependencies=[READERS])
def versions(request: Request, kind: Kind) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        found = protocols.versions(conn, kind)
    return json_response({"items": [_shown(p, deps) for p in found]})


@router.post("/protocols", status_code=201, summary="Write the next version")
def write(request: Request, me: Writer, new: NewProtocol) -> Response:
    """For alarms raised from now on. The same lines with a later date: a review."""
    deps = deps_of(request)
    lines = [line.model_dump(exclude_none=True) for line in new.lines]
    with deps.connection() as conn:
        made = protocol_steps.write_protocol(
            conn, new.kind, lines, new.review_by, me.user, deps.clock.now(), deps.policy
        )
    return json_response(_shown(made, deps), 201)


@router.post("/alarms/{alarm_id}/protocol/{line}", summary="A line was done", responses=_SHOWS)
def tick(
    request: Request,
    me: Operator,
    alarm_id: Id,
    line: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,40}$")],
) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        now: datetime = deps.clock.now()
        protocol_steps.mark_line_done(conn, alarm_id, line, me.user, now, deps.policy, me.via)
        return json_response(alarm_views(conn, alarm_lists.alarms_by_id(conn, [alarm_id]))[0])


@router.post(
    "/alarms/{alarm_id}/hand-over", summary="An outside service was told", responses=_SHOWS
)
def hand_over(request: Request, me: Operator, alarm_id: Id, told: ServiceReferral) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        protocol_steps.refer(
            conn,
            alarm_id,
            told.service,
            told.said,
            told.reference,
            me.user,
            deps.clock.now(),
            deps.policy,
            me.via,
        )
        return json_response(alarm_views(conn, alarm_lists.alarms_by_id(conn, [alarm_id]))[0])


def _shown(protocol: Protocol, deps: ApiDeps) -> dict[str, Any]:
    today = deps.clock.now().astimezone(deps.policy.timezone).date()
    return {**asdict(protocol), "overdue": protocol.review_by < today}
