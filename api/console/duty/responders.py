"""Pages to add and edit responders: skills, area. Their shifts: rotas.py."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts.duty import area_tree
from alerts.escalation import steps
from api.access.auth import SUPERVISOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import Id
from store.db import Connection
from store.duty import areas, rotas

router = APIRouter(prefix="/console/duty", include_in_schema=False)
Writer = Annotated[Principal, Depends(require(*SUPERVISOR_ROLES))]


@router.get("/new")
def blank(request: Request, me: Writer) -> Response:
    with deps_of(request).connection() as conn:
        return show_page(
            request, me, "console/duty/responder_edit.html", one=None, **_choices(conn)
        )


@router.get("/{person}/edit")
def edit(request: Request, me: Writer, person: Id) -> Response:
    with deps_of(request).connection() as conn:
        found = rotas.responder(conn, person)
        if found is None:
            raise MissingError
        return show_page(
            request, me, "console/duty/responder_edit.html", one=found, **_choices(conn)
        )


def _choices(conn: Connection) -> dict[str, Any]:
    """Skills are those somebody has already: a plan that asks for one finds it by its name."""
    known = {skill for each in rotas.all_responders(conn) for skill in each.skills}
    return {
        "areas": area_tree.in_order(areas.listed(conn)),
        "kinds": steps.KINDS,
        "known_skills": sorted(known),
    }
