"""Work that has passed its date is told to the supervisor, once."""

from collections import Counter
from datetime import datetime

import structlog

from alerts.notify import notifying, queueing, texts
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
"""Rows marked in one transaction; what is left follows with the next look."""


def notify_overdue(conn: Connection, now: datetime, policy: Policy) -> int:
    """Tell the supervisors what is newly overdue; returns how much that is.

    One message a supervisor, however much it is: a snowed-in depot must not flood anybody. It is
    marked in the lists in any case, also where nobody can be reached.
    """
    with conn.transaction():
        orders = work_orders.mark_overdue(conn, now, AT_ONCE)
        chores = tasks.mark_overdue(conn, now, AT_ONCE)
        told = [
            _tell(conn, person, late_orders, late_tasks, now, policy)
            for person, (late_orders, late_tasks) in _count(conn, orders, chores).items()
        ]
        if (orders or chores) and not any(told):
            log.warning(
                "overdue, and no supervisor can be told", work_orders=len(orders), tasks=len(chores)
            )
        return len(orders) + len(chores)


def _count(
    conn: Connection, orders: list[Overdue], chores: list[Overdue]
) -> dict[Person, tuple[int, int]]:
    """How many work orders and tasks each supervisor is to hear of."""
    late_orders = Counter(order.area_id for order in orders)
    late_tasks = Counter(chore.area_id for chore in chores)
    told: dict[Person, tuple[int, int]] = {}
    for area_id in late_orders.keys() | late_tasks.keys():
        for person in people.supervisors_for(conn, area_id):
            before = told.get(person, (0, 0))
            told[person] = (before[0] + late_orders[area_id], before[1] + late_tasks[area_id])
    return told


def _tell(
    conn: Connection, person: Person, orders: int, chores: int, now: datetime, policy: Policy
) -> bool:
    """False: there is no way to this supervisor."""
    found, _ = notifying.methods_to(conn, person, PURPOSE, OutboxLane.ROUTINE, now, policy)
    if not found:
        return False
    new = NewNotification(
        alarm_id=None,
        person_id=person.id,
        purpose=PURPOSE,
        channel="",
        lane=OutboxLane.ROUTINE,
        address="",
        body=texts.overdue_text(orders, chores, person.language),
        dedupe="",
        due_at=now,
        now=now,
        chain=f"{PURPOSE}:{person.id}:{now.isoformat()}",
    )
    return queueing.queue_by_method(conn, new, found[0], policy) is not None
