"""Many at once over the dangers of one home: nobody waits in a circle, nobody is asked twice.

Broken on purpose by leaving joining.hold_home out (two plans then ask the same responder twice),
and by locking the others of a home in any order (PostgreSQL ends one of the two by a deadlock).
"""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from psycopg import errors

from alerts.alarm import closing, operator_actions
from alerts.alarm.closing import AlsoClosed
from alerts.alarm.rebuild import as_rebuilt, rebuild
from alerts.engine import due_timers
from alerts.errors import RefusedError, TakenError
from store.access import desk_presence
from store.home import people
from store.model import Alarm, AlarmState, DispatchState, Outcome
from tests.world import World, at_once

ROUNDS = 6


def employ(world: World, number: int) -> None:
    with world.pool.connection() as conn:
        person = people.add_person(
            conn, name=f"responder {number}", phone=f"+861390000020{number}", language="en"
        )
        people.add_responder(conn, person_id=person, kind="grid_worker", area="G1")


def burning(world: World) -> list[Alarm]:
    return [
        world.raised("help_call"),
        world.raised("smoke", device="smoke-1"),
        world.raised("gas_leak", device="smoke-1"),
    ]


def are_told_by_their_journals(world: World) -> bool:
    return all(rebuild(world.journal(a.id)) == as_rebuilt(a) for a in world.alarms())


def test_plans_that_ask_at_the_same_moment_ask_once(world: World) -> None:
    world.plan(
        {"after_seconds": 60, "target": "grid_responder"},
        {"after_seconds": 600, "target": "console"},
    )
    for home in world.district.homes:
        for kind in ("help_call", "smoke", "gas_leak"):
            device = "button-1" if kind == "help_call" else "smoke-1"
            world.raised(kind, home=home.code, device=device)
    world.time += timedelta(seconds=60)
    at_once(lambda _: due_timers.fire_next_timer(world.pool, world.time, world.policy), 12, 6)
    world.fire_due()
    asked = world.sql(
        "SELECT a.home_id, count(DISTINCT d.id) FROM dispatches d"
        " JOIN alarms a ON a.id = d.alarm_id GROUP BY 1 ORDER BY 1"
    )
    assert asked == [(home.id, 1) for home in world.district.homes]
    joined = world.sql("SELECT count(*) FROM dispatch_alarms")
    assert joined == [6], "each serves the three of its home"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_everybody_does_something_at_once(world: World, round_: int) -> None:
    for number in range(4):
        employ(world, number)
    world.plan({"after_seconds": 0, "target": "contacts"})
    call, smoke, gas = burning(world)
    world.messages_leave()
    world.pass_time(40)
    me, other = world.district.operators
    world.run(
        operator_actions.acknowledge, call.id, me, world.time, world.policy, also=[smoke.id, gas.id]
    )
    sent = world.dispatch(call.id)
    world.run(desk_presence.saw, [other.id], world.time + timedelta(seconds=world.policy.accept))
    world.time += timedelta(seconds=world.policy.accept + 1)
    phones = [*world.home.phones, world.district.responder_phone]

    def fire() -> object:
        return due_timers.fire_next_timer(world.pool, world.time, world.policy)

    def close() -> object:
        return world.run(
            closing.close,
            gas.id,
            Outcome.ASSISTANCE,
            "",
            me,
            world.time,
            world.policy,
            also=[AlsoClosed(call.id, Outcome.ASSISTANCE, 1)],
        )

    acts: list[Callable[[], object]] = [
        *[fire] * 6,
        *[lambda phone=phone: world.text(phone, "1") for phone in phones],
        lambda: world.move(sent.id, DispatchState.ACCEPTED),
        lambda: world.run(
            operator_actions.transfer, smoke.id, other.id, me, world.time, world.policy
        ),
        lambda: world.raised("fall"),
        lambda: world.press("help_call"),
        close,
        *[fire] * 4,
    ]
    order = acts[round_:] + acts[:round_]
    began = threading.Barrier(8)

    def act(number: int) -> str:
        if number < 8:
            began.wait(10)
        try:
            order[number]()
        except (RefusedError, TakenError) as refused:
            return type(refused).__name__
        except errors.DeadlockDetected:
            return "deadlock"
        return "done"

    assert "deadlock" not in at_once(act, len(order), 8)
    world.fire_due()
    assert are_told_by_their_journals(world)
    live = world.sql(
        "SELECT count(*) FROM dispatches WHERE state IN ('OFFERED', 'ACCEPTED', 'EN_ROUTE')"
        " GROUP BY responder_id"
    )
    assert all(number == 1 for number in live), "nobody has two of one home"
    if all(alarm.state == AlarmState.CLOSED for alarm in world.alarms()):
        assert live == []
