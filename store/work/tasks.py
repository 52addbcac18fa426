"""Tasks: what somebody is to do by a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.db import Connection, Queries, fetch_all, fetch_one
from store.work.work_orders import Overdue

SQL = Queries("work/tasks")


class TaskState(StrEnum):
    OPEN = "OPEN"
    DONE = "DONE"


@dataclass(frozen=True, slots=True)
class Task:
    """`text` and `note` (how it went) can be erased."""

    id: int
    state: TaskState
    text: str
    home: str | None
    alarm_id: int | None
    owner_id: int | None
    owner_name: str | None
    created_by: int | None
    created_at: datetime
    due_at: datetime
    done_at: datetime | None
    done_by: int | None
    escalated_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class NewTask:
    """`home_id` and `alarm_id`: what it is about, if anything; `created_by` None: the centre
    itself."""

    text: str
    due_at: datetime
    created_by: int | None
    now: datetime
    owner_id: int | None = None
    home_id: int | None = None
    alarm_id: int | None = None


def add(conn: Connection, new: NewTask) -> int:
    values = {name: getattr(new, name) for name in NewTask.__slots__}
    row = conn.execute(SQL["add"], values).fetchone()
    assert row is not None  # noqa: S101
    return int(row[0])


def get(conn: Connection, task_id: int) -> Task | None:
    return fetch_one(conn, Task, SQL["get"], {"id": task_id})


def lock(conn: Connection, task_id: int) -> Task | None:
    """The task, held until the transaction ends."""
    conn.execute(SQL["lock"], {"id": task_id})
    return get(conn, task_id)


def listed(
    conn: Connection,
    *,
    states: Sequence[TaskState],
    owner_id: int | None,
    home: str | None,
    after: int | None,
    limit: int,
) -> list[Task]:
    """What is open and due first is first, so the overdue lead; `after` is the last of the page
    before."""
    values = {
        "states": list(states),
        "owner_id": owner_id,
        "home": home,
        "after": after,
        "limit": limit,
    }
    return fetch_all(conn, Task, SQL["listed"], values)


def assign(conn: Connection, task_id: int, owner_id: int) -> None:
    conn.execute(SQL["assign"], {"id": task_id, "owner_id": owner_id})


def finish(conn: Connection, task_id: int, by: int, note: str, now: datetime) -> None:
    conn.execute(SQL["finish"], {"id": task_id, "by": by, "note": note, "now": now})


def mark_overdue(conn: Connection, now: datetime, limit: int) -> list[Overdue]:
    """Overdue tasks nobody was notified of, marked as notified."""
    return fetch_all(conn, Overdue, SQL["mark_overdue"], {"now": now, "limit": limit})
