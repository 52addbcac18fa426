"""Page of a home's contacts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.access.auth import OPERATOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import HomeCode
from store.home import household

router = APIRouter(prefix="/console", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]


@router.get("/homes/{code}/contacts")
def contacts(request: Request, me: AtTheDesk, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        home = household.home(conn, code)
        if home is None:
            raise MissingError
        listed = household.contacts(conn, home.id)
        living = household.residents(conn, home.id)
    return show_page(
        request, me, "console/home/contacts_edit.html", home=home, contacts=listed, living=living
    )
