"""Pages of escalation plans: read, write the next version, retire."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from alerts.escalation import steps
from alerts.escalation.plan_validation import CYCLES, MOST_STEPS
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.console.page_frame import show_page
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import Code, HomeCode
from api.pages.rendering import page_of
from api.routes.escalation.plans import Version
from store.access import person_names
from store.alarm.kinds import kind_name, record_of
from store.escalation import plans
from store.escalation.plans import PlanVersion
from store.model import Kind

router = APIRouter(prefix="/console/plans", include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Writer = Annotated[Principal, Depends(require(*SUPERVISOR_ROLES))]


@router.get("")
def listed(request: Request, me: AtTheDesk, retired: bool = False) -> Response:
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        everything = plans.list_plans(conn, home=None, retired=True)
    return show_page(
        request,
        me,
        "console/escalation/plans.html",
        plans=[one for one in everything if retired or one.retired_at is None],
        offered=_offered(everything),
        retired=retired,
        kind_name=lambda kind: kind_name(kind, page.language),
        may_change=me.user.role in SUPERVISOR_ROLES,
    )


@router.get("/new")
def blank(
    request: Request,
    me: Writer,
    code: Annotated[Code | None, Query()] = None,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """A new version, begun from an older one if one is named."""
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        found = plans.find(conn, code, version) if code and version else None
        if code and version and found is None:
            raise MissingError
    return show_page(
        request,
        me,
        "console/escalation/plan_edit.html",
        plan=found,
        first=found.steps if found else [{}],
        kinds={kind: kind_name(kind, page.language) for kind in Kind},
        cycles=CYCLES,
        most=MOST_STEPS,
        services=steps.SERVICES,
        responder_kinds=steps.KINDS,
        unanswered=steps.UNANSWERED,
        policy=deps_of(request).policy,
    )


@router.get("/{code}/{version}")
def one(request: Request, me: AtTheDesk, code: HomeCode, version: Version) -> Response:
    page = page_of(request, me)
    with deps_of(request).connection() as conn:
        found = plans.find(conn, code, version)
        if found is None:
            raise MissingError
        people = person_names.of_people(conn, _people(found))
    return show_page(
        request,
        me,
        "console/escalation/plan.html",
        plan=found,
        endangers=found.kind is None or record_of(found.kind).endangers,
        policy=deps_of(request).policy,
        people=people,
        kind_name=lambda kind: kind_name(kind, page.language),
        may_change=me.user.role in SUPERVISOR_ROLES,
    )


def _offered(everything: Sequence[PlanVersion]) -> dict[str, int]:
    """By code of a centre's own plan: the product's version that is newer and not in force."""
    own = {
        one.code: one.version
        for one in everything
        if one.retired_at is None and one.created_by is not None
    }
    newer: dict[str, int] = {}
    for one in everything:
        if one.created_by is None and one.version > own.get(one.code, one.version):
            newer[one.code] = max(one.version, newer.get(one.code, 0))
    return newer


def _people(plan: PlanVersion) -> set[int]:
    """Whom the steps name. Older versions hold whatever was once written down."""
    named: list[Any] = [step.get("person") for step in plan.steps if isinstance(step, dict)]
    return {number for number in named if isinstance(number, int)}
