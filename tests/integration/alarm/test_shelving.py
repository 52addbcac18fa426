"""Hidden for a time, never for good, and a danger to life only by two. What belongs together is
shown together and closed one by one.

Broken on purpose: without the timer in `hide` nothing comes back; with `hide` instead of
`ask_to_shelve` for life-safety one operator hides a fire.
"""

from datetime import timedelta

import pytest

from alerts.alarm import linking, shelving
from alerts.errors import RefusedError, TakenError
from store.model import Alarm, AlarmState, Kind
from tests.district import NOON
from tests.world import World

HOUR = timedelta(hours=1)


def shelve(world: World, alarm: int, lasting: timedelta = HOUR, operator: int = 0) -> Alarm:
    by = world.district.operators[operator]
    return world.run(shelving.shelve, alarm, world.time + lasting, "being repaired", by, world.time)


def confirm(world: World, alarm: int, operator: int) -> Alarm:
    return world.run(shelving.confirm, alarm, world.district.operators[operator], world.time)


def test_a_shelved_alarm_is_quiet_and_comes_back_by_itself(world: World) -> None:
    leak = world.raised("water_leak")
    before = len(world.messages(leak.id, "alarm"))
    assert shelve(world, leak.id).shelved_until == NOON + HOUR
    world.pass_time(3599)
    assert len(world.messages(leak.id, "alarm")) == before
    world.pass_time(1)
    assert world.alarm(leak.id).shelved_until is None
    assert world.events(leak.id).count("unshelved") == 1
    assert len(world.messages(leak.id, "alarm")) == before + 1


def test_one_operator_cannot_hide_a_danger_to_life(world: World) -> None:
    smoke = world.raised("smoke", device="smoke-1")
    asked = shelve(world, smoke.id)
    assert (asked.shelved_until, asked.shelve_asked_by) == (None, world.district.operator.id)
    world.pass_time(120)
    assert len(world.messages(smoke.id, "alarm")) > 1, "it goes on until a second person agrees"
    with pytest.raises(RefusedError, match="another operator"):
        confirm(world, smoke.id, operator=0)
    assert confirm(world, smoke.id, operator=1).shelved_until == NOON + HOUR


def test_a_new_call_brings_the_alarm_back_at_once(world: World) -> None:
    call = world.raised()
    shelve(world, call.id)
    confirm(world, call.id, operator=1)
    world.time += timedelta(minutes=1)
    world.press()
    assert world.alarm(call.id).shelved_until is None


def test_a_wish_nobody_confirmed_in_time_is_void(world: World) -> None:
    call = world.raised()
    shelve(world, call.id, timedelta(minutes=5))
    world.time += timedelta(minutes=5)
    with pytest.raises(RefusedError, match="passed"):
        confirm(world, call.id, operator=1)


def test_an_owned_alarm_expects_progress_again_when_it_is_back(world: World) -> None:
    leak = world.raised("water_leak")
    world.acknowledge(leak.id)
    with pytest.raises(TakenError):
        shelve(world, leak.id, operator=1)
    shelve(world, leak.id)
    world.pass_time(3600)
    assert world.alarm(leak.id).state == AlarmState.ACKNOWLEDGED
    world.pass_time(world.policy.progress_other)
    assert world.alarm(leak.id).state == AlarmState.RAISED


def test_a_shelf_needs_an_end_and_a_reason(world: World) -> None:
    leak, smoke = world.raised("water_leak"), world.raised("smoke", device="smoke-1")
    for alarm, lasting in ((leak, -HOUR), (leak, 8 * 24 * HOUR), (smoke, 2 * HOUR)):
        with pytest.raises(RefusedError, match="until"):
            shelve(world, alarm.id, lasting)
    with pytest.raises(RefusedError, match="reason"):
        world.run(shelving.shelve, leak.id, NOON + HOUR, " ", world.district.operator, NOON)
    with pytest.raises(RefusedError, match="not shelved"):
        world.run(shelving.unshelve, leak.id, world.district.operator, NOON, world.policy)


def test_linked_alarms_are_one_group_and_closed_one_by_one(world: World) -> None:
    call, smoke, leak = (
        world.raised("help_call"),
        world.raised("smoke"),
        world.raised("water_leak"),
    )
    elsewhere = world.raised(home="H0002")
    by = world.district.operator
    world.run(linking.link, leak.id, smoke.id, by, NOON)
    world.run(linking.link, smoke.id, call.id, by, NOON)
    assert [world.alarm(a.id).linked_to for a in (call, smoke, leak)] == [None, call.id, call.id]
    with pytest.raises(RefusedError, match="same home"):
        world.run(linking.link, call.id, elsewhere.id, by, NOON)
    world.acknowledge(call.id)
    world.close(call.id)
    assert world.alarm(smoke.id).state == AlarmState.RAISED
    assert world.alarm(leak.id).kind == Kind.WATER_LEAK
