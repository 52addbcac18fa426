"""Areas and operators: where, and whom the desk can choose from."""

from fastapi import APIRouter, Depends, Request, Response

from api.auth import DESK, require
from api.deps import deps_of
from api.views import json_response
from store import records
from store.model import Role

router = APIRouter(prefix="/api/v1", tags=["places"])
OPERATORS = Depends(require(*DESK))
FITTERS = Depends(require(*DESK, Role.INSTALLER))


@router.get("/areas", summary="Districts, communities, grids", dependencies=[FITTERS])
def areas(request: Request) -> Response:
    """`parent` is the code of the area above, null for a district."""
    with deps_of(request).connection() as conn:
        return json_response({"items": records.areas(conn)})


@router.get("/operators", summary="Who can own an alarm", dependencies=[OPERATORS])
def operators(request: Request) -> Response:
    with deps_of(request).connection() as conn:
        return json_response({"items": records.operators(conn)})
