"""Areas, responders and operators: whom and where the desk can choose from."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth import DESK, require
from api.deps import deps_of
from api.fields import Code
from api.views import json_response
from store import records, views
from store.model import Role

router = APIRouter(prefix="/api/v1", tags=["places"])
OPERATORS = Depends(require(*DESK))
FITTERS = Depends(require(*DESK, Role.INSTALLER))


@router.get("/areas", summary="Districts, communities, grids", dependencies=[FITTERS])
def areas(request: Request) -> Response:
    """`parent` is the code of the area above, null for a district."""
    with deps_of(request).connection() as conn:
        return json_response({"items": records.areas(conn)})


@router.get("/responders", summary="Who can be sent", dependencies=[OPERATORS])
def responders(
    request: Request,
    area: Annotated[Code | None, Query(description="an area's code; those below it too")] = None,
    on_duty: bool = False,
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
) -> Response:
    with deps_of(request).connection() as conn:
        below = views.areas_below(conn, area) if area else None
        found = records.responders(conn, areas=below, on_duty=on_duty, limit=limit)
    return json_response({"items": found})


@router.get("/operators", summary="Who can own an alarm", dependencies=[OPERATORS])
def operators(request: Request) -> Response:
    with deps_of(request).connection() as conn:
        return json_response({"items": records.operators(conn)})
