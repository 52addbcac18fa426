"""JSON routes: residents, contacts and key holders of a home."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Protocol, TypeVar

import psycopg
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import ConflictError, MissingError
from api.http.fields import Body, HomeCode, Id, Line, ShortText, Text
from api.http.json_answers import json_response
from api.http.phone_numbers import Phone
from api.routes.home.homes import home_for
from store.db import Connection
from store.home import household, people
from store.home.household import Contact, KeyHolder, Resident
from store.model import Hears, Role, User

router = APIRouter(prefix="/api/v1/homes/{code}", tags=["people"])
Viewer = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.FAMILY))]
Editor = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Year = Annotated[int | None, Field(ge=1880, le=2100)]
Position = Annotated[int, Field(ge=1, le=99)]
Language = Literal["zh", "en"]


class _NewPerson(Body):
    name: Line
    phone: Phone | None = None
    language: Language = "zh"


class _PersonChange(Body):
    """Only what is given is changed; a phone of null empties it."""

    name: Line = ""
    phone: Phone | None = None
    language: Language = "zh"


class NewResident(_NewPerson):
    birth_year: Year = None
    risks: Text = ""


class ResidentChange(_PersonChange):
    birth_year: Year = None
    risks: Text = ""


class NewContact(_NewPerson):
    """`position` 1 is asked first, and who stood there second; left out: after the others. `hears`
    what they hear of how an alarm goes on: `all`, `important` (there, not after all, the end) or
    `end`; the alarm itself is always told."""

    phone: Phone
    relation: ShortText = ""
    hears: Hears = Hears.ALL
    position: Position | None = None


class ContactChange(_PersonChange):
    relation: ShortText = ""
    hears: Hears = Hears.ALL
    position: Position = 1


class NewKeyHolder(_NewPerson):
    note: Text = ""


class KeyHolderChange(_PersonChange):
    note: Text = ""


@router.get("/residents", summary="Who lives there")
def residents(request: Request, me: Viewer, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        return _items(household.residents(conn, home_for(conn, me.user, code).id))


@router.get("/contacts", summary="Who is to be told, in order")
def contacts(request: Request, me: Viewer, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        return _items(household.contacts(conn, home_for(conn, me.user, code).id))


@router.get("/key-holders", summary="Who can open the door")
def key_holders(request: Request, me: Viewer, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        return _items(household.key_holders(conn, home_for(conn, me.user, code).id))


@router.post("/residents", status_code=201, summary="Somebody lives there")
def add_resident(request: Request, me: Editor, code: HomeCode, new: NewResident) -> Response:
    with deps_of(request).transaction() as conn:
        home_id = _locked(conn, me.user, code)
        with _once(new.name):
            number = people.add_resident(
                conn,
                home_id=home_id,
                person_id=_person(conn, new),
                birth_year=new.birth_year,
                risks=new.risks,
            )
        return json_response(_the(household.residents(conn, home_id), number), 201)


@router.post("/contacts", status_code=201, summary="Somebody is to be told")
def add_contact(request: Request, me: Editor, code: HomeCode, new: NewContact) -> Response:
    with deps_of(request).transaction() as conn:
        home_id = _locked(conn, me.user, code)
        last = max((c.position for c in household.contacts(conn, home_id)), default=0)
        with _once(new.name):
            number = people.add_contact(
                conn,
                home_id=home_id,
                person_id=_person(conn, new),
                position=last + 1,
                relation=new.relation,
                hears=new.hears,
            )
        if new.position is not None:
            _place(conn, home_id, number, new.position)
        return json_response(_the(household.contacts(conn, home_id), number), 201)


@router.post("/key-holders", status_code=201, summary="Somebody can open the door")
def add_key_holder(request: Request, me: Editor, code: HomeCode, new: NewKeyHolder) -> Response:
    with deps_of(request).transaction() as conn:
        home_id = _locked(conn, me.user, code)
        with _once(new.name):
            number = people.add_key_holder(
                conn, home_id=home_id, person_id=_person(conn, new), note=new.note
            )
        return json_response(_the(household.key_holders(conn, home_id), number), 201)


@router.patch("/residents/{number}", summary="Change a resident")
def change_resident(
    request: Request, me: Editor, code: HomeCode, number: Id, wanted: ResidentChange
) -> Response:
    with deps_of(request).transaction() as conn:
        home_id = _locked(conn, me.user, code)
        new = _changed(conn, _the(household.residents(conn, home_id), number), wanted)
        household.change_resident(conn, number, birth_year=new["birth_year"], risks=new["risks"])
        return json_response(_the(household.residents(conn, home_id), number))


@router.patch("/contacts/{number}", summary="Change a contact")
def change_contact(
    request: Request, me: Editor, code: HomeCode, number: Id, wanted: ContactChange
) -> Response:
    with deps_of(request).transaction() as conn:
        home_id = _locked(conn, me.user, code)
        new = _changed(conn, _the(household.contacts(conn, home_id), number), wanted)
        household.change_contact(conn, number, relation=new["relation"], hears=new["hears"])
        if "position" in wanted.model_fields_set:
            _place(conn, home_id, number, wanted.position)
        return json_response(_the(household.contacts(conn, home_id), number))


@router.patch("/key-holders/{number}", summary="Change a key holder")
def change_key_holder(
    request: Request, me: Editor, code: HomeCode, number: Id, wanted: KeyHolderChange
) -> Response:
    with deps_of(request).transaction() as conn:
        home_id = _locked(conn, me.user, code)
        new = _changed(conn, _the(household.key_holders(conn, home_id), number), wanted)
        household.change_key_holder(conn, number, note=new["note"])
        return json_response(_the(household.key_holders(conn, home_id), number))


@router.delete("/residents/{number}", status_code=204, summary="Lives there no more")
def remove_resident(request: Request, me: Editor, code: HomeCode, number: Id) -> Response:
    with deps_of(request).connection() as conn:
        return _gone(household.remove_resident(conn, home_for(conn, me.user, code).id, number))


@router.delete("/contacts/{number}", status_code=204, summary="Is not to be told any more")
def remove_contact(request: Request, me: Editor, code: HomeCode, number: Id) -> Response:
    with deps_of(request).connection() as conn:
        return _gone(household.remove_contact(conn, home_for(conn, me.user, code).id, number))


@router.delete("/key-holders/{number}", status_code=204, summary="Has no key any more")
def remove_key_holder(request: Request, me: Editor, code: HomeCode, number: Id) -> Response:
    with deps_of(request).connection() as conn:
        return _gone(household.remove_key_holder(conn, home_for(conn, me.user, code).id, number))


class _Numbered(Protocol):
    @property
    def id(self) -> int: ...


_R = TypeVar("_R", bound=_Numbered)


class _once:  # noqa: N801  reads as a word: with _once(name)
    """The same person twice at one home is a mistake that can be explained."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, psycopg.errors.UniqueViolation):
            raise ConflictError(f"{self._name} is on this home's list already") from None


def _place(conn: Connection, home_id: int, number: int, position: int) -> None:
    """Put a contact there in the list; who stood there and after moves down by one."""
    order = [contact.id for contact in household.contacts(conn, home_id) if contact.id != number]
    order.insert(position - 1, number)
    household.number_contacts(conn, order)


def _locked(conn: Connection, user: User, code: str) -> int:
    """The home's id; nobody else changes its lists until the end of the transaction."""
    household.lock_home(conn, code)
    return home_for(conn, user, code).id


def _person(conn: Connection, new: _NewPerson) -> int:
    """The master record of this person: the one there is, or a new one."""
    known = household.known_person(conn, new.name, new.phone) if new.phone else None
    return known or people.add_person(conn, name=new.name, phone=new.phone, language=new.language)


def _changed(
    conn: Connection, now: Resident | Contact | KeyHolder, wanted: _PersonChange
) -> dict[str, Any]:
    """Store what concerns the person; returns all values as they are to be."""
    new = {name: getattr(now, name) for name in now.__slots__}
    new |= wanted.model_dump(exclude_unset=True)
    household.change_person(
        conn, now.person_id, name=new["name"], phone=new["phone"], language=new["language"]
    )
    return new


def _the(rows: Sequence[_R], number: int) -> _R:
    for row in rows:
        if row.id == number:
            return row
    raise MissingError("There is nobody of that number at this home")


def _items(rows: Sequence[object]) -> Response:
    return json_response({"items": rows})


def _gone(removed: bool) -> Response:
    if not removed:
        raise MissingError("There is nobody of that number at this home")
    return Response(status_code=204)
