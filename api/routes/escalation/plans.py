"""JSON routes: escalation plans, their versions and retirement."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from alerts.escalation import plan_versions
from alerts.escalation.plan_validation import Draft
from alerts.escalation.steps import PlanError
from api.access.auth import OPERATOR_ROLES, SUPERVISOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import InvalidError, MissingError
from api.http.fields import Body, Code, HomeCode
from api.http.json_answers import json_response
from store.escalation import plans
from store.model import Kind

router = APIRouter(prefix="/api/v1/plans", tags=["plans"])
READERS = Depends(require(*OPERATOR_ROLES))
WRITERS = Depends(require(*SUPERVISOR_ROLES))
Writer = Annotated[Principal, WRITERS]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


class NewPlan(Body):
    """`kind` and `home` left out: for any. `steps` as described in docs/plans.md."""

    code: Code
    kind: Kind | None = None
    home: Code | None = None
    steps: Annotated[list[dict[str, Any]], Field(max_length=100)]
    cycles: int = 2


@router.get("", summary="Plans in force", dependencies=[READERS])
def all_plans(request: Request, home: Code | None = None, retired: bool = False) -> Response:
    """The most particular one is used: for home and kind, home, kind, any. `retired`: the old
    versions too."""
    with deps_of(request).connection() as conn:
        return json_response({"items": plans.list_plans(conn, home=home, retired=retired)})


@router.post("", status_code=201, summary="Save the next version of a plan")
def save(request: Request, me: Writer, new: NewPlan) -> Response:
    """For alarms from now on. 422 names the steps and what is wrong with each."""
    deps = deps_of(request)
    draft = Draft(new.code, new.kind, new.home, new.steps, new.cycles)
    with deps.connection() as conn:
        try:
            made = plan_versions.save(conn, draft, me.user, deps.clock.now())
        except PlanError as error:
            raise InvalidError(str(error)) from error
    return json_response(made, 201, {"Location": f"/api/v1/plans/{made.code}/{made.version}"})


@router.get("/{code}/{version}", summary="One version of a plan", dependencies=[READERS])
def one_plan(request: Request, code: HomeCode, version: Version) -> Response:
    with deps_of(request).connection() as conn:
        found = plans.find(conn, code, version)
    if found is None:
        raise MissingError("There is no such version of a plan")
    return json_response(found)


@router.post(
    "/{code}/{version}/retire", summary="Take a version out of force", dependencies=[WRITERS]
)
def retire(request: Request, code: HomeCode, version: Version) -> Response:
    """New alarms do not run on it; those that are open go on with it."""
    deps = deps_of(request)
    with deps.connection() as conn:
        return json_response(plan_versions.retire(conn, code, version, deps.clock.now()))
