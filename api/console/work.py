"""Work orders and tasks: mine, overdue, everybody's; for the desk, and for installers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response

from api.auth import DESK, Principal, require
from api.console.pages import page_of
from api.console.phrases import words_for_scripts
from api.console.shell import shared, show
from api.deps import deps_of
from store import names, tasks, work_orders
from store.db import Connection
from store.model import Role, User
from store.tasks import Task, TaskState
from store.work_orders import WorkOrder, WorkState

router = APIRouter(include_in_schema=False)
AtTheDesk = Annotated[Principal, Depends(require(*DESK))]
Installer = Annotated[Principal, Depends(require(Role.INSTALLER))]
View = Literal["mine", "overdue", "open", "done"]
MOST = 200
_ORDERS = {
    "mine": (WorkState.OPEN, WorkState.ASSIGNED),
    "overdue": (WorkState.OPEN, WorkState.ASSIGNED),
    "open": (WorkState.OPEN, WorkState.ASSIGNED),
    "done": (WorkState.DONE, WorkState.CANCELLED),
}


@router.get("/console/work")
def for_the_desk(request: Request, me: AtTheDesk, view: View = "open") -> Response:
    return show(
        request, me, "work.html", here_page="/console/work", **_work(request, me.user, view)
    )


@router.get("/work")
def for_installers(request: Request, me: Installer, view: View = "open") -> Response:
    """The same without queue and sound."""
    page = page_of(request, me)
    return page.render(
        "plain.html",
        view_template="work.html",
        here_page="/work",
        words=words_for_scripts(page.language),
        **shared(page),
        **_work(request, me.user, view),
    )


def _work(request: Request, user: User, view: View) -> dict[str, Any]:
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        orders, chores = _orders(conn, user, view, now), _tasks(conn, user, view, now)
        takers = names.at_the_desk(conn) + names.installers(conn) if user.at_the_desk else []
    return {"view": view, "orders": orders, "tasks": chores, "takers": takers}


def _orders(conn: Connection, user: User, view: View, now: datetime) -> list[WorkOrder]:
    return work_orders.listed(
        conn,
        states=_ORDERS[view],
        home=None,
        owner_id=user.id if view == "mine" else None,
        due_before=now if view == "overdue" else None,
        after=None,
        limit=MOST,
    )


def _tasks(conn: Connection, user: User, view: View, now: datetime) -> list[Task]:
    """An installer sees their own."""
    own = view == "mine" or not user.at_the_desk
    found = tasks.listed(
        conn,
        states=(TaskState.DONE,) if view == "done" else (TaskState.OPEN,),
        owner_id=user.id if own else None,
        home=None,
        after=None,
        limit=MOST,
    )
    return [task for task in found if view != "overdue" or task.due_at <= now]
