"""The strip of the console that shows who telephones the centre."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.pages.rendering import page_of, shared_values
from api.views.centre_calls import shown_calls

router = APIRouter(prefix="/console/calls", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("")
def strip(request: Request, me: AtTheDesk) -> Response:
    deps, page = deps_of(request), page_of(request, me)
    with deps.connection() as conn:
        calls = shown_calls(conn, deps.clock.now())
    return page.render(
        "console/response/centre_calls.html",
        calls=calls,
        me_id=me.user.id,
        **shared_values(page),
    )
