"""Page of work orders and tasks for operators: mine, overdue, open, done."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.views.work_lists import View, work_lists

router = APIRouter(include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("/console/work")
def for_the_desk(request: Request, me: AtTheDesk, view: View = "open") -> Response:
    return show_page(
        request,
        me,
        "pages/work_lists.html",
        here_page="/console/work",
        **work_lists(request, me.user, view),
    )
