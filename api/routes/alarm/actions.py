"""JSON routes: acknowledge, transfer, dispatch, note, reach the resident, close, and a contact's
answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts.alarm import closing, making_calls, operator_actions, resident_contact
from alerts.response.sms_replies import respond
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import Body, Id, Number, Text
from api.http.json_answers import json_response
from api.views.alarm_details import visible_alarm
from api.views.alarms import AlarmView, alarm_views
from store.alarm import alarm_lists
from store.db import Connection
from store.home import people
from store.model import Answer, Outcome, Role

router = APIRouter(prefix="/api/v1/alarms/{alarm_id}", tags=["alarms"])
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Relative = Annotated[Principal, Depends(require(Role.FAMILY))]
_SHOWS: dict[int | str, dict[str, Any]] = {200: {"model": AlarmView}}


class Transfer(Body):
    """`to`: the user who is to own it."""

    to: Number


class Send(Body):
    """`responder`: a responder's person id."""

    responder: Number


class Note(Body):
    text: Text


class Close(Body):
    """`still_reported`: they know that the detector still reports it; without, such an alarm is
    not closed (409)."""

    outcome: Outcome
    note: Text = ""
    still_reported: bool = False


class Contact(Body):
    """`reached` false: they were tried and nobody answered."""

    reached: bool


class Answered(Body):
    answer: Answer


@router.post("/acknowledge", summary="Take the alarm and own it", responses=_SHOWS)
def acknowledge(request: Request, me: Operator, alarm_id: Id) -> Response:
    """By its owner again: nothing changes. Owned by another: 409 with `owner`."""
    deps = deps_of(request)
    with deps.connection() as conn:
        operator_actions.acknowledge(conn, alarm_id, me.user, deps.clock.now(), deps.policy, me.via)
        return _as_it_is(conn, alarm_id)


@router.post("/transfer", summary="Give the alarm to another operator", responses=_SHOWS)
def transfer(request: Request, me: Operator, alarm_id: Id, wanted: Transfer) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        operator_actions.transfer(conn, alarm_id, wanted.to, me.user, deps.clock.now())
        return _as_it_is(conn, alarm_id)


@router.post("/dispatch", summary="Send a responder", responses=_SHOWS)
def dispatch(request: Request, me: Operator, alarm_id: Id, wanted: Send) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        now = deps.clock.now()
        operator_actions.dispatch(conn, alarm_id, wanted.responder, me.user, now, deps.policy)
        return _as_it_is(conn, alarm_id)


@router.post("/note", summary="Write down what was said or done", responses=_SHOWS)
def note(request: Request, me: Operator, alarm_id: Id, written: Note) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        operator_actions.note(conn, alarm_id, written.text, me.user, deps.clock.now(), deps.policy)
        return _as_it_is(conn, alarm_id)


@router.post("/contact", summary="Whether somebody has reached the resident", responses=_SHOWS)
def contact(request: Request, me: Operator, alarm_id: Id, said: Contact) -> Response:
    """Reached ends the prompt to call an ambulance, until they are tried again and not reached."""
    deps = deps_of(request)
    with deps.connection() as conn:
        resident_contact.note_contact(
            conn,
            alarm_id,
            reached=said.reached,
            by=me.user,
            now=deps.clock.now(),
            policy=deps.policy,
            via=me.via,
        )
        return _as_it_is(conn, alarm_id)


@router.post("/close", summary="End the alarm with an outcome", responses=_SHOWS)
def close(request: Request, me: Operator, alarm_id: Id, ended: Close) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        now = deps.clock.now()
        closing.close(
            conn,
            alarm_id,
            ended.outcome,
            ended.note,
            me.user,
            now,
            deps.policy,
            asked=ended.still_reported,
        )
        return _as_it_is(conn, alarm_id)


@router.post(
    "/make-call", summary="Make the press of a button not set up a help call", responses=_SHOWS
)
def make_call(request: Request, me: Operator, alarm_id: Id) -> Response:
    """Answers with the help call; the warning is closed and linked to it."""
    deps = deps_of(request)
    with deps.connection() as conn:
        call = making_calls.make_call(conn, alarm_id, me.user, deps.clock.now(), deps.policy)
        return _as_it_is(conn, call.id)


@router.post("/respond", summary="A contact's answer: going, cannot, seen", responses=_SHOWS)
def answer(request: Request, me: Relative, alarm_id: Id, given: Answered) -> Response:
    """Names the contact and pauses those after them; the alarm stays with the centre."""
    deps = deps_of(request)
    with deps.connection() as conn:
        person = people.find_person(conn, me.user.person_id)
        if person is None or visible_alarm(conn, alarm_id, me.user) is None:
            raise MissingError("There is no such alarm, or it is not yours to see")
        now = deps.clock.now()
        respond(conn, alarm_id, person, given.answer, via=me.via, now=now, policy=deps.policy)
        return _as_it_is(conn, alarm_id)


def _as_it_is(conn: Connection, alarm_id: int) -> Response:
    """The alarm after what was done and committed: nobody waits for our reading."""
    return json_response(alarm_views(conn, alarm_lists.alarms_by_id(conn, [alarm_id]))[0])
