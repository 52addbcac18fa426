"""JSON routes: a person's channels in order, alarm kinds and quiet hours."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from alerts.notify.channels.registry import CHANNELS, TO_PEOPLE, shown_address
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import InvalidError, MissingError
from api.http.fields import Body, Id, Number, Text, WallTime
from api.http.json_answers import json_response
from store.access import person_names
from store.db import Connection
from store.home import people
from store.model import Kind, Role
from store.notify import preferences

router = APIRouter(prefix="/api/v1/people/{person_id}/ways", tags=["people"])
Somebody = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.FAMILY, Role.RESPONDER))]


def _to_people(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"there is no such channel: write one of {', '.join(NAMES)}")
    return name


NAMES = [record.name for record in TO_PEOPLE]
ChannelName = Annotated[str, AfterValidator(_to_people), WithJsonSchema({"enum": NAMES})]


class ContactMethodBody(Body):
    """`address`: only for channels that do not go to the person's telephone; for apprise an Apprise
    URL. `id`: keep the address that is stored there."""

    channel: ChannelName
    address: Text = ""
    id: Number | None = None


class NewContactMethods(Body):
    """Empty `channels`: the installation's own order. `kinds` null: all. Quiet hours are
    wall-clock times of the homes. Life-safety alarms heed neither kinds nor quiet hours.
    `language` null: as it is."""

    channels: Annotated[list[ContactMethodBody], Field(max_length=9)] = Field(default_factory=list)
    kinds: list[Kind] | None = None
    quiet_from: WallTime | None = None
    quiet_to: WallTime | None = None
    language: Literal["zh", "en"] | None = None

    @model_validator(mode="after")
    def _both_ends(self) -> "NewContactMethods":
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("quiet hours need a beginning and an end")
        if any(at is not None and at.tzinfo is not None for at in (self.quiet_from, self.quiet_to)):
            raise ValueError("quiet hours are wall-clock times, without a zone")
        return self


@router.get("", summary="How somebody wants to be reached")
def read(request: Request, me: Somebody, person_id: Id) -> Response:
    """Addresses are secrets: only the part that says where they lead is shown."""
    with deps_of(request).connection() as conn:
        return _shown(conn, _theirs(conn, me, person_id))


@router.put("", summary="Replace how somebody wants to be reached")
def replace(request: Request, me: Somebody, person_id: Id, wanted: NewContactMethods) -> Response:
    with deps_of(request).connection() as conn:
        _theirs(conn, me, person_id)
        stored = {row.id: row for row in preferences.channels_of(conn, person_id)}
        chosen = [
            (method.channel, _address(number, method, stored))
            for number, method in enumerate(wanted.channels, start=1)
        ]
        with conn.transaction():
            preferences.set_channels(conn, person_id, chosen)
            preferences.set_preferences(
                conn,
                person_id,
                kinds=wanted.kinds,
                quiet_from=wanted.quiet_from,
                quiet_to=wanted.quiet_to,
            )
            if wanted.language is not None:
                person_names.set_language(conn, person_id, wanted.language)
        return _shown(conn, person_id)


def _theirs(conn: Connection, me: Principal, person_id: int) -> int:
    """Operators may everybody's, everybody else their own."""
    mine = me.user.at_the_desk or me.user.person_id == person_id
    if not mine or people.find_person(conn, person_id) is None:
        raise MissingError("There is no such person, or it is not you")
    return person_id


def _address(
    number: int, method: ContactMethodBody, stored: dict[int, preferences.PersonChannel]
) -> str:
    form = CHANNELS[method.channel].address
    if form is None:
        if method.address:
            raise InvalidError(
                f"way {number}: {method.channel} goes to the person's phone: leave the address out"
            )
        return ""
    if not method.address and method.id in stored and stored[method.id].address:
        return stored[method.id].address
    wrong = form.problem(method.address)
    if wrong is not None:
        raise InvalidError(f"way {number}: {wrong}")
    return method.address


def _shown(conn: Connection, person_id: int) -> Response:
    chosen = preferences.of_person(conn, person_id, None)
    person = people.find_person(conn, person_id)
    channels = [
        {"id": row.id, "channel": row.channel, "service": shown_address(row.channel, row.address)}
        for row in preferences.channels_of(conn, person_id)
    ]
    return json_response(
        {
            "channels": channels,
            "kinds": chosen.kinds,
            "quiet_from": chosen.quiet_from,
            "quiet_to": chosen.quiet_to,
            "language": person.language if person else None,
        }
    )
