"""JSON routes: a door is forced: decided, entered or called off, secured."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts.work import forced_entry
from alerts.work.forced_entry import EntryDecision
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.http.fields import Body, Id, Moment, ShortText, Text
from api.http.json_answers import json_response
from store.work.forced_entries import ForcedEntry

router = APIRouter(prefix="/api/v1/alarms/{alarm_id}/forced-entry", tags=["alarms"])
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
_SHOWS: dict[int | str, dict[str, Any]] = {200: {"model": ForcedEntry}}
_MADE: dict[int | str, dict[str, Any]] = {201: {"model": ForcedEntry}}


class Decision(Body):
    """Who decides is who is logged in. `police`: an officer's name or 110's number for it;
    `reason`: what was seen and heard; `entered_at`: the door is open already, since then."""

    police_present: bool = False
    life_in_danger: bool = False
    police: ShortText = ""
    reason: Text = ""
    locksmith: ShortText = ""
    locksmith_phone: ShortText = ""
    entered_at: Moment | None = None


class Entered(Body):
    """`entered_at`: null: now."""

    entered_at: Moment | None = None


class Secured(Body):
    """`how`: who has secured the door, and how; `secured_at`: null: now."""

    how: ShortText
    secured_at: Moment | None = None


@router.post("", status_code=201, summary="The door is to be forced", responses=_MADE)
def decide(request: Request, me: Operator, alarm_id: Id, said: Decision) -> Response:
    """409 without police, consent and danger to life; with a danger to life never for lack of
    papers. Securing the door becomes a task."""
    deps = deps_of(request)
    now = deps.clock.now()
    facts = EntryDecision(**said.model_dump(exclude={"entered_at"}))
    with deps.transaction() as conn:
        made = forced_entry.decide(conn, alarm_id, facts, me.user, now, deps.policy)
        if said.entered_at is not None:
            made = forced_entry.enter(
                conn, alarm_id, made.id, said.entered_at, me.user, now, deps.policy
            )
        return json_response(made, 201)


@router.post("/{number}/entered", summary="The door was forced", responses=_SHOWS)
def enter(request: Request, me: Operator, alarm_id: Id, number: Id, said: Entered) -> Response:
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        entry = forced_entry.enter(
            conn, alarm_id, number, said.entered_at, me.user, now, deps.policy
        )
        return json_response(entry)


@router.post("/{number}/call-off", summary="Opened otherwise: nothing was forced", responses=_SHOWS)
def call_off(request: Request, me: Operator, alarm_id: Id, number: Id) -> Response:
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        entry = forced_entry.call_off(conn, alarm_id, number, me.user, now, deps.policy)
        return json_response(entry)


@router.post("/{number}/secured", summary="The forced door is secured", responses=_SHOWS)
def secure(request: Request, me: Operator, alarm_id: Id, number: Id, said: Secured) -> Response:
    """Also when the alarm is closed. Its task is done by that."""
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        entry = forced_entry.secure(
            conn, alarm_id, number, said.how, said.secured_at, me.user, now, deps.policy
        )
        return json_response(entry)
