"""Supervision tells one from many; what is down suspends what cannot be known.

Broken on purpose: without `outages.look_for` in `_find_silent_hubs` a thousand hubs are a thousand
alarms; without `clear` in `_hubs_back` a hub that is back stays an alarm.
"""

from datetime import timedelta

import pytest

from alerts.watch.device_monitoring import monitor_devices
from alerts.watch.rule_monitoring import is_observable
from store.db import Pool
from store.home import registry
from store.model import AlarmState, Kind, Outcome
from store.watch import monitored_devices
from tests.district import NOON
from tests.supervised_homes import build_homes, hear_hubs, run_supervision
from tests.world import World, at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(pool: Pool) -> World:
    world = World(pool)
    world.only_installed("H0001")
    return world


def of_kind(world: World, kind: Kind) -> list[AlarmState]:
    return [a.state for a in world.alarms() if a.kind == kind]


def test_a_silent_hub_is_flagged_within_45_minutes_and_goes_by_itself(world: World) -> None:
    hear_hubs(world, "H0001")
    run_supervision(world, NOON + 34 * MINUTE)
    assert world.alarms() == []
    run_supervision(world, NOON + 45 * MINUTE)
    (alarm,) = world.alarms()
    assert (alarm.kind, alarm.home_id, alarm.occurred_at) == (Kind.HUB_OFFLINE, world.home.id, NOON)
    assert world.messages(alarm.id) == [], "no family is told of a hub"
    assert not world.run(is_observable, world.home.id, world.time)
    world.time += MINUTE
    hear_hubs(world, "H0001")
    run_supervision(world, world.time + MINUTE)
    closed = world.alarm(alarm.id)
    assert (closed.state, closed.outcome) == (AlarmState.CLOSED, Outcome.POWER_OR_COMMS)
    assert world.run(is_observable, world.home.id, world.time)


def test_an_alarm_somebody_has_taken_is_cleared_but_stays_theirs(world: World) -> None:
    hear_hubs(world, "H0001")
    run_supervision(world, NOON + 40 * MINUTE)
    (alarm,) = world.alarms()
    world.acknowledge(alarm.id)
    hear_hubs(world, "H0001", at=world.time + MINUTE)
    run_supervision(world, world.time + 2 * MINUTE)
    kept = world.alarm(alarm.id)
    assert kept.state == AlarmState.ACKNOWLEDGED
    assert kept.cleared_at is not None


def test_a_last_will_needs_the_grace_only_and_flapping_nothing(world: World) -> None:
    world.run(registry.add_hub, "H0002", NOON)
    hear_hubs(world, "H0001", "H0002")
    for home in ("H0001", "H0002"):
        world.run(registry.set_hub_online, home, True, NOON)
        world.run(registry.set_hub_online, home, False, NOON + MINUTE)
    world.run(registry.set_hub_online, "H0002", True, NOON + 2 * MINUTE)
    run_supervision(world, NOON + 5 * MINUTE)
    assert world.alarms() == []
    run_supervision(world, NOON + 6 * MINUTE)
    assert [a.home_id for a in world.alarms()] == [world.home.id]


def test_one_silent_button_is_its_own_technical_alarm(world: World) -> None:
    with world.pool.connection() as conn:
        button, smoke = world.device(conn), world.device(conn, "smoke-1")
        registry.touch_devices(conn, {button.id: NOON, smoke.id: NOON + timedelta(hours=23)})
    hear_hubs(world, "H0001", at=NOON + timedelta(hours=24))
    run_supervision(world, NOON + timedelta(hours=24, minutes=6))
    (alarm,) = world.alarms()
    assert (alarm.kind, alarm.subject) == (Kind.DEVICE_OFFLINE, "button-1")
    world.run(registry.touch_devices, {button.id: world.time + MINUTE})
    run_supervision(world, world.time + 2 * MINUTE)
    assert world.alarm(alarm.id).outcome == Outcome.POWER_OR_COMMS


def test_devices_behind_a_hub_that_is_down_are_not_blamed(world: World) -> None:
    with world.pool.connection() as conn:
        registry.touch_devices(conn, {world.device(conn).id: NOON})
    hear_hubs(world, "H0001")
    run_supervision(world, NOON + timedelta(hours=1))
    run_supervision(world, NOON + timedelta(hours=30))
    assert of_kind(world, Kind.DEVICE_OFFLINE) == []
    assert of_kind(world, Kind.HUB_OFFLINE) == [AlarmState.RAISED]


def test_a_thousand_hubs_are_one_area_outage(world: World) -> None:
    build_homes(world, 1000)
    run_supervision(world, NOON + 36 * MINUTE)
    (outage,) = [a for a in world.alarms() if a.kind == Kind.AREA_OUTAGE]
    assert world.sql("SELECT code FROM areas WHERE id = %s", outage.area_id) == ["C1"]
    assert outage.home_id is None
    assert world.sql("SELECT count(*) FROM alarms WHERE inhibited_by = %s", outage.id) == [1000]
    assert world.sql("SELECT count(*) FROM alarms") == [1001]
    assert world.sql("SELECT count(*) FROM notifications") == [0]
    assert world.sql("SELECT count(*) FROM timers WHERE alarm_id <> %s", outage.id) == [0]


def test_after_an_outage_those_still_down_are_alarms_of_their_own(world: World) -> None:
    homes = build_homes(world, 20)
    run_supervision(world, NOON + 36 * MINUTE)
    world.time = NOON + 50 * MINUTE
    hear_hubs(world, *homes[2:])
    run_supervision(world, NOON + 51 * MINUTE)
    (outage,) = [a for a in world.alarms() if a.kind == Kind.AREA_OUTAGE]
    assert (outage.state, outage.outcome) == (AlarmState.CLOSED, Outcome.POWER_OR_COMMS)
    left = [a for a in world.alarms() if a.state == AlarmState.RAISED]
    assert len(left) == 2
    assert all(a.inhibited_by is None for a in left)
    assert all("released" in world.events(a.id) for a in left)
    assert world.sql("SELECT count(*) FROM timers WHERE kind = 'step'") == [2]


def test_an_outage_that_spreads_is_still_one(world: World) -> None:
    """First one grid, then the other: the alarm becomes wider, nobody gets a second one."""
    homes = build_homes(world, 40)
    hear_hubs(world, *homes[0::2], at=NOON + 5 * MINUTE)
    run_supervision(world, NOON + 36 * MINUTE)
    run_supervision(world, NOON + 41 * MINUTE)
    (outage,) = [a for a in world.alarms() if a.kind == Kind.AREA_OUTAGE]
    assert world.sql("SELECT code FROM areas WHERE id = %s", outage.area_id) == ["C1"]
    assert "widened" in world.events(outage.id)
    assert world.sql("SELECT count(*) FROM alarms WHERE inhibited_by = %s", outage.id) == [40]


def test_hubs_flagged_one_by_one_are_gathered_by_the_outage(world: World) -> None:
    homes = build_homes(world, 20)
    for number, home in enumerate(homes):
        hear_hubs(world, home, at=NOON + number * 10 * timedelta(seconds=1))
    for second in range(0, 240, 10):
        run_supervision(world, NOON + 35 * MINUTE + timedelta(seconds=second))
    (outage,) = [a for a in world.alarms() if a.kind == Kind.AREA_OUTAGE]
    assert world.sql(
        "SELECT count(*) FROM alarms WHERE kind = 'hub_offline' AND inhibited_by IS NULL"
    ) == [0]
    assert world.sql("SELECT count(*) FROM timers WHERE alarm_id <> %s", outage.id) == [0]


def test_four_engines_at_once_raise_one_outage(world: World) -> None:
    build_homes(world, 60)
    world.time = NOON + 36 * MINUTE
    at_once(lambda _: monitor_devices(world.pool, world.time, world.policy), 16, threads=4)
    run_supervision(world)
    assert len(of_kind(world, Kind.AREA_OUTAGE)) == 1
    assert world.sql("SELECT count(*) FROM alarms") == [61]


def test_a_hub_heard_while_it_is_being_flagged_is_not_lost_between(world: World) -> None:
    """Flagged and heard in any order: in the end nothing is open."""
    homes = build_homes(world, 4)
    world.time = NOON + 40 * MINUTE

    def one(number: int) -> None:
        if number % 2:
            monitor_devices(world.pool, world.time, world.policy)
        else:
            hear_hubs(world, homes[number // 2], at=world.time + timedelta(seconds=1))

    at_once(one, 8, threads=4)
    run_supervision(world, world.time + MINUTE)
    assert world.sql("SELECT count(*) FROM alarms WHERE state <> 'CLOSED'") == [0]
    assert world.sql("SELECT count(*) FROM hubs WHERE down_since IS NOT NULL") == [0]


def test_a_low_battery_by_its_readings_comes_and_goes(world: World) -> None:
    with world.pool.connection() as conn:
        button = world.device(conn)
    for minute, percent in enumerate((80.0, 14.0, 16.0, 14.5, 90.0)):
        at = NOON + minute * MINUTE
        world.run(monitored_devices.note_batteries, {button.id: (percent, at)})
        run_supervision(world, at)
    (alarm,) = world.alarms()
    assert (alarm.kind, alarm.subject, alarm.count) == (Kind.LOW_BATTERY, "button-1", 1)
    assert (alarm.state, alarm.outcome) == (AlarmState.CLOSED, Outcome.LOW_BATTERY)


def test_a_technical_signal_that_clears_closes_itself_and_a_danger_to_life_never(
    world: World,
) -> None:
    for kind, device in (
        ("tamper", "button-1"),
        ("smoke", "smoke-1"),
        ("power_failure", "smoke-1"),
    ):
        world.press(kind, device=device)
        world.press(kind, device=device, active=False)
    assert [(a.kind, a.state, a.outcome) for a in world.alarms()] == [
        (Kind.TAMPER, AlarmState.CLOSED, Outcome.DEVICE_FAULT),
        (Kind.SMOKE, AlarmState.RAISED, None),
        (Kind.POWER_FAILURE, AlarmState.CLOSED, Outcome.POWER_OR_COMMS),
    ]


def test_only_due_rows_are_touched(world: World) -> None:
    build_homes(world, 200)
    run_supervision(world, NOON + MINUTE)
    versions = world.sql("SELECT home_id, xmin::text FROM hubs ORDER BY home_id")
    run_supervision(world, NOON + 2 * MINUTE)
    assert world.sql("SELECT home_id, xmin::text FROM hubs ORDER BY home_id") == versions


def test_a_hub_that_was_never_heard_is_flagged_since_it_was_registered(world: World) -> None:
    """Broken on purpose by giving hub_deadline nothing for a hub without last_seen_at: a hub that
    was wired wrongly is then missed for ever."""
    run_supervision(world, NOON + 34 * MINUTE)
    assert world.alarms() == []
    run_supervision(world, NOON + 36 * MINUTE)
    (alarm,) = world.alarms()
    assert (alarm.kind, alarm.occurred_at) == (Kind.HUB_OFFLINE, NOON)
    assert "never_heard" in world.events(alarm.id)
    run_supervision(world, NOON + 120 * MINUTE)
    assert len(world.alarms()) == 1
    hear_hubs(world, "H0001")
    run_supervision(world, world.time + MINUTE)
    assert of_kind(world, Kind.HUB_OFFLINE) == [AlarmState.CLOSED]
    assert world.run(is_observable, world.home.id, world.time)


def test_a_device_that_was_never_heard_is_flagged_since_it_was_bound(world: World) -> None:
    """Its hub reports; the device keeps silent from the first day. Broken on purpose by asking for
    last_seen_at in device_deadline."""
    world.sql("UPDATE devices SET report_seconds = 3600")
    for minutes in range(0, 130, 10):
        hear_hubs(world, "H0001", at=NOON + minutes * MINUTE)
        run_supervision(world, NOON + minutes * MINUTE)
        assert of_kind(world, Kind.DEVICE_OFFLINE) == [AlarmState.RAISED] * (2 * (minutes >= 125))
    run_supervision(world, NOON + 126 * MINUTE)
    first = world.alarms()[0]
    assert (first.kind, first.occurred_at) == (Kind.DEVICE_OFFLINE, NOON)
    assert "never_heard" in world.events(first.id)
    world.sql("UPDATE devices SET last_seen_at = %s", NOON + 130 * MINUTE)
    run_supervision(world, NOON + 131 * MINUTE)
    assert of_kind(world, Kind.DEVICE_OFFLINE) == [AlarmState.CLOSED] * 2


def test_hubs_that_were_never_heard_are_no_outage(world: World) -> None:
    """A street's hubs registered on one day and not yet wired. Broken on purpose by leaving
    last_seen_at out of recently_down."""
    build_homes(world, 20)
    world.sql("UPDATE hubs SET last_seen_at = NULL, changed_at = NULL, online = NULL")
    run_supervision(world, NOON + 36 * MINUTE)
    assert of_kind(world, Kind.AREA_OUTAGE) == []
    assert of_kind(world, Kind.HUB_OFFLINE) == [AlarmState.RAISED] * 20


def test_an_outage_does_not_explain_a_hub_that_was_never_heard(world: World) -> None:
    """Else the outage were never over. Broken on purpose by leaving hubs out of lone_hub_alarms."""
    build_homes(world, 20)
    world.run(registry.add_hub, "H0001", NOON)
    run_supervision(world, NOON + 34 * MINUTE)
    run_supervision(world, NOON + 36 * MINUTE)
    assert len(of_kind(world, Kind.AREA_OUTAGE)) == 1
    alone = [a for a in world.alarms() if a.kind == Kind.HUB_OFFLINE and a.inhibited_by is None]
    assert [alarm.home_id for alarm in alone] == [world.home.id]


def test_a_hub_that_is_registered_again_has_its_time_again(world: World) -> None:
    world.run(registry.revoke_hub, "H0001", NOON + MINUTE)
    world.run(registry.add_hub, "H0001", NOON + 600 * MINUTE)
    run_supervision(world, NOON + 630 * MINUTE)
    assert of_kind(world, Kind.HUB_OFFLINE) == []
    run_supervision(world, NOON + 636 * MINUTE)
    assert of_kind(world, Kind.HUB_OFFLINE) == [AlarmState.RAISED]
