"""JSON routes: an operator's shift, and the telephone at which calls to the centre reach them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import ConflictError
from api.http.fields import Body
from api.http.json_answers import json_response
from api.http.phone_numbers import Phone
from store.access import desk_telephones
from store.access.desk_telephones import DeskTelephone
from store.response import centre_calls

router = APIRouter(prefix="/api/v1/shift", tags=["session"])
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@dataclass(frozen=True, slots=True)
class Shift:
    """`since` null: it has not begun, no call rings. `telephone` null: no number is known."""

    telephone: str | None
    since: datetime | None


class StartShift(Body):
    """`telephone` left out: the one of the last shift, else the user's own."""

    telephone: Phone | None = None


@router.get("", summary="The own shift", responses={200: {"model": Shift}})
def mine(request: Request, me: AtTheDesk) -> Response:
    with deps_of(request).connection() as conn:
        return _shown(desk_telephones.of_user(conn, me.user.id))


@router.put("", summary="Start the shift", responses={200: {"model": Shift}})
def start(request: Request, me: AtTheDesk, wanted: StartShift | None = None) -> Response:
    """From now on calls to the centre ring at this telephone while the screen is connected. 409: it
    is a colleague's, or of somebody the centre knows."""
    deps = deps_of(request)
    phone = wanted.telephone if wanted else None
    with deps.connection() as conn, conn.transaction():
        if phone is not None and desk_telephones.belongs_to_another(conn, me.user.id, phone):
            raise ConflictError("this is somebody else's telephone: enter the one at your desk")
        now = deps.clock.now()
        centre_calls.free(conn, me.user.id, now)
        return _shown(desk_telephones.start(conn, me.user.id, phone, now))


@router.delete("", status_code=204, summary="End the shift")
def end(request: Request, me: AtTheDesk) -> Response:
    """No call rings any more; logging out does the same."""
    with deps_of(request).connection() as conn:
        desk_telephones.finish(conn, me.user.id)
    return Response(status_code=204)


def _shown(telephone: DeskTelephone) -> Response:
    return json_response(Shift(telephone=telephone.phone, since=telephone.since))
