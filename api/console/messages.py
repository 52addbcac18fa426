"""What people wrote, one thread a person, and the answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth import DESK, Principal, require
from api.console.shell import show
from api.deps import deps_of
from api.errors import MissingError
from api.fields import Id
from api.notices import LIVELY
from api.routes.messages import LONGEST
from store import messages, notices, people

router = APIRouter(prefix="/console/messages", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*DESK))]
SHOWN = 60
"""Messages of a thread on one page; the older ones are behind a link."""


@router.get("")
def threads(request: Request, me: AtTheDesk) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        writers = notices.writers(conn, deps.clock.now() - LIVELY)
        strangers = notices.strangers(conn)
    return show(request, me, "threads.html", writers=writers, strangers=strangers)


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
    return show(
        request,
        me,
        "thread.html",
        person=known,
        lines=lines[::-1],
        older=full,
        longest=LONGEST,
    )
