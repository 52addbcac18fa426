"""JSON routes: test, away, maintenance, out of service; each with an end."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from alerts.watch import home_modes as modes
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import ForbiddenError, MissingError
from api.http.fields import Body, DeviceCode, HomeCode, Id, Moment
from api.http.json_answers import json_response
from api.routes.home.homes import home_for
from store.db import Connection
from store.model import Role, User
from store.watch import home_modes
from store.watch.home_modes import HomeMode, Mode

router = APIRouter(prefix="/api/v1/homes/{code}/modes", tags=["homes"])
Anyone = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.FAMILY, Role.INSTALLER))]
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
_MAY: dict[Role, frozenset[Mode]] = {
    Role.FAMILY: frozenset({Mode.AWAY}),
    Role.INSTALLER: frozenset({Mode.TEST, Mode.MAINTENANCE}),
}
"""Who beside the desk may set and end what."""


class NewMode(Body):
    """`starts_at` null: now. `devices`: codes of the devices of a walk test. `hides_life`: ask that
    life-safety alarms are hidden, too; it holds once another person has consented."""

    mode: Mode
    ends_at: Moment
    starts_at: Moment | None = None
    devices: Annotated[list[DeviceCode], Field(max_length=200)] = Field(default_factory=list)
    hides_life: bool = False


@router.get("", summary="The home's modes, the newest first")
def of_home(request: Request, me: Anyone, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        home = home_for(conn, me.user, code)
        items = [_shown(conn, mode) for mode in home_modes.of_home(conn, home.id)]
    return json_response({"items": items})


@router.post("", status_code=201, summary="Put the home into a mode")
def add(request: Request, me: Anyone, code: HomeCode, new: NewMode) -> Response:
    """A test ends within 15 minutes; away has a return date. A family may set away, an installer
    test and maintenance, the desk everything."""
    deps = deps_of(request)
    _check_may(me.user, new.mode)
    with deps.connection() as conn:
        home, now = home_for(conn, me.user, code), deps.clock.now()
        made = modes.set_mode(
            conn,
            home.id,
            new.mode,
            starts_at=new.starts_at or now,
            ends_at=new.ends_at,
            by=me.user,
            via=me.via,
            now=now,
            devices=new.devices,
            hides_life=new.hides_life,
        )
        shown = _shown(conn, made)
    return json_response(shown, 201, {"Location": f"/api/v1/homes/{code}/modes/{made.id}"})


@router.post("/{number}/consent", summary="Agree to hiding life-safety, as the second person")
def consent(request: Request, me: Operator, code: HomeCode, number: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        _of_this_home(conn, me.user, code, number)
        agreed = modes.consent(conn, number, me.user, me.via, deps.clock.now())
        return json_response(_shown(conn, agreed))


@router.delete("/{number}", summary="End a mode before its time")
def end(request: Request, me: Anyone, code: HomeCode, number: Id) -> Response:
    """What it kept quiet is judged anew: a state that lasts is raised now."""
    deps = deps_of(request)
    with deps.connection() as conn:
        mode = _of_this_home(conn, me.user, code, number)
        _check_may(me.user, mode.mode)
        ended = modes.end(conn, number, me.user, me.via, deps.clock.now(), deps.policy)
        return json_response(_shown(conn, ended))


def _check_may(user: User, mode: Mode) -> None:
    if not user.at_the_desk and mode not in _MAY[user.role]:
        raise ForbiddenError(f"The mode {mode} is not for the role {user.role}")


def _of_this_home(conn: Connection, user: User, code: str, number: int) -> HomeMode:
    home = home_for(conn, user, code)
    found = next((m for m in home_modes.of_home(conn, home.id, 1000) if m.id == number), None)
    if found is None:
        raise MissingError("There is no such mode of this home")
    return found


def _shown(conn: Connection, mode: HomeMode) -> dict[str, Any]:
    return {**asdict(mode), "history": home_modes.events_of(conn, mode.id)}
