"""Page of what operators must know beside the alarms: who is missing, what is stalled."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.views.centre_warnings import centre_warnings
from store.access import person_names

router = APIRouter(prefix="/console", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("/warnings")
def listed(request: Request, me: AtTheDesk) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        found = centre_warnings(conn, deps)
        known = person_names.of_users(conn, {mode.set_by for mode in found.wanting_consent})
    return show_page(request, me, "console/watch/warnings.html", found=found, user_names=known)
