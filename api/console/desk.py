"""The operator's console: the page, and one alarm as its right half."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth import DESK, Principal, require
from api.console.about import about
from api.console.pages import page_of
from api.console.shell import notices, shared, whole

router = APIRouter(prefix="/console", include_in_schema=False)

AtTheDesk = Annotated[Principal, Depends(require(*DESK))]


@router.get("")
def console(request: Request, me: AtTheDesk) -> Response:
    return whole(page_of(request, me), me)


@router.get("/alarms/{alarm_id}")
def console_with_alarm(request: Request, alarm_id: int, me: AtTheDesk) -> Response:
    page = page_of(request, me)
    return whole(page, me, right="pane.html", **about(page, me.user, alarm_id))


@router.get("/alarms/{alarm_id}/pane")
def pane(request: Request, alarm_id: int, me: AtTheDesk) -> Response:
    """The right half alone, for when the alarm has changed."""
    page = page_of(request, me)
    return page.render("pane.html", **{**shared(page), **about(page, me.user, alarm_id)})


@router.get("/notices")
def strip(request: Request, me: AtTheDesk) -> Response:
    """The strip below the head of the page, asked for again and again."""
    page = page_of(request, me)
    return page.render("notices.html", **notices(page), **shared(page))
