"""Pages of message threads, one for each person, and the answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import Id
from api.routes.response.messages import LONGEST
from api.views.centre_warnings import RECENT_THREADS
from store.home import people
from store.response import messages
from store.watch import desk_notices

router = APIRouter(prefix="/console/messages", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
SHOWN = 60
"""Messages of a thread on one page; the older ones are behind a link."""


@router.get("")
def threads(request: Request, me: AtTheDesk) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        writers = desk_notices.writers(conn, deps.clock.now() - RECENT_THREADS)
        strangers = desk_notices.strangers(conn)
    return show_page(
        request, me, "console/response/threads.html", writers=writers, strangers=strangers
    )


@router.get("/{person}")
def thread(request: Request, me: AtTheDesk, person: Id, more: bool = False) -> Response:
    with deps_of(request).connection() as conn:
        known = people.find_person(conn, person)
        if known is None:
            raise MissingError
        found = messages.thread(conn, person, None, SHOWN * 10 if more else SHOWN + 1)
    full = not more and len(found) > SHOWN
    lines = [line for line in found if line.text or line.direction == "in"]
    if full:
        lines = lines[:SHOWN]
    return show_page(
        request,
        me,
        "console/response/thread.html",
        person=known,
        lines=lines[::-1],
        older=full,
        longest=LONGEST,
    )
