"""Areas that are cut off, and what the desk must see to beside the alarms."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth import DESK, Principal, require
from api.console.shell import show
from api.deps import deps_of
from api.notices import warnings
from api.views import alarm_views
from store import names, notices, views

router = APIRouter(prefix="/console", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*DESK))]


@router.get("/outages")
def outages(request: Request, me: AtTheDesk) -> Response:
    with deps_of(request).connection() as conn:
        cut = alarm_views(conn, views.alarms_by_id(conn, notices.outages(conn)))
        down = notices.hubs_down(conn)
    return show(request, me, "outages.html", outages=cut, down=down)


@router.get("/warnings")
def listed(request: Request, me: AtTheDesk) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        found = warnings(conn, deps)
        known = names.of_users(conn, {mode.set_by for mode in found.wanting_consent})
    return show(request, me, "warnings.html", found=found, user_names=known)
