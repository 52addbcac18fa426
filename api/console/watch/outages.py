"""Page of areas that are cut off."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.views.alarms import alarm_views
from store.alarm import alarm_lists
from store.watch import desk_notices

router = APIRouter(prefix="/console", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("/outages")
def outages(request: Request, me: AtTheDesk) -> Response:
    with deps_of(request).connection() as conn:
        cut = alarm_views(conn, alarm_lists.alarms_by_id(conn, desk_notices.outages(conn)))
        down = desk_notices.hubs_down(conn)
    return show_page(request, me, "console/watch/outages.html", outages=cut, down=down)
