"""Creates, assigns and finishes the depot's work orders. Each use case is one transaction.

NotFoundError; RefusedError: finished already, somebody else's, not possible.
"""

from datetime import datetime, timedelta
from typing import Any

from alerts.alarm import closing
from alerts.errors import NotFoundError, RefusedError
from alerts.policy import Policy
from alerts.work.assignment import check_may_assign, check_may_finish
from alerts.work.deadlines import WORK, order_delay, time_allowed
from store.access import users
from store.alarm import alarms
from store.db import Connection
from store.home import household, registry
from store.model import Alarm, AlarmState, Device, Priority, User
from store.work import work_orders
from store.work.work_orders import WORK_OUTCOMES, NewWorkOrder, Work, WorkOrder, WorkState

_UNFINISHED = (WorkState.OPEN, WorkState.ASSIGNED)


def create_wanted(conn: Connection, now: datetime, policy: Policy) -> int:
    """Make the work orders that technical alarms wait for, and drop those whose connection came
    back by itself; returns how many were made. Any number of engines may do this."""
    made = 0
    while (one := _make_next(conn, now, policy)) is not None:
        made += one
    work_orders.drop_recovered(conn, now)
    return made


def create(
    conn: Connection,
    work: Work,
    home: str,
    device: str | None,
    due_at: datetime,
    now: datetime,
) -> WorkOrder:
    """By hand, for a home's device, or its hub without one."""
    with conn.transaction():
        place = household.home(conn, home)
        if place is None:
            raise NotFoundError("there is no such home")
        found = registry.find_device(conn, home, device) if device is not None else None
        if device is not None and found is None:
            raise NotFoundError("the home has no such device")
        new = NewWorkOrder(
            work, place.area_id, place.id, found.id if found else None, None, due_at, now
        )
        number, made = work_orders.add_or_join(conn, new)
        if not made:
            raise RefusedError(f"there is an open work order for this already: {number}")
        return _found(work_orders.get(conn, number))


def order_for_latched(
    conn: Connection, device: Device, alarm_id: int | None, now: datetime, policy: Policy
) -> None:
    """A device that calls and never takes it back cannot be told from one that only reports: the
    depot looks at it as soon as at one that has failed. In the caller's transaction, the alarm
    locked before; once while the order is open."""
    due_at = now + timedelta(seconds=policy.order_life_safety)
    new = NewWorkOrder(Work.REPAIR, device.area_id, device.home_id, device.id, None, due_at, now)
    number, made = work_orders.add_or_join(conn, new)
    if made and alarm_id is not None:
        _note_down(conn, alarm_id, "work_order_made", "system", now, number, Work.REPAIR)


def order_for_flapping(
    conn: Connection, alarm: Alarm, device_id: int | None, due_at: datetime, now: datetime
) -> None:
    """A device that states its alarm without end is looked at; without one, the home's connection.
    In the caller's transaction, which holds the alarm."""
    work = Work.REPAIR if device_id is not None else Work.CONNECT
    new = NewWorkOrder(work, alarm.area_id, alarm.home_id, device_id, None, due_at, now)
    number, made = work_orders.add_or_join(conn, new)
    _note_down(conn, alarm.id, "work_order_made", "system", now, number, work, joined=not made)


def assign(conn: Connection, order_id: int, owner_id: int, by: User) -> WorkOrder:
    """Give it to somebody; an installer takes what nobody has for themselves."""
    with conn.transaction():
        order = _found(work_orders.lock(conn, order_id))
        _check_open(order)
        check_may_assign(users.find(conn, owner_id), by, order.owner_id)
        work_orders.assign(conn, order_id, owner_id)
        return _found(work_orders.get(conn, order_id))


def done(
    conn: Connection, order_id: int, note: str, by: User, now: datetime, policy: Policy
) -> WorkOrder:
    """The work is done: its technical alarms close where nobody owns them, others get a line."""
    with conn.transaction():
        # Alarms are locked first, then their work order.
        known = _found(work_orders.get(conn, order_id))
        held = [alarms.lock(conn, number) for number in known.alarms]
        order = _found(work_orders.lock(conn, order_id))
        if order.alarms != known.alarms:
            raise RefusedError("another alarm has just been added to it: try again")
        _check_open(order)
        check_may_finish(by, order.owner_id)
        work_orders.finish(conn, order_id, WorkState.DONE, by.id, note, now)
        for alarm in held:
            if alarm is not None and alarm.state != AlarmState.CLOSED:
                _over(conn, alarm, order, by, now, policy)
        return _found(work_orders.get(conn, order_id))


def cancel(conn: Connection, order_id: int, note: str, by: User, now: datetime) -> WorkOrder:
    """It need not be done. Its alarms stay as they are: they are a person's to close."""
    with conn.transaction():
        order = _found(work_orders.lock(conn, order_id))
        _check_open(order)
        work_orders.finish(conn, order_id, WorkState.CANCELLED, by.id, note, now)
        return _found(work_orders.get(conn, order_id))


def _make_next(conn: Connection, now: datetime, policy: Policy) -> int | None:
    """How many were made, 1 or 0 (another engine was faster); None: no alarm waits for one."""
    kinds = list(WORK)
    before = [now - order_delay(kind, policy) for kind in kinds]
    fresh = now - timedelta(seconds=policy.battery_reading_age)
    with conn.transaction():
        wanted = work_orders.claim_wanted(conn, kinds, before, fresh)
        if wanted is None:
            return None
        if work_orders.tied(conn, wanted.alarm_id):
            return 0  # tied between our looking and our locking
        work = WORK[wanted.kind]
        due_at = now + time_allowed(wanted.kind, wanted.role, wanted.battery, policy)
        number, made = work_orders.add_or_join(
            conn,
            NewWorkOrder(
                work, wanted.area_id, wanted.home_id, wanted.device_id, wanted.alarm_id, due_at, now
            ),
        )
        work_orders.tie(conn, number, wanted.alarm_id)
        _note_down(
            conn, wanted.alarm_id, "work_order_made", "system", now, number, work, joined=not made
        )
        return 1


def _over(
    conn: Connection, alarm: Alarm, order: WorkOrder, by: User, now: datetime, policy: Policy
) -> None:
    if alarm.state == AlarmState.RAISED and alarm.priority == Priority.TECHNICAL:
        closing.close_locked(
            conn, alarm.id, WORK_OUTCOMES[order.kind], by, now, policy, work_order=order.id
        )
    else:
        _note_down(conn, alarm.id, "work_order_done", f"user:{by.id}", now, order.id, order.kind)


def _note_down(
    conn: Connection,
    alarm_id: int,
    event: str,
    actor: str,
    now: datetime,
    number: int,
    work: Work,
    **more: Any,
) -> None:
    """Journal on an alarm that is locked, and show it."""
    alarms.journal(conn, alarm_id, event, at=now, actor=actor, work_order=number, work=work, **more)
    alarms.touch(conn, alarm_id)
    alarms.notify(conn, "alarm", alarm_id)


def _found(order: WorkOrder | None) -> WorkOrder:
    if order is None:
        raise NotFoundError("there is no such work order")
    return order


def _check_open(order: WorkOrder) -> None:
    if order.state not in _UNFINISHED:
        raise RefusedError(f"this work order is {order.state} already")
