"""Work orders and tasks as operators' and installers' pages list them."""

from datetime import datetime
from typing import Any, Literal

from fastapi import Request

from api.deps import deps_of
from store.access import person_names
from store.db import Connection
from store.model import User
from store.work import tasks, work_orders
from store.work.tasks import Task, TaskState
from store.work.work_orders import WorkOrder, WorkState

View = Literal["mine", "overdue", "open", "done"]


MOST = 200


_ORDERS = {
    "mine": (WorkState.OPEN, WorkState.ASSIGNED),
    "overdue": (WorkState.OPEN, WorkState.ASSIGNED),
    "open": (WorkState.OPEN, WorkState.ASSIGNED),
    "done": (WorkState.DONE, WorkState.CANCELLED),
}


def work_lists(request: Request, user: User, view: View) -> dict[str, Any]:
    deps = deps_of(request)
    now = deps.clock.now()
    with deps.connection() as conn:
        orders, chores = _orders(conn, user, view, now), _tasks(conn, user, view, now)
        takers = (
            person_names.at_the_desk(conn) + person_names.installers(conn)
            if user.at_the_desk
            else []
        )
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
