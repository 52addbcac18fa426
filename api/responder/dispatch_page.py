"""A responder's page of one dispatch: where, why, how to get in, and their answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.http.fields import Id
from api.pages import vocabulary as v
from api.pages.dispatch_answers import DISPATCH_ANSWERS, dispatch_report
from api.pages.rendering import page_of, redirect_to
from api.routes.duty.dispatches import Move, detail_for, move_for
from store.alarm.kinds import kind_name
from store.model import Role

router = APIRouter(prefix="/dispatches", include_in_schema=False)
Mover = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.RESPONDER))]


@router.get("/{dispatch_id}")
def show_dispatch(request: Request, me: Mover, dispatch_id: Id) -> Response:
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        shown = detail_for(conn, dispatch_id, me, deps_of(request).clock.now())
    return page.render(
        "responder/dispatch.html",
        dispatch=shown,
        v=v,
        answers=DISPATCH_ANSWERS.get(shown.state, ()),
        kind=kind_name(shown.kind, page.language),
        also=[kind_name(kind, page.language) for kind in shown.also],
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
    move_for(request, me, dispatch_id, move, dispatch_report(finding, eta_minutes))
    return redirect_to(f"/dispatches/{dispatch_id}")
