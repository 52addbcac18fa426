"""JSON routes: devices of a home, found by themselves or bound by hand."""

from typing import Annotated

import psycopg
from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import ConflictError, InvalidError, MissingError
from api.http.fields import Body, DeviceCode, HomeCode, Line, ShortText
from api.http.json_answers import json_response
from api.routes.home.homes import home_for
from store.alarm import alarms
from store.db import Connection
from store.home import household, registry
from store.home.registry import DeviceRow
from store.intake import dialect_state
from store.model import Role, User

router = APIRouter(prefix="/api/v1/homes/{code}/devices", tags=["devices"])
Viewer = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.FAMILY, Role.INSTALLER))]
Fitter = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.INSTALLER))]
LORAWAN = ("chirpstack", "ttn")
DevicePath = Annotated[str, Path(max_length=128)]


class NewDevice(Body):
    """`role`: what it is there for, like help_call or smoke. `network_id`: what a LoRaWAN server
    calls it: the device EUI (chirpstack), application/device as in its topics (ttn)."""

    code: DeviceCode
    role: ShortText = ""
    room: ShortText = ""
    model: ShortText = ""
    dialect: ShortText = "native"
    network_id: Line = ""


class DevicePlacement(Body):
    """Only what is given is changed. `call_actions`: the presses that call for help; null: as the
    role says, an empty list: none."""

    role: ShortText = ""
    room: ShortText = ""
    model: ShortText = ""
    call_actions: Annotated[list[ShortText], Field(max_length=32)] | None = None


@router.get("", summary="What hangs there")
def devices(request: Request, me: Viewer, code: HomeCode) -> Response:
    """`online` null: never heard of; `bound_at` null: found, nobody has placed it yet."""
    with deps_of(request).connection() as conn:
        found = household.devices(conn, home_for(conn, me.user, code).id)
    return json_response({"items": found})


@router.post("", status_code=201, summary="Bind a device by hand")
def add(request: Request, me: Fitter, code: HomeCode, new: NewDevice) -> Response:
    deps = deps_of(request)
    values = new.model_dump(exclude={"network_id"})
    with deps.transaction() as conn:
        home = home_for(conn, me.user, code)
        try:
            number = registry.add_device(conn, home_id=home.id, now=deps.clock.now(), **values)
        except psycopg.errors.UniqueViolation:
            raise ConflictError(f"the home has a device {new.code} already: change it") from None
        if new.network_id:
            _bind(conn, new, number)
        alarms.notify(conn, "device", number)
        return json_response(_the(conn, me.user, code, new.code), 201)


@router.get("/{device:path}", summary="One device")
def device(request: Request, me: Viewer, code: HomeCode, device: DevicePath) -> Response:
    with deps_of(request).connection() as conn:
        return json_response(_the(conn, me.user, code, device))


@router.patch("/{device:path}", summary="Place or rename the use of a device")
def change(
    request: Request, me: Fitter, code: HomeCode, device: DevicePath, wanted: DevicePlacement
) -> Response:
    deps = deps_of(request)
    with deps.transaction() as conn:
        now = _the(conn, me.user, code, device)
        values = {name: getattr(now, name) for name in DevicePlacement.model_fields}
        values |= wanted.model_dump(exclude_unset=True)
        household.change_device(conn, now.id, now=deps.clock.now(), **values)
        alarms.notify(conn, "device", now.id)
        return json_response(_the(conn, me.user, code, device))


@router.delete("/{device:path}", status_code=204, summary="Remove a device that never spoke")
def remove(request: Request, me: Fitter, code: HomeCode, device: DevicePath) -> Response:
    with deps_of(request).connection() as conn:
        if not household.remove_device(conn, _the(conn, me.user, code, device).id):
            raise ConflictError("the device has a history, which would be lost: it stays")
    return Response(status_code=204)


def _bind(conn: Connection, new: NewDevice, device: int) -> None:
    if new.dialect not in LORAWAN:
        raise InvalidError(f"network_id is for {' and '.join(LORAWAN)}")
    name = new.network_id.lower() if new.dialect == "chirpstack" else new.network_id
    try:
        dialect_state.bind_lorawan(conn, new.dialect, name, device)
    except psycopg.errors.UniqueViolation:
        raise ConflictError(f"{name} is bound to a device already") from None


def _the(conn: Connection, user: User, code: str, device: str) -> DeviceRow:
    for row in household.devices(conn, home_for(conn, user, code).id):
        if row.code == device:
            return row
    raise MissingError("There is no such device at this home")
