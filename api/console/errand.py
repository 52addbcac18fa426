"""A responder's page of one dispatch: where to, why, how to get in, and what they answer."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from alerts.wording import kind_name
from api.auth import DESK, Principal, require
from api.console import vocabulary as v
from api.console.pages import go, page_of
from api.deps import deps_of
from api.errors import InvalidError
from api.fields import Id
from api.routes.dispatches import Move, Said, detail_for, move_for
from store.model import DispatchState, Role

router = APIRouter(prefix="/dispatches", include_in_schema=False)
Mover = Annotated[Principal, Depends(require(*DESK, Role.RESPONDER))]

ANSWERS: Mapping[DispatchState, tuple[tuple[Move, str], ...]] = {
    DispatchState.OFFERED: (
        (Move.ACCEPT, v.N_("I am going")),
        (Move.DECLINE, v.N_("I cannot go")),
    ),
    DispatchState.NO_ANSWER: ((Move.ACCEPT, v.N_("I am going after all")),),
    DispatchState.ACCEPTED: (
        (Move.EN_ROUTE, v.N_("I am on my way")),
        (Move.ARRIVE, v.N_("I am there")),
        (Move.DECLINE, v.N_("I cannot go")),
    ),
    DispatchState.EN_ROUTE: (
        (Move.ARRIVE, v.N_("I am there")),
        (Move.DECLINE, v.N_("I cannot go")),
    ),
    DispatchState.ARRIVED: ((Move.DONE, v.N_("It is done")),),
}


@router.get("/{dispatch_id}")
def errand(request: Request, me: Mover, dispatch_id: Id) -> Response:
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        shown = detail_for(conn, dispatch_id, me, deps_of(request).clock.now())
    return page.render(
        "errand.html",
        errand=shown,
        v=v,
        answers=ANSWERS.get(shown.state, ()),
        kind=kind_name(shown.kind, page.language),
        action=f"/dispatches/{dispatch_id}",
    )


@router.post("/{dispatch_id}/{move}")
def answer(
    request: Request,
    me: Mover,
    dispatch_id: Id,
    move: Move,
    finding: Annotated[str, Form(max_length=4000)] = "",
    eta_minutes: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """Back to the page, which shows what became of it."""
    move_for(request, me, dispatch_id, move, said(finding, eta_minutes))
    return go(f"/dispatches/{dispatch_id}")


def said(finding: str, eta_minutes: str) -> Said:
    """What a form says beside the answer; InvalidError: the minutes are no number of a day."""
    if eta_minutes and not (eta_minutes.isdecimal() and int(eta_minutes) <= 1440):
        raise InvalidError("the minutes until you are there must be a number up to 1440")
    return Said(
        finding=finding.replace("\x00", "") or None,
        eta_minutes=int(eta_minutes) if eta_minutes else None,
    )
