"""Notifies supervisors, once, of work orders and tasks that have passed their date."""

from collections import Counter
from datetime import datetime

import structlog

from alerts.notify import notifying, queueing, texts
from alerts.notify.template_text import template_of, values_of
from alerts.policy import Policy
from store.db import Connection
from store.home import people
from store.model import OutboxLane, Person
from store.notify.outbox import NewNotification
from store.work import tasks, work_orders
from store.work.work_orders import Overdue

log = structlog.get_logger(__name__)
PURPOSE = "overdue"
AT_ONCE = 1_000
"""Rows marked in one transaction; the rest follows with the next run."""


def notify_overdue(conn: Connection, now: datetime, policy: Policy) -> int:
    """Notify the supervisors of what is newly overdue; returns how much that is.

    One message a supervisor, however much it is: a depot in arrears must not flood anybody. It is
    marked in the lists in any case, also where nobody can be reached.
    """
    with conn.transaction():
        orders = work_orders.mark_overdue(conn, now, AT_ONCE)
        tasks_ = tasks.mark_overdue(conn, now, AT_ONCE)
        notified = [
            _notify_supervisor(conn, person, late_orders, late_tasks, now, policy)
            for person, (late_orders, late_tasks) in _count(conn, orders, tasks_).items()
        ]
        if (orders or tasks_) and not any(notified):
            log.warning(
                "overdue, and no supervisor can be told", work_orders=len(orders), tasks=len(tasks_)
            )
        return len(orders) + len(tasks_)


def _count(
    conn: Connection, orders: list[Overdue], tasks_: list[Overdue]
) -> dict[Person, tuple[int, int]]:
    """How many overdue work orders and tasks each supervisor is notified of."""
    late_orders = Counter(order.area_id for order in orders)
    late_tasks = Counter(task.area_id for task in tasks_)
    counts: dict[Person, tuple[int, int]] = {}
    for area_id in late_orders.keys() | late_tasks.keys():
        for person in people.supervisors_for(conn, area_id):
            before = counts.get(person, (0, 0))
            counts[person] = (before[0] + late_orders[area_id], before[1] + late_tasks[area_id])
    return counts


def _notify_supervisor(
    conn: Connection, person: Person, orders: int, tasks_: int, now: datetime, policy: Policy
) -> bool:
    """False: there is no way to reach this supervisor."""
    body = texts.overdue_text(orders, tasks_, person.language)
    found, _ = notifying.methods_to(
        conn, person, PURPOSE, OutboxLane.ROUTINE, now, policy, template_of(body)
    )
    if not found:
        return False
    new = NewNotification(
        alarm_id=None,
        person_id=person.id,
        purpose=PURPOSE,
        channel="",
        lane=OutboxLane.ROUTINE,
        address="",
        body=body,
        dedupe="",
        due_at=now,
        now=now,
        chain=f"{PURPOSE}:{person.id}:{now.isoformat()}",
        fields=values_of(body),
        template=template_of(body),
    )
    return queueing.queue_by_method(conn, new, found[0], policy) is not None
