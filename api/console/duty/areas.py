"""Pages of the area tree and each area's supervisor."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts.duty import area_tree
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import HomeCode
from store.access import person_names
from store.db import Connection
from store.duty import areas
from store.duty.areas import Area
from store.home import people

router = APIRouter(prefix="/console/areas", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Writer = Annotated[Principal, Depends(require(*SUPERVISOR_ROLES))]


@router.get("")
def tree(request: Request, me: AtTheDesk) -> Response:
    with deps_of(request).connection() as conn:
        everywhere = areas.listed(conn)
        inhabited = areas.inhabited(conn)
        supervisors = person_names.of_people(
            conn, {a.supervisor for a in everywhere if a.supervisor}
        )
    return show_page(
        request,
        me,
        "console/duty/areas.html",
        tree=area_tree.in_order(everywhere),
        inhabited=inhabited,
        supervisors=supervisors,
        may_change=me.user.role in SUPERVISOR_ROLES,
    )


@router.get("/new")
def blank(request: Request, me: Writer) -> Response:
    with deps_of(request).connection() as conn:
        return show_page(
            request,
            me,
            "console/duty/area_edit.html",
            area=None,
            levels=area_tree.LEVELS[::-1],
            **_choices(conn, None),
        )


@router.get("/{code}")
def one(request: Request, me: Writer, code: HomeCode) -> Response:
    with deps_of(request).connection() as conn:
        found = areas.find(conn, code)
        if found is None:
            raise MissingError
        return show_page(
            request,
            me,
            "console/duty/area_edit.html",
            area=found,
            levels=(found.level,),
            **_choices(conn, found),
        )


def _choices(conn: Connection, area: Area | None) -> dict[str, Any]:
    """Where it could lie and who could supervise it, who does so now among them."""
    everywhere = areas.listed(conn)
    possible = (
        area_tree.possible_parents(everywhere, area.code, area.level)
        if area
        else area_tree.in_order(everywhere)
    )
    who = {
        u.person_id: u.name for u in person_names.at_the_desk(conn) if u.role in SUPERVISOR_ROLES
    }
    known = people.find_person(conn, area.supervisor) if area and area.supervisor else None
    if known is not None:
        who[known.id] = known.name
    return {"parents": possible, "supervisors": who}
