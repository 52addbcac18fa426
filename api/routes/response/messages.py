"""JSON routes: a person's message thread, answers, and messages no rule understood."""

import base64
import binascii
from datetime import datetime
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, StringConstraints

from alerts.response import desk_messages as use_cases
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import InvalidError, MissingError
from api.http.fields import BIGGEST, Body, Code, Id, Number, Text
from api.http.json_answers import json_response
from api.views.alarms import AlarmView, alarm_views
from store.alarm import alarm_lists
from store.home import people
from store.model import Kind
from store.response import messages
from store.response.messages import Message, ThreadPosition

router = APIRouter(prefix="/api/v1", tags=["messages"])
READERS = Depends(require(*OPERATOR_ROLES))
Operator = Annotated[Principal, READERS]
LONGEST = 600
"""Characters of an answer: nine segments of Chinese; a carrier takes 1,600 at most."""


def _something(text: str) -> str:
    if not text:
        raise ValueError("write something")
    return text


Words = Annotated[Text, StringConstraints(max_length=LONGEST), AfterValidator(_something)]


class MessageAnswer(Body):
    """`alarm`: what it is about; its priority decides how it leaves."""

    text: Words
    alarm: Number | None = None


@router.get("/people/{person}/messages", summary="A person's thread", dependencies=[READERS])
def thread(
    request: Request,
    person: Id,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Both directions in the order in which they were written, each with its delivery state. The
    first page is the latest; `next` is the `cursor` of the page before it, null at the
    beginning."""
    before = _position(cursor) if cursor else None
    with deps_of(request).connection() as conn:
        known = people.find_person(conn, person)
        if known is None:
            raise MissingError("There is no such person")
        found = messages.thread(conn, person, before, limit + 1)
    items = found[:limit]
    more = _cursor(items[-1]) if len(found) > limit else None
    return json_response(
        {
            "person": {
                "id": known.id,
                "name": known.name,
                "phone": known.phone,
                "opted_out": known.opted_out_at is not None,
            },
            "items": items[::-1],
            "next": more,
        }
    )


@router.post("/people/{person}/messages", status_code=201, summary="Write to a person")
def answer(request: Request, me: Operator, person: Id, written: MessageAnswer) -> Response:
    """Queued as an SMS. 409: the person has stopped messages or has no number, or the alarm is
    closed or not theirs."""
    deps = deps_of(request)
    with deps.connection() as conn:
        number = use_cases.answer(
            conn,
            person,
            written.text,
            me.user,
            deps.clock.now(),
            deps.policy,
            alarm_id=written.alarm,
            via=me.via,
        )
    return json_response({"notification": number}, 201)


@router.get("/messages", summary="What no rule understood", dependencies=[READERS])
def for_the_desk(
    request: Request,
    unread: bool | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    before: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Response:
    """The newest first; `before` is the id of the last message of the page before. Without
    `unread` those read already, too."""
    with deps_of(request).connection() as conn:
        items = messages.for_desk(conn, unread=unread, before=before, limit=limit)
    return json_response({"items": items})


@router.post("/messages/{message}/read", summary="Somebody has read it")
def read(request: Request, me: Operator, message: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response(use_cases.read(conn, message, me.user, deps.clock.now()))


class AboutHome(Body):
    """`home`: its code. `kind`: what endangers somebody there. `take`: whoever says so owns it."""

    home: Code
    kind: Kind = Kind.HELP_CALL
    take: bool = False


@router.post(
    "/messages/{message}/home",
    status_code=201,
    summary="What was written is about a home: an alarm there",
    responses={201: {"model": AlarmView}},
)
def about_home(request: Request, me: Operator, message: Id, about: AboutHome) -> Response:
    """For a number nobody knows. Opens an alarm by hand with the words as a note, or repeats the
    open one. 409: the message belongs to an alarm already."""
    deps = deps_of(request)
    with deps.connection() as conn:
        alarm = use_cases.tie_to_home(
            conn,
            message,
            about.home,
            about.kind,
            me.user,
            deps.clock.now(),
            deps.policy,
            take=about.take,
            via=me.via,
        )
        shown = alarm_views(conn, alarm_lists.alarms_by_id(conn, [alarm.id]))[0]
    return json_response(shown, 201, {"Location": f"/api/v1/alarms/{alarm.id}"})


def _cursor(last: Message) -> str:
    values = [last.at.isoformat(), last.direction, last.id]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _position(text: str) -> ThreadPosition:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        at, direction, number = orjson.loads(raw)
        position = ThreadPosition(datetime.fromisoformat(at), direction, number)
    except (ValueError, TypeError, binascii.Error) as error:
        raise _foreign() from error
    known = direction in ("in", "out") and type(number) is int and 0 < number <= BIGGEST
    if not known or position.at.tzinfo is None:
        raise _foreign()
    return position


def _foreign() -> InvalidError:
    return InvalidError("the cursor is not one of ours: take `next` of the page before")
