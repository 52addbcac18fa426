"""The contacts of a home, and how somebody wants to be reached."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from alerts.wording import kind_name
from api.auth import DESK, Principal, require
from api.console.pages import page_of
from api.console.shell import show
from api.deps import deps_of
from api.errors import MissingError
from api.fields import HomeCode, Id
from store import people, records, ways
from store.kinds import is_life_safety
from store.model import Kind

router = APIRouter(prefix="/console", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*DESK))]


@router.get("/homes/{code}/contacts")
def contacts(request: Request, me: AtTheDesk, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        home = records.home(conn, code)
        if home is None:
            raise MissingError
        listed = records.contacts(conn, home.id)
        living = records.residents(conn, home.id)
    return show(request, me, "contacts_edit.html", home=home, contacts=listed, living=living)


@router.get("/people/{person_id}")
def wishes(request: Request, me: AtTheDesk, person_id: Id) -> Response:
    """Life-safety kinds are not to be chosen: nobody is left out of them."""
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        person = people.find_person(conn, person_id)
        if person is None:
            raise MissingError
        wanted = ways.of_person(conn, person_id, None)
        channels = ways.channels_of(conn, person_id)
    kinds = [kind for kind in Kind if not is_life_safety(kind)]
    return show(
        request,
        me,
        "wishes.html",
        person=person,
        wishes=wanted,
        channels=channels,
        kinds={kind: kind_name(kind, page.language) for kind in kinds},
    )
