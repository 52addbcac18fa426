"""JSON route: topics of a home that no format reads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.http.fields import HomeCode
from api.http.json_answers import json_response
from api.routes.home.homes import home_for
from api.views.unread_topics import unread_topics_of
from store.model import Role

router = APIRouter(prefix="/api/v1/homes/{code}/unread-topics", tags=["devices"])
Fitter = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.INSTALLER))]


@router.get("", summary="Topics that nobody reads")
def unread(request: Request, me: Fitter, code: HomeCode) -> Response:
    """What has arrived below the home's prefix and no format reads, the last heard first: `why` and
    `advice`, when it came first and last, how often, and what a payload looks like, without its
    texts. A topic that is read again is gone, and so is one that has been silent for two weeks; at
    most 30 of a home are kept."""
    with deps_of(request).connection() as conn:
        home = home_for(conn, me.user, code)
        return json_response({"items": unread_topics_of(conn, home.id, home.code)})
