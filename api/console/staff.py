"""Responders: who they are, what they can do, where they belong. When they work: duty.py."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from alerts import area_tree, steps
from api.auth import SUPERVISORS, Principal, require
from api.console.shell import show
from api.deps import deps_of
from api.errors import MissingError
from api.fields import Id
from store import areas, duty
from store.db import Connection

router = APIRouter(prefix="/console/duty", include_in_schema=False)
Writer = Annotated[Principal, Depends(require(*SUPERVISORS))]


@router.get("/new")
def blank(request: Request, me: Writer) -> Response:
    with deps_of(request).connection() as conn:
        return show(request, me, "responder_edit.html", one=None, **_choices(conn))


@router.get("/{person}/edit")
def edit(request: Request, me: Writer, person: Id) -> Response:
    with deps_of(request).connection() as conn:
        found = duty.responder(conn, person)
        if found is None:
            raise MissingError
        return show(request, me, "responder_edit.html", one=found, **_choices(conn))


def _choices(conn: Connection) -> dict[str, Any]:
    """Skills are those somebody has already: a plan that asks for one finds it by its name."""
    known = {skill for each in duty.all_responders(conn) for skill in each.skills}
    return {
        "areas": area_tree.in_order(areas.listed(conn)),
        "kinds": steps.KINDS,
        "known_skills": sorted(known),
    }
