"""Pages /console and /console/alarms/ID: the operator's screen with an alarm's pane."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.alarm.alarm_pane import alarm_pane_values
from api.console.page_frame import full_page, header_notices
from api.pages.rendering import page_of, shared_values

router = APIRouter(prefix="/console", include_in_schema=False)

AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("")
def console(request: Request, me: AtTheDesk) -> Response:
    return full_page(page_of(request, me), me)


@router.get("/alarms/{alarm_id}")
def console_with_alarm(request: Request, alarm_id: int, me: AtTheDesk) -> Response:
    page = page_of(request, me)
    return full_page(
        page, me, right="console/alarm/pane.html", **alarm_pane_values(page, me.user, alarm_id)
    )


@router.get("/alarms/{alarm_id}/pane")
def pane(request: Request, alarm_id: int, me: AtTheDesk) -> Response:
    """The right half alone, for when the alarm has changed."""
    page = page_of(request, me)
    return page.render(
        "console/alarm/pane.html",
        **{**shared_values(page), **alarm_pane_values(page, me.user, alarm_id)},
    )


@router.get("/notices")
def strip(request: Request, me: AtTheDesk) -> Response:
    """The strip below the head of the page, asked for again and again."""
    page = page_of(request, me)
    return page.render("console/notices.html", **header_notices(page), **shared_values(page))
