"""Technical alarms become work for the depot; what is overdue is told to the supervisor."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from alerts.errors import NotFoundError, RefusedError
from alerts.work import overdue, tasks, work_orders
from app.waiting import wait_until
from store.db import Pool
from store.home import people
from store.model import Alarm, AlarmState, Outcome, Role, User
from store.work import work_orders as store
from store.work.work_orders import Work, WorkOrder, WorkState
from tests.district import add_user
from tests.world import World, at_once

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND datname = current_database()"""


@pytest.fixture
def world(pool: Pool) -> World:
    return World(pool)


def catch_up(world: World) -> int:
    return world.run(work_orders.create_wanted, world.now(), world.policy)


def orders(world: World) -> list[WorkOrder]:
    found = [world.run(store.get, n) for n in world.sql("SELECT id FROM work_orders ORDER BY id")]
    return [order for order in found if order is not None]


def order_for(world: World, kind: str = "low_battery") -> tuple[Alarm, WorkOrder]:
    alarm = world.raised(kind)
    assert catch_up(world) == 1
    return alarm, orders(world)[-1]


def supervisor(world: World) -> str:
    """The district's own; returns the phone."""

    with world.pool.connection() as conn:
        person = people.add_person(conn, name="Sun", phone="+8613700000001", language="en")
        conn.execute("UPDATE areas SET supervisor_id = %s WHERE code = 'D1'", [person])
    return "+8613700000001"


def installer(world: World, name: str = "Fix It") -> User:
    return world.run(add_user, name, Role.INSTALLER)


def told(world: World) -> list[tuple[str, str]]:
    return world.sql(
        "SELECT address, body FROM notifications WHERE purpose = 'overdue' ORDER BY id"
    )


def test_a_fault_on_a_life_safety_device_is_due_in_two_hours(world: World) -> None:
    alarm, order = order_for(world, "device_fault")
    assert (order.kind, order.state, order.device) == (Work.REPAIR, WorkState.OPEN, "button-1")
    assert (order.home, order.alarms) == ("H0001", [alarm.id])
    assert order.due_at == world.now() + 2 * HOUR
    line = world.journal(alarm.id)[-1]
    assert (line.event, line.data["work_order"]) == ("work_order_made", order.id)


def test_a_battery_is_due_in_three_days_and_in_one_when_it_is_critical(world: World) -> None:
    _, order = order_for(world)
    assert order.due_at == world.now() + 3 * DAY
    (device,) = world.sql(
        "SELECT id FROM devices WHERE code = 'smoke-1' AND home_id = %s", world.home.id
    )
    world.sql(
        "INSERT INTO readings (at, device_id, battery) VALUES (%s, %s, 4)",
        world.now() - HOUR,
        device,
    )
    world.raised("low_battery", device="smoke-1")
    catch_up(world)
    assert orders(world)[-1].due_at == world.now() + DAY


def test_one_open_order_a_device_and_kind_of_work(world: World) -> None:
    """Break: leave the unique index work_orders_one_open out."""
    first, _ = order_for(world, "tamper")
    second = world.raised("device_fault")
    catch_up(world)
    (order,) = orders(world)
    assert order.alarms == [first.id, second.id]
    assert catch_up(world) == 0
    world.raised("low_battery")
    world.raised("device_fault", home="H0002")
    assert catch_up(world) == 2
    assert len(orders(world)) == 3


def test_an_outage_is_work_only_when_it_lasts(world: World) -> None:
    """Break: order_delay() returns nothing for HUB_OFFLINE."""
    alarm = world.raised("hub_offline")
    world.pass_time(4 * 3600 - 1)
    assert catch_up(world) == 0
    world.pass_time(1)
    assert catch_up(world) == 1
    (order,) = orders(world)
    assert (order.kind, order.due_at) == (Work.CONNECT, world.now() + 2 * HOUR)
    world.sql("UPDATE alarms SET cleared_at = %s WHERE id = %s", world.now(), alarm.id)
    catch_up(world)
    assert [o.state for o in orders(world)] == [WorkState.CANCELLED]


def test_what_is_over_or_part_of_an_area_outage_is_no_work(world: World) -> None:
    cleared, child = world.raised("device_fault"), world.raised("device_fault", home="H0002")
    world.sql("UPDATE alarms SET cleared_at = %s WHERE id = %s", world.now(), cleared.id)
    world.sql("UPDATE alarms SET inhibited_by = %s WHERE id = %s", cleared.id, child.id)
    world.raised()
    assert catch_up(world) == 0


def test_many_engines_make_each_order_once(world: World) -> None:
    """Break: claim_wanted without FOR NO KEY UPDATE."""
    for home in ("H0001", "H0002"):
        for kind in ("low_battery", "device_fault", "tamper", "power_failure"):
            world.raised(kind, home=home)
    made = at_once(lambda _: catch_up(world), 8, 4)
    assert len(orders(world)) == 6
    assert sum(made) == 8
    assert sorted(a for o in orders(world) for a in o.alarms) == sorted(
        a.id for a in world.alarms()
    )


def test_work_that_is_done_closes_its_alarm_when_nobody_owns_it(world: World) -> None:
    alarm, order = order_for(world)
    me = installer(world)
    with pytest.raises(RefusedError, match="not yours"):
        world.run(work_orders.done, order.id, "", me, world.now(), world.policy)
    world.run(work_orders.assign, order.id, me.id, me)
    ended = world.run(work_orders.done, order.id, "CR2032", me, world.now(), world.policy)
    assert (ended.state, ended.note, ended.finished_by) == (WorkState.DONE, "CR2032", me.id)
    closed = world.alarm(alarm.id)
    assert (closed.state, closed.outcome) == (AlarmState.CLOSED, Outcome.LOW_BATTERY)
    assert "CR2032" not in str(world.journal(alarm.id)), "free text must be erasable"
    with pytest.raises(RefusedError, match="already"):
        world.run(work_orders.done, order.id, "", me, world.now(), world.policy)
    with pytest.raises(RefusedError, match="already"):
        world.run(work_orders.assign, order.id, me.id, me)
    world.raised("low_battery")
    assert catch_up(world) == 1


def test_an_alarm_somebody_owns_stays_theirs_when_the_work_is_done(world: World) -> None:
    """Break: close_locked() every alarm in work_orders._over."""
    alarm, order = order_for(world)
    world.acknowledge(alarm.id)
    operator = world.district.operator
    world.run(work_orders.done, order.id, "", operator, world.now(), world.policy)
    assert world.alarm(alarm.id).state == AlarmState.ACKNOWLEDGED
    assert world.events(alarm.id)[-1] == "work_order_done"


def test_cancelled_work_leaves_the_alarm_to_people(world: World) -> None:
    alarm, order = order_for(world)
    world.run(work_orders.cancel, order.id, "no such flat", world.district.operator, world.now())
    assert world.alarm(alarm.id).state == AlarmState.RAISED
    assert catch_up(world) == 0


def test_overdue_work_is_told_to_the_supervisor_once_and_in_one_message(world: World) -> None:
    """Break: do not set escalated_at in mark_overdue."""
    phone = supervisor(world)
    order_for(world, "device_fault")
    world.raised("device_fault", home="H0002")
    catch_up(world)
    world.run(
        tasks.create,
        "Ask for the key",
        world.now() + HOUR,
        world.district.operator,
        world.now(),
        home="H0001",
    )
    world.time += 2 * HOUR
    assert (
        at_once(lambda _: world.run(overdue.notify_overdue, world.now(), world.policy), 4, 4).count(
            0
        )
        >= 1
    )
    assert (
        sum(
            int(n)
            for n in world.sql("SELECT count(*) FROM work_orders WHERE escalated_at IS NOT NULL")
        )
        == 2
    )
    world.time += DAY
    assert world.run(overdue.notify_overdue, world.now(), world.policy) == 0
    assert {address for address, _ in told(world)} == {phone}
    assert any("work order" in body for _, body in told(world))


def test_an_engine_that_comes_second_waits_for_the_first(world: World) -> None:
    """So that it is one message. Break: skip what is locked in mark_overdue of the work orders: it
    tells of the task alone."""
    supervisor(world)
    order_for(world, "device_fault")
    world.run(
        tasks.create,
        "Ask for the key",
        world.now() + HOUR,
        world.district.operator,
        world.now(),
        home="H0001",
    )
    world.time += 2 * HOUR
    with ThreadPoolExecutor(1) as second, world.pool.connection() as conn:
        with conn.transaction(force_rollback=True):
            assert store.mark_overdue(conn, world.now(), 10)
            done = second.submit(
                lambda: world.run(overdue.notify_overdue, world.now(), world.policy)
            )
            assert wait_until(lambda: done.done() or world.sql(WAITING) == [1], 10)
        assert done.result(10) == 2
    ((_, body),) = told(world)
    assert "1 work order" in body
    assert "1 task" in body


def test_one_message_a_supervisor_however_much_is_overdue(world: World) -> None:
    phone = supervisor(world)
    for home in ("H0001", "H0002"):
        world.raised("device_fault", home=home)
    catch_up(world)
    world.time += 2 * HOUR
    assert world.run(overdue.notify_overdue, world.now(), world.policy) == 2
    assert told(world) == [(phone, "[Anxin] Overdue: 2 work order(s). Please look at the console.")]


def test_overdue_work_is_marked_even_if_nobody_can_be_told(world: World) -> None:
    order_for(world, "device_fault")
    world.time += 2 * HOUR
    assert world.run(overdue.notify_overdue, world.now(), world.policy) == 1
    assert told(world) == []
    assert [o.escalated_at for o in orders(world)] == [world.now()]


def test_by_hand_for_a_device_or_the_hub(world: World) -> None:
    due = world.now() + DAY
    made = world.run(work_orders.create, Work.REPLACE, "H0001", "button-1", due, world.now())
    assert (made.kind, made.device, made.alarm_id, made.alarms) == (
        Work.REPLACE,
        "button-1",
        None,
        [],
    )
    with pytest.raises(RefusedError, match=str(made.id)):
        world.run(work_orders.create, Work.REPLACE, "H0001", "button-1", due, world.now())
    assert (
        world.run(work_orders.create, Work.REPLACE, "H0001", None, due, world.now()).device is None
    )
    for home, device in (("H9999", None), ("H0001", "nothing")):
        with pytest.raises(NotFoundError):
            world.run(work_orders.create, Work.REPAIR, home, device, due, world.now())


def test_a_task_takes_its_home_from_its_alarm(world: World) -> None:
    alarm = world.raised()
    operator, me = world.district.operator, installer(world)
    task = world.run(
        tasks.create,
        "Fit a rail",
        world.now() + DAY,
        operator,
        world.now(),
        owner_id=me.id,
        alarm_id=alarm.id,
    )
    assert (task.home, task.alarm_id, task.owner_name) == ("H0001", alarm.id, "Fix It")
    with pytest.raises(RefusedError, match="not yours"):
        world.run(tasks.done, task.id, "", installer(world, "Other"), world.now())
    assert world.run(tasks.done, task.id, "fitted", me, world.now()).note == "fitted"
    with pytest.raises(RefusedError, match="done already"):
        world.run(tasks.assign, task.id, me.id, operator)
    for wrong in ({"home": "H9999"}, {"alarm_id": 10**9}, {"owner_id": 10**9}):
        with pytest.raises(NotFoundError):
            world.run(tasks.create, "x", world.now() + DAY, operator, world.now(), **wrong)
