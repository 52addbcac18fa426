"""Pages of protocols: what an operator does by alarm kind; versions, the next version."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from alerts.alarm.protocol_steps import MOST_LINES
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.pages.rendering import page_of
from store.alarm import protocols
from store.alarm.kinds import kind_name
from store.model import Kind

router = APIRouter(prefix="/console/protocols", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Writer = Annotated[Principal, Depends(require(*SUPERVISOR_ROLES))]
NEXT_REVIEW = timedelta(days=182)
"""Proposed for a new version: every procedure is looked over twice a year."""


@router.get("")
def listed(request: Request, me: AtTheDesk) -> Response:
    """Kinds in the order of their urgency, those without a protocol last."""
    page, deps = page_of(request, me), deps_of(request)
    with deps.connection() as conn:
        found = {protocol.kind: protocol for protocol in protocols.newest(conn)}
    kinds = [(kind, kind_name(kind, page.language), found.get(kind)) for kind in Kind]
    return show_page(
        request,
        me,
        "console/alarm/protocols.html",
        kinds=sorted(kinds, key=lambda row: row[2] is None),
        today=page.local(deps.clock.now()).date(),
    )


@router.get("/{kind}")
def one(request: Request, me: AtTheDesk, kind: Kind) -> Response:
    page, deps = page_of(request, me), deps_of(request)
    with deps.connection() as conn:
        found = protocols.versions(conn, kind)
    return show_page(
        request,
        me,
        "console/alarm/protocol_versions.html",
        kind=kind,
        name=kind_name(kind, page.language),
        versions=found,
        today=page.local(deps.clock.now()).date(),
        may_change=me.user.role in SUPERVISOR_ROLES,
    )


@router.get("/{kind}/new")
def blank(request: Request, me: Writer, kind: Kind) -> Response:
    """The next version, begun from the newest."""
    page, deps = page_of(request, me), deps_of(request)
    now: datetime = deps.clock.now()
    with deps.connection() as conn:
        found = protocols.versions(conn, kind)
    return show_page(
        request,
        me,
        "console/alarm/protocol_edit.html",
        kind=kind,
        name=kind_name(kind, page.language),
        lines=found[0].lines if found else [{}],
        most=MOST_LINES,
        review_by=(page.local(now) + NEXT_REVIEW).date(),
    )
