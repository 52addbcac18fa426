"""JSON routes: tasks with an owner and a due date."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import StringConstraints

from alerts.work import tasks as use_cases
from api.access.auth import OPERATOR_ROLES, Principal, require
from api.deps import deps_of
from api.errors import MissingError
from api.http.fields import BIGGEST, Body, Code, Id, Moment, Number, Text
from api.http.json_answers import json_response
from api.routes.work.work_orders import Assignment, Ending, check_due
from store.model import Role, User
from store.work import tasks
from store.work.tasks import Task, TaskState

router = APIRouter(prefix="/api/v1/tasks", tags=["work"])
Worker = Annotated[Principal, Depends(require(*OPERATOR_ROLES, Role.INSTALLER))]
Operator = Annotated[Principal, Depends(require(*OPERATOR_ROLES))]
_STATES: dict[str, tuple[TaskState, ...]] = {
    "open": (TaskState.OPEN,),
    "done": (TaskState.DONE,),
    "all": tuple(TaskState),
}


class NewTask(Body):
    """`owner`: a user's id; `home`: a home's code; `alarm`: an alarm's id."""

    text: Annotated[Text, StringConstraints(min_length=1)]
    due_at: Moment
    owner: Number | None = None
    home: Code | None = None
    alarm: Number | None = None


@router.get("", summary="Tasks, the overdue first")
def listed(
    request: Request,
    me: Worker,
    state: Literal["open", "done", "all"] = "open",
    mine: bool = False,
    home: Annotated[Code | None, Query(description="a home's code")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Response:
    """By date, those done behind the open ones. An installer sees their own. `after` is the id of
    the last of the page before."""
    deps = deps_of(request)
    own = mine or not me.user.at_the_desk
    with deps.connection() as conn:
        items = tasks.listed(
            conn,
            states=_STATES[state],
            owner_id=me.user.id if own else None,
            home=home,
            after=after,
            limit=limit,
        )
    now = deps.clock.now()
    return json_response({"items": [_shown(task, now) for task in items]})


@router.get("/{number}", summary="One task")
def one(request: Request, me: Worker, number: Id) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        found = tasks.get(conn, number)
    return json_response(_shown(_theirs(found, me.user), deps.clock.now()))


@router.post("", status_code=201, summary="A new task")
def create(request: Request, me: Operator, new: NewTask) -> Response:
    deps = deps_of(request)
    now = deps.clock.now()
    check_due(new.due_at, now)
    with deps.connection() as conn:
        made = use_cases.create(
            conn,
            new.text,
            new.due_at,
            me.user,
            now,
            owner_id=new.owner,
            home=new.home,
            alarm_id=new.alarm,
        )
    return json_response(_shown(made, now), 201, {"Location": f"{router.prefix}/{made.id}"})


@router.post("/{number}/assign", summary="Give it to somebody")
def assign(request: Request, me: Operator, number: Id, wanted: Assignment) -> Response:
    deps = deps_of(request)
    with deps.connection() as conn:
        task = use_cases.assign(conn, number, wanted.owner, me.user)
    return json_response(_shown(task, deps.clock.now()))


@router.post("/{number}/done", summary="It is done")
def done(request: Request, me: Worker, number: Id, ending: Ending) -> Response:
    """`note`: how it went."""
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        _theirs(tasks.get(conn, number), me.user)
        task = use_cases.done(conn, number, ending.note, me.user, now)
    return json_response(_shown(task, now))


def _theirs(task: Task | None, user: User) -> Task:
    """MissingError: there is no such task, or it is not this user's to see."""
    if task is None or not (user.at_the_desk or task.owner_id == user.id):
        raise MissingError("There is no such task, or it is not yours to see")
    return task


def _shown(task: Task, now: datetime) -> dict[str, Any]:
    return {**asdict(task), "overdue": task.state == TaskState.OPEN and task.due_at <= now}
