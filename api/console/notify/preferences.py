"""Page of how somebody wants to be reached: channels in order, kinds, quiet hours."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from alerts.notify.channels.registry import TO_PEOPLE, shown_address
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import Id
from api.pages.rendering import page_of
from store.alarm.kinds import is_life_safety, kind_name
from store.home import people
from store.model import Kind
from store.notify import preferences as preference_rows

router = APIRouter(prefix="/console", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("/people/{person_id}")
def preferences(request: Request, me: AtTheDesk, person_id: Id) -> Response:
    """Life-safety kinds are not to be chosen: nobody is left out of them."""
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        person = people.find_person(conn, person_id)
        if person is None:
            raise MissingError
        wanted = preference_rows.of_person(conn, person_id, None)
        channels = preference_rows.channels_of(conn, person_id)
    used = {row.channel for row in channels}
    kinds = [kind for kind in Kind if not is_life_safety(kind)]
    return show_page(
        request,
        me,
        "console/notify/preferences.html",
        person=person,
        preferences=wanted,
        channels=[(row, shown_address(row.channel, row.address)) for row in channels],
        offered=[
            record
            for record in TO_PEOPLE
            if record.name in deps_of(request).policy.channels or record.name in used
        ],
        kinds={kind: kind_name(kind, page.language) for kind in kinds},
    )
