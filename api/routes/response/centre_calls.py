"""JSON routes: who telephones the centre now, and whom nobody could answer."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from alerts.response.calls import centre_calls
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.http.fields import Id
from api.http.json_answers import json_response
from api.views.centre_calls import CentreCallView, shown_calls

router = APIRouter(prefix="/api/v1/calls", tags=["messages"])
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("", summary="Calls to the centre", responses={200: {"model": list[CentreCallView]}})
def calls(request: Request, _me: AtTheDesk) -> Response:
    """Those that go on, then those nobody took that are not followed up yet. The stream says `call`
    whenever this changes."""
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response({"items": shown_calls(conn, deps.clock.now())})


@router.post("/{call}/called-back", status_code=204, summary="Who rang in vain was called back")
def called_back(request: Request, me: AtTheDesk, call: Id) -> Response:
    """The task is done, the alarm's journal says so, the call leaves the desk. 409: it has."""
    deps = deps_of(request)
    with deps.connection() as conn:
        centre_calls.called_back(conn, call, me.user, deps.clock.now(), deps.policy)
    return Response(status_code=204)
