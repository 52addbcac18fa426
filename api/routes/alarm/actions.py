"""JSON routes: acknowledge, transfer, dispatch, note, reach the resident, close, and a contact's
answer."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from alerts.alarm import by_hand, closing, operator_actions, resident_contact
from alerts.alarm.closing import AlsoClosed
from alerts.response.contact_answers import respond
from alerts.response.replies.reply_times import LONGEST_WAY
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import Body, Id, Number, ShortText, Text
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
MOST_TOGETHER = 20
"""Alarms that one act serves: more than a home has kinds of dangers."""
MOST_OF_HOSPITAL = 60
"""Characters: the text to the family stays within two segments."""
_SHOWS: dict[int | str, dict[str, Any]] = {200: {"model": AlarmView}}


class Transfer(Body):
    """`to`: the user who is to own it."""

    to: Number


class Send(Body):
    """`responder`: a responder's person id."""

    responder: Number


class Note(Body):
    text: Text


class Acknowledge(Body):
    """`also`: other open dangers of the home that were seen and are taken together with it."""

    also: Annotated[tuple[Number, ...], Field(max_length=MOST_TOGETHER)] = ()


class CloseAlso(Body):
    """Another danger of the home that is over. `count`: how often it had been signalled when it was
    looked at; when it has come again since, nothing is closed (409)."""

    alarm: Number
    outcome: Outcome
    count: Annotated[int, Field(ge=1)]


class Close(Body):
    """`still_reported`: they know that the detector still reports it; `spoken_to`: they have spoken
    to the resident who says that it was a mistake. Without, such an alarm is not closed (409).
    `count`: how often it had been signalled when it was looked at; given, an alarm that has come
    again since is not closed (409). `also`: other dangers of the home that are over; none that a
    detector still reports (409). `hospital`: where somebody was taken, told to the family; kept
    with a medical outcome, a fall, a forced entry and an ambulance."""

    outcome: Outcome
    note: Text = ""
    hospital: Annotated[ShortText, Field(max_length=MOST_OF_HOSPITAL)] = ""
    still_reported: bool = False
    count: Annotated[int | None, Field(ge=1)] = None
    also: Annotated[tuple[CloseAlso, ...], Field(max_length=MOST_TOGETHER)] = ()
    spoken_to: bool = False


class Contact(Body):
    """`reached` false: they were tried and nobody answered."""

    reached: bool


class Answered(Body):
    """`eta_minutes`: of who is going, until they are there; who needs longer is no help."""

    answer: Answer
    eta_minutes: Annotated[int | None, Field(ge=0, le=LONGEST_WAY)] = None


@router.post("/acknowledge", summary="Take the alarm and own it", responses=_SHOWS)
def acknowledge(
    request: Request, me: Operator, alarm_id: Id, wanted: Acknowledge | None = None
) -> Response:
    """By its owner again: nothing changes. Owned by another: 409 with `owner`. What of `also` is
    closed or somebody else's by now stays as it is."""
    deps = deps_of(request)
    with deps.connection() as conn:
        now, also = deps.clock.now(), wanted.also if wanted else ()
        operator_actions.acknowledge(conn, alarm_id, me.user, now, deps.policy, me.via, also)
        return _as_it_is(conn, alarm_id)


@router.post("/transfer", summary="Give the alarm to another operator", responses=_SHOWS)
def transfer(request: Request, me: Operator, alarm_id: Id, wanted: Transfer) -> Response:
    """With it goes every danger of the home that the same person owns. To who is not at the desk:
    409. `GET /api/v1/operators` tells who is."""
    deps = deps_of(request)
    with deps.connection() as conn:
        now = deps.clock.now()
        operator_actions.transfer(conn, alarm_id, wanted.to, me.user, now, deps.policy)
        return _as_it_is(conn, alarm_id)


@router.post("/dispatch", summary="Send a responder", responses=_SHOWS)
def dispatch(request: Request, me: Operator, alarm_id: Id, wanted: Send) -> Response:
    """The dispatch serves all open dangers of the home, and those that come while it lasts."""
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
            count=ended.count,
            also=[AlsoClosed(each.alarm, each.outcome, each.count) for each in ended.also],
            spoken=ended.spoken_to,
            hospital=ended.hospital,
        )
        return _as_it_is(conn, alarm_id)


@router.post(
    "/make-call", summary="Make the press of a button not set up a help call", responses=_SHOWS
)
def make_call(request: Request, me: Operator, alarm_id: Id) -> Response:
    """Answers with the help call; the warning is closed and linked to it."""
    deps = deps_of(request)
    with deps.connection() as conn:
        call = by_hand.make_call(conn, alarm_id, me.user, deps.clock.now(), deps.policy)
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
        respond(
            conn,
            alarm_id,
            person,
            given.answer,
            via=me.via,
            now=now,
            policy=deps.policy,
            eta_minutes=given.eta_minutes,
        )
        return _as_it_is(conn, alarm_id)


def _as_it_is(conn: Connection, alarm_id: int) -> Response:
    """The alarm after what was done and committed: nobody waits for our reading."""
    return json_response(alarm_views(conn, alarm_lists.alarms_by_id(conn, [alarm_id]))[0])
