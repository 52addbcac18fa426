"""How a home's hub and devices are watched, and how they are."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.auth import DESK, Principal, require
from api.deps import deps_of
from api.errors import InvalidError
from api.fields import Body, DeviceCode, HomeCode
from api.routes.homes import home_for
from api.views import json_response
from store import supervision
from store.db import Connection
from store.model import Role

router = APIRouter(prefix="/api/v1/homes/{code}/supervision", tags=["homes"])
Fitter = Annotated[Principal, Depends(require(*DESK, Role.INSTALLER))]


class HubChange(Body):
    """`report_seconds`: the hub reports at least so often."""

    report_seconds: Annotated[int, Field(ge=10, le=604_800)]


class DeviceChange(Body):
    """`report_seconds` 0: it is not expected to report. `battery_low`: percent."""

    report_seconds: Annotated[int | None, Field(ge=0, le=2_592_000)] = None
    battery_low: Annotated[float | None, Field(ge=0, le=100)] = None


class Change(Body):
    """Only what is given is changed; `devices` by their codes."""

    hub: HubChange | None = None
    devices: Annotated[dict[DeviceCode, DeviceChange], Field(max_length=200)] = Field(
        default_factory=dict
    )


@router.get("", summary="Reporting intervals, battery thresholds, who is down since when")
def shown(request: Request, me: Fitter, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        return _answer(conn, home_for(conn, me.user, code).id)


@router.patch("", summary="Change intervals and thresholds")
def change(request: Request, me: Fitter, code: HomeCode, wanted: Change) -> Response:
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.transaction() as conn:
        home = home_for(conn, me.user, code)
        if wanted.hub is not None and not supervision.set_hub_interval(
            conn, home.id, wanted.hub.report_seconds, now
        ):
            raise InvalidError("the home has no hub")
        for device, new in sorted(wanted.devices.items()):
            if not supervision.set_device(
                conn,
                home.id,
                device,
                report_seconds=new.report_seconds,
                battery_low=new.battery_low,
                now=now,
            ):
                raise InvalidError(f"the home has no device {device}")
        return _answer(conn, home.id)


def _answer(conn: Connection, home_id: int) -> Response:
    return json_response(
        {
            "hub": supervision.hub_of(conn, home_id),
            "devices": supervision.settings_of(conn, home_id),
        }
    )
