"""JSON routes: an operator calls the home or somebody else of an alarm, and hangs up."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import StringConstraints, model_validator

from alerts.response.calls import operator_calls
from alerts.response.calls.operator_calls import CallTarget
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.http.fields import Body, Id, Number
from api.http.json_answers import json_response

router = APIRouter(prefix="/api/v1/alarms/{alarm_id}", tags=["alarms"])
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
Service = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,6}$")]


class Call(Body):
    """One of: `home`; `person`, a person id of this alarm; `service`, an outside one like 120."""

    home: bool = False
    person: Number | None = None
    service: Service | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_for_home(cls, given: Any) -> Any:
        """`"home"` alone is enough."""
        return {"home": True} if given == "home" else given

    @model_validator(mode="after")
    def _exactly_one(self) -> "Call":
        if [self.home, self.person is not None, self.service is not None].count(True) != 1:
            raise ValueError("say whom to call: home, person or service")
        return self


@router.post("/call", status_code=202, summary="Call the home or somebody else of the alarm")
def call(request: Request, me: Operator, alarm_id: Id, wanted: Call) -> Response:
    """Your own telephone rings first: press 1. During a talk about this alarm: joins them to it."""
    deps = deps_of(request)
    whom = CallTarget(wanted.person, wanted.service or "")
    with deps.connection() as conn:
        leg = operator_calls.call(conn, alarm_id, whom, me.user, deps.clock.now(), deps.policy)
    shown = {
        "conversation": leg.conversation_id,
        "leg": leg.id,
        "part": leg.part,
        "state": leg.state,
    }
    return json_response(shown, 202)


@router.post("/hang-up", status_code=202, summary="End the talk you hold about the alarm")
def hang_up(request: Request, me: Operator, alarm_id: Id) -> Response:
    """Everybody is out of it when your own telephone is. 409: you hold none."""
    deps = deps_of(request)
    with deps.connection() as conn:
        operator_calls.hang_up(conn, alarm_id, me.user, deps.clock.now())
    return json_response({"state": "ending"}, 202)
