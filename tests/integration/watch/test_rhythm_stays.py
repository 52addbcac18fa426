"""Stays and temperatures that last too long become alarms, and end with what they are about."""

from datetime import timedelta

from store.model import Kind
from store.watch import activity
from tests.district import NOON
from tests.sensor_home import HOUR, MINUTE, NIGHT, Home
from tests.world import World


def test_out_of_bed_at_night(world: World, home: Home) -> None:
    world.time = NIGHT - HOUR / 2
    home.says("bed-1", bed=True)
    world.time = NIGHT + 2 * HOUR
    home.says("bed-1", bed=False)
    left = world.time
    assert home.judged(left + 19 * MINUTE) == []
    (alarm,) = home.judged(left + 20 * MINUTE)
    assert (alarm.kind, alarm.occurred_at) == (Kind.BED_ABSENCE, left)
    world.time += MINUTE
    home.says("bed-1", bed=True)
    assert home.judged()[0].cleared_at == world.time


def test_long_in_the_bathroom(world: World, home: Home) -> None:
    home.moves("motion-1", "motion-3", "motion-3")
    entered = world.time - timedelta(seconds=40)
    world.time = entered + 30 * MINUTE
    home.says("motion-3", motion=1)
    assert home.judged(entered + 44 * MINUTE) == []
    (alarm,) = home.judged(entered + 45 * MINUTE)
    assert (alarm.kind, alarm.occurred_at) == (Kind.BATHROOM_LONG, entered)
    home.moves("motion-1")
    assert home.judged()[0].cleared_at is not None


def test_a_single_hit_in_the_bathroom_is_nobody(world: World, home: Home) -> None:
    home.moves("motion-1", "motion-3")
    assert home.judged(world.time + 2 * HOUR) == []


def test_gone_through_the_door_at_night(world: World, home: Home) -> None:
    world.time = NIGHT
    home.moves()
    home.says("door-1", door=True)
    opened = world.time
    home.says("motion-1", motion=1)
    world.time += MINUTE
    home.says("door-1", door=False)
    assert home.judged(opened + 9 * MINUTE) == []
    (alarm,) = home.judged(opened + 10 * MINUTE)
    assert (alarm.kind, alarm.occurred_at) == (Kind.WANDERING, opened)
    world.time += HOUR
    home.says("door-1", door=True)
    home.says("door-1", door=False)
    world.time += 3 * MINUTE
    home.moves("motion-2", "motion-1")
    assert home.judged()[0].cleared_at is not None


def test_whoever_comes_home_at_night_does_not_wander(world: World, home: Home) -> None:
    world.time = NIGHT
    home.says("door-1", door=True)
    home.says("door-1", door=False)
    world.time += 3 * MINUTE
    home.moves()
    assert home.judged(world.time + HOUR) == []


def test_a_door_that_stands_open(world: World, home: Home) -> None:
    home.says("door-1", door=True)
    opened = world.time
    world.time += MINUTE
    home.moves()
    assert home.judged(opened + 29 * MINUTE) == []
    (alarm,) = home.judged(opened + 30 * MINUTE)
    assert (alarm.kind, alarm.priority) == (Kind.DOOR_OPEN, 3)
    home.says("door-1", door=False)
    assert home.judged()[0].cleared_at == world.time


def test_cold_in_every_room_becomes_frost_and_ends(world: World, home: Home) -> None:
    for device in ("climate-1", "climate-2"):
        home.says(device, temperature=15.9)
    home.says("climate-3", temperature=2)  # the balcony
    begun = world.time
    assert home.judged(begun + 2 * HOUR - MINUTE) == []
    (alarm,) = home.judged(begun + 2 * HOUR)
    assert (alarm.kind, alarm.occurred_at) == (Kind.COLD, begun)
    for device in ("climate-1", "climate-2"):
        home.says(device, temperature=9.0)
    (frost,) = home.judged(world.time + 2 * HOUR)
    assert frost.count == 2
    hows = [e.data["how"] for e in world.journal(alarm.id) if e.event == "rule_broken"]
    assert hows == ["cold", "frost"]
    home.says("climate-2", temperature=16.0)
    assert home.judged()[0].cleared_at == world.time


def test_one_warm_room_is_enough_and_a_dead_thermometer_is_none(world: World, home: Home) -> None:
    home.says("climate-1", temperature=12)
    home.says("climate-2", temperature=21)
    assert home.judged(world.time + 2 * HOUR) == []
    world.time += 4 * HOUR
    home.says("climate-1", temperature=11.5)
    home.judged()
    home.says("climate-1", temperature=11.4)
    assert [a.kind for a in home.judged(world.time + 2 * HOUR)] == [Kind.COLD]


def test_heat_in_every_room(world: World, home: Home) -> None:
    home.says("climate-1", temperature=31)
    home.says("climate-2", temperature=33)
    assert home.judged(world.time + 2 * HOUR - MINUTE) == []
    assert [a.kind for a in home.judged(world.time + MINUTE)] == [Kind.HEAT]


def test_a_home_sets_its_own_limits_or_switches_a_rule_off(world: World, home: Home) -> None:
    by = world.district.operator.id
    rules = {"inactivity": {"day_hours": 2.0, "day_from": "07:00:00"}, "door_open": {"on": False}}
    world.run(activity.set_rules, world.home.id, rules, by, NOON)
    home.says("door-1", door=True)
    world.time += 3 * MINUTE
    home.moves()
    assert home.judged(world.time + HOUR) == []
    assert [a.kind for a in home.judged(world.time + HOUR + MINUTE)] == [Kind.INACTIVITY]
