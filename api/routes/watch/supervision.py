"""JSON routes: reporting intervals of hub and devices, battery thresholds, who is down."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import InvalidError
from api.http.fields import Body, DeviceCode, HomeCode
from api.http.json_answers import json_response
from api.routes.home.homes import home_for
from store.db import Connection
from store.model import Role
from store.watch import monitored_devices

router = APIRouter(prefix="/api/v1/homes/{code}/supervision", tags=["homes"])
Fitter = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.INSTALLER))]


class HubSupervisionChange(Body):
    """`report_seconds`: the hub reports at least so often."""

    report_seconds: Annotated[int, Field(ge=10, le=604_800)]


class DeviceSupervisionChange(Body):
    """`report_seconds` 0: it is not expected to report. `battery_low`: percent."""

    report_seconds: Annotated[int | None, Field(ge=0, le=2_592_000)] = None
    battery_low: Annotated[float | None, Field(ge=0, le=100)] = None


class SupervisionChange(Body):
    """Only what is given is changed; `devices` by their codes."""

    hub: HubSupervisionChange | None = None
    devices: Annotated[dict[DeviceCode, DeviceSupervisionChange], Field(max_length=200)] = Field(
        default_factory=dict
    )


@router.get("", summary="Reporting intervals, battery thresholds, who is down since when")
def shown(request: Request, me: Fitter, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        return _answer(conn, home_for(conn, me.user, code).id)


@router.patch("", summary="Change intervals and thresholds")
def change(request: Request, me: Fitter, code: HomeCode, wanted: SupervisionChange) -> Response:
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.transaction() as conn:
        home = home_for(conn, me.user, code)
        if wanted.hub is not None and not monitored_devices.set_hub_interval(
            conn, home.id, wanted.hub.report_seconds, now
        ):
            raise InvalidError("the home has no hub")
        for device, new in sorted(wanted.devices.items()):
            if not monitored_devices.set_device(
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
            "hub": monitored_devices.hub_of(conn, home_id),
            "devices": monitored_devices.settings_of(conn, home_id),
        }
    )
