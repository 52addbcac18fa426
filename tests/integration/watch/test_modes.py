"""Test, away and maintenance end by themselves and never hide life-safety without a second person.

Broken on purpose: without `still_active` in `home_modes._finish` a leak that began during
maintenance is never raised; with `consented_by` left out of `mode_rules.explains` one person hides
a fire.
"""

from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

from alerts.errors import RefusedError
from alerts.watch import home_modes as modes
from alerts.watch.device_monitoring import monitor_devices
from store.db import Connection, Pool
from store.home import registry
from store.model import AlarmState, Kind
from store.watch import home_modes
from store.watch.home_modes import HomeMode, Mode
from tests.district import NOON
from tests.world import World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(pool: Pool, owner: Connection) -> World:
    world = World(pool, owner=owner)
    world.only_installed()
    return world


def put(world: World, mode: Mode, lasting: timedelta, **more: Any) -> HomeMode:
    return world.run(
        modes.set_mode,
        world.home.id,
        mode,
        starts_at=world.time,
        ends_at=world.time + lasting,
        by=world.district.operator,
        via="console",
        now=world.time,
        **more,
    )


def consent(world: World, mode: HomeMode, operator: int = 1) -> HomeMode:
    by = world.district.operators[operator]
    return world.run(modes.consent, mode.id, by, "console", world.time)


def at(world: World, when: datetime) -> None:
    world.time = when
    while monitor_devices(world.pool, world.time, world.policy):
        pass
    world.fire_due()


def kinds(world: World) -> list[tuple[Kind, AlarmState]]:
    return [(a.kind, a.state) for a in world.alarms()]


def test_maintenance_alone_never_hides_a_danger_to_life(world: World) -> None:
    mode = put(world, Mode.MAINTENANCE, HOUR, hides_life=True)
    assert world.press("smoke", device="smoke-1").raised
    with pytest.raises(RefusedError, match="another person"):
        consent(world, mode, operator=0)
    assert world.press("help_call").raised


def test_with_a_second_person_it_does_and_a_fire_that_lasts_is_raised_at_the_end(
    world: World,
) -> None:
    mode = put(world, Mode.OUT_OF_SERVICE, HOUR, hides_life=True)
    consent(world, mode)
    assert world.press("smoke", device="smoke-1").alarm_id is None
    assert world.press("help_call").alarm_id is None
    assert world.alarms() == []
    at(world, NOON + HOUR)
    assert kinds(world) == [(Kind.SMOKE, AlarmState.RAISED)]
    assert world.messages(world.alarms()[0].id, "alarm"), "the family is told now"
    history = [e.event for e in world.run(home_modes.events_of, mode.id)]
    assert history == ["set", "consented", "kept_signal", "kept_signal", "ended"]


def test_a_state_that_began_and_ended_within_the_mode_is_history(world: World) -> None:
    put(world, Mode.MAINTENANCE, HOUR)
    for device, states in (("smoke-1", (True, False)), ("button-1", (False, True))):
        for active in states:
            world.time += MINUTE
            world.press("tamper", device=device, active=active)
    assert world.alarms() == []
    at(world, NOON + HOUR)
    assert [(a.kind, a.subject) for a in world.alarms()] == [(Kind.TAMPER, "button-1")]


def test_a_walk_test_explains_its_own_devices_only_and_ends_by_itself(world: World) -> None:
    mode = put(world, Mode.TEST, 15 * MINUTE, devices=["smoke-1"])
    assert world.press("smoke", device="smoke-1").alarm_id is None
    assert world.press("help_call", device="button-1").raised
    history = world.run(home_modes.events_of, mode.id)
    assert [e.data.get("kind") for e in history if e.event == "kept_signal"] == ["smoke"]
    at(world, NOON + 15 * MINUTE)
    assert (Kind.SMOKE, AlarmState.RAISED) in kinds(world), "it still smokes after the test"
    with pytest.raises(RefusedError, match="at most"):
        put(world, Mode.TEST, 16 * MINUTE)
    with pytest.raises(RefusedError, match="devices"):
        put(world, Mode.TEST, MINUTE, devices=["not-there"])


def test_away_shelves_what_it_explains_and_brings_it_back_on_return(world: World) -> None:
    silent = world.raised("inactivity")
    leak = world.raised("water_leak", device="smoke-1")
    mode = put(world, Mode.AWAY, 24 * HOUR)
    assert world.alarm(silent.id).shelved_until == mode.ends_at
    assert world.alarm(leak.id).shelved_until is None
    assert world.press("bed_absence").alarm_id is None
    world.pass_time(23 * 3600)
    told = len(world.messages(silent.id, "alarm"))
    world.run(modes.end, mode.id, world.district.operator, "api", world.time, world.policy)
    assert world.alarm(silent.id).shelved_until is None
    assert len(world.messages(silent.id, "alarm")) == told + 1, "its plan begins again"
    assert (Kind.BED_ABSENCE, AlarmState.RAISED) in kinds(world)


def test_modes_end_even_when_nobody_ends_them_in_the_table(world: World) -> None:
    """No engine runs: the time alone is enough."""
    put(world, Mode.MAINTENANCE, HOUR)
    world.time = NOON + HOUR
    assert world.press("tamper").raised


def test_a_hub_that_fell_silent_in_maintenance_is_an_alarm_at_its_end(world: World) -> None:
    world.run(registry.add_hub, "H0001", NOON)
    world.run(registry.touch_hubs, {"H0001": NOON})
    put(world, Mode.MAINTENANCE, 2 * HOUR)
    at(world, NOON + HOUR)
    assert world.alarms() == []
    at(world, NOON + 2 * HOUR)
    assert kinds(world) == [(Kind.HUB_OFFLINE, AlarmState.RAISED)]


def test_who_set_what_cannot_be_changed_afterwards(world: World) -> None:
    put(world, Mode.AWAY, HOUR)
    for statement in (
        "UPDATE home_mode_events SET actor = 'system'",
        "DELETE FROM home_mode_events",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            world.sql(statement)
