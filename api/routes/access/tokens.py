"""JSON routes: the bearer tokens there are; made, and revoked before they end by themselves."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.access import accounts
from api.access.auth import require
from api.deps import deps_of
from api.http.fields import Body, Id, Line
from api.http.json_answers import json_response
from store.access import tokens
from store.model import Role

router = APIRouter(prefix="/api/v1/tokens", tags=["tokens"])
KEEPER = Depends(require(Role.ADMIN))
ENDED_LATELY = timedelta(days=30)


class NewToken(Body):
    """What a program may do, what it is for, and for how many days."""

    role: Role
    label: Line
    days: Annotated[int, Field(ge=1, le=accounts.LONGEST_TOKEN)] = accounts.TOKEN_DAYS


@router.get("", summary="Tokens in force, and ended in the last 30 days", dependencies=[KEEPER])
def listed(request: Request) -> Response:
    """The next to end first. A token itself is shown once, when it is made."""
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response({"items": tokens.listed(conn, deps.clock.now() - ENDED_LATELY)})


@router.post("", summary="Make a token; it is shown this once", dependencies=[KEEPER])
def make(request: Request, given: NewToken) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        made = accounts.make_role_token(conn, given.role, given.label, deps.clock.now(), given.days)
    return json_response({"id": made.id, "token": made.secret, "expires_at": made.expires_at}, 201)


@router.delete("/{token_id}", summary="Revoke a token at once", dependencies=[KEEPER])
def revoke(request: Request, token_id: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        accounts.revoke_token(conn, token_id, deps.clock.now())
    return Response(status_code=204)
