"""Tasks: creates, assigns and finishes them. Each use case is one transaction.

NotFoundError; RefusedError: done already, somebody else's.
"""

from datetime import datetime

from alerts.errors import NotFoundError, RefusedError
from alerts.work import forced_entry
from alerts.work.assignment import check_may_assign, check_may_finish
from store.access import users
from store.alarm import alarms
from store.db import Connection
from store.home import household
from store.model import User
from store.work import tasks
from store.work.tasks import NewTask, Task, TaskState


def create(
    conn: Connection,
    text: str,
    due_at: datetime,
    by: User,
    now: datetime,
    *,
    owner_id: int | None = None,
    home: str | None = None,
    alarm_id: int | None = None,
) -> Task:
    """`home` is a code; with an alarm alone the task belongs to the alarm's home."""
    with conn.transaction():
        if owner_id is not None:
            check_may_assign(users.find(conn, owner_id), by, None)
        place = household.home(conn, home) if home is not None else None
        if home is not None and place is None:
            raise NotFoundError("there is no such home")
        alarm = alarms.get(conn, alarm_id) if alarm_id is not None else None
        if alarm_id is not None and alarm is None:
            raise NotFoundError("there is no such alarm")
        home_id = place.id if place else alarm.home_id if alarm else None
        number = tasks.add(
            conn,
            NewTask(
                text, due_at, by.id, now, owner_id=owner_id, home_id=home_id, alarm_id=alarm_id
            ),
        )
        return _found(tasks.get(conn, number))


def assign(conn: Connection, task_id: int, owner_id: int, by: User) -> Task:
    with conn.transaction():
        task = _open(tasks.lock(conn, task_id))
        check_may_assign(users.find(conn, owner_id), by, task.owner_id)
        tasks.assign(conn, task_id, owner_id)
        return _found(tasks.get(conn, task_id))


def done(conn: Connection, task_id: int, note: str, by: User, now: datetime) -> Task:
    """`note`: how it went. The task to secure a door that was forced secures it by that."""
    with conn.transaction():
        task = _open(tasks.lock(conn, task_id))
        check_may_finish(by, task.owner_id)
        tasks.finish(conn, task_id, by.id, note, now)
        forced_entry.secured_by_task(conn, task_id, note, by, now)
        return _found(tasks.get(conn, task_id))


def _open(task: Task | None) -> Task:
    found = _found(task)
    if found.state != TaskState.OPEN:
        raise RefusedError("this task is done already")
    return found


def _found(task: Task | None) -> Task:
    if task is None:
        raise NotFoundError("there is no such task")
    return task
