"""JSON routes: residents' signed consents to their door being forced."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import StringConstraints

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import ConflictError, InvalidError, MissingError
from api.http.fields import Body, Day, HomeCode, Id, Number, ShortText
from api.http.json_answers import json_response
from api.routes.home.homes import home_for
from store.db import Connection
from store.home import entry_consents, household
from store.home.entry_consents import EntryConsent
from store.home.household import Home, Resident

router = APIRouter(prefix="/api/v1/homes/{code}/entry-consents", tags=["people"])
Editor = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


class NewConsent(Body):
    """`resident`: the person id of somebody who lives there; `document`: where the signed paper
    is."""

    resident: Number
    given_on: Day
    document: Annotated[ShortText, StringConstraints(min_length=1)]


@dataclass(frozen=True, slots=True)
class EntryConsents:
    """What is in force first, then the newest; the withdrawn ones, too."""

    items: list[EntryConsent]


@router.get("", summary="Consents to forcing the door", responses={200: {"model": EntryConsents}})
def consents(request: Request, me: Editor, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        home = home_for(conn, me.user, code)
        return json_response(EntryConsents(entry_consents.of_home(conn, home.id)))


@router.post(
    "",
    status_code=201,
    summary="A resident has signed",
    responses={201: {"model": EntryConsent}},
)
def give(request: Request, me: Editor, code: HomeCode, new: NewConsent) -> Response:
    """One in force a resident: the earlier one is withdrawn first."""
    deps = deps_of(request)
    now = deps.clock.now()
    if new.given_on > now.astimezone(deps.policy.timezone).date():
        raise InvalidError("given_on lies in the future")
    with deps.transaction() as conn:
        home = home_for(conn, me.user, code)
        resident = _resident(conn, home, new.resident)
        number = entry_consents.give(
            conn,
            home.id,
            new.resident,
            given_on=new.given_on,
            document=new.document,
            by=me.user.id,
            now=now,
        )
        if number is None:
            raise ConflictError(
                f"{resident.name} has given one that is in force: withdraw it first"
            )
        return json_response(_the(conn, home, number), 201)


@router.post(
    "/{number}/withdraw", summary="It holds no more", responses={200: {"model": EntryConsent}}
)
def withdraw(request: Request, me: Editor, code: HomeCode, number: Id) -> Response:
    """Once more changes nothing."""
    deps = deps_of(request)
    with deps.transaction() as conn:
        home = home_for(conn, me.user, code)
        entry_consents.withdraw(conn, home.id, number, by=me.user.id, now=deps.clock.now())
        return json_response(_the(conn, home, number))


def _resident(conn: Connection, home: Home, person_id: int) -> Resident:
    for resident in household.residents(conn, home.id):
        if resident.person_id == person_id:
            return resident
    raise InvalidError("this person does not live here")


def _the(conn: Connection, home: Home, number: int) -> EntryConsent:
    for consent in entry_consents.of_home(conn, home.id):
        if consent.id == number:
            return consent
    raise MissingError("There is no such consent")
