"""Holes in the cover of the time ahead: found once, shown while they last, kept for good."""

from datetime import time, timedelta

import psycopg
import pytest

from alerts.duty import cover_check
from store.duty import rotas
from store.duty.cover import Gap
from store.duty.rotas import ExceptionKind
from tests.world import World, at_once

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


def look(world: World) -> list[Gap]:
    return world.run(cover_check.check_cover, world.time, world.policy)


def shift(world: World, starts: int, ends: int, person: int | None = None) -> int:
    return world.run(
        rotas.add_shift,
        person or world.district.responder,
        weekdays=EVERY_DAY,
        starts=time(starts),
        ends=time(ends),
        valid_from=None,
        valid_until=None,
    )


def events(world: World) -> list[str]:
    return world.sql("SELECT event FROM cover_events ORDER BY id")


def spans(world: World, found: list[Gap]) -> list[tuple[str, float, float]]:
    """Area, and hours from now to the beginning and the end."""
    hour = timedelta(hours=1)
    return [
        (g.area, (g.starts_at - world.time) / hour, (g.ends_at - world.time) / hour) for g in found
    ]


def test_the_hole_of_the_next_night_is_known_beforehand_and_found_once(world: World) -> None:
    """It is noon. Fails when `compare` takes a hole for new each time it is looked at."""
    shift(world, 8, 20)
    assert spans(world, look(world)) == [("G1", 8, 20)]
    assert at_once(lambda _: look(world), 8, 4)
    assert events(world) == ["gap_found"]
    world.time += timedelta(hours=10)
    assert spans(world, look(world)) == [("G1", -2, 10), ("G1", 22, 24)]
    assert events(world) == ["gap_found", "gap_found"], "and the next night comes in sight"


def test_a_hole_that_is_filled_or_over_leaves_the_list_and_stays_in_the_record(
    world: World,
) -> None:
    shift(world, 8, 20)
    look(world)
    night = shift(world, 20, 8)
    assert look(world) == []
    world.run(rotas.remove_shift, world.district.responder, night)
    look(world)
    world.time += timedelta(hours=21)
    look(world)
    assert events(world)[:4] == ["gap_found", "gap_closed", "gap_found", "gap_passed"]


def test_the_staff_of_the_areas_above_cover_a_grid(world: World) -> None:
    world.sql("UPDATE responders SET area_id = (SELECT id FROM areas WHERE code = 'D1')")
    assert look(world) == []
    world.sql("UPDATE responders SET on_duty = false")
    assert spans(world, look(world)) == [("G1", 0, 24)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM responders",
        "UPDATE people SET phone = NULL",
        "UPDATE people SET opted_out_at = '2026-11-01T00:00:00Z'",
        "UPDATE people SET erased_at = '2026-11-01T00:00:00Z'",
    ],
)
def test_who_cannot_be_reached_covers_nothing(world: World, statement: str) -> None:
    world.sql(statement)
    assert spans(world, look(world)) == [("G1", 0, 24)]


def test_an_absence_makes_a_hole_and_an_extra_shift_fills_it(world: World) -> None:
    who, hour = world.district.responder, timedelta(hours=1)
    world.run(
        rotas.add_exception, who, ExceptionKind.ABSENT, world.time + 2 * hour, world.time + 5 * hour
    )
    assert spans(world, look(world)) == [("G1", 2, 5)]
    shift(world, 8, 9)
    world.run(rotas.add_exception, who, ExceptionKind.EXTRA, world.time, world.time + 24 * hour)
    assert spans(world, look(world)) == [("G1", 2, 5)]


def test_who_is_off_duty_is_not_asked(world: World) -> None:
    """It is noon; the responder works by night. Fails when only the switch is looked at."""
    shift(world, 20, 8)
    world.plan(
        {"after_seconds": 0, "target": "grid_responder"},
        {"after_seconds": 900, "target": "contacts"},
    )
    alarm = world.raised()
    assert world.dispatches(alarm.id) == []
    assert len(world.messages(alarm.id, "alarm")) == 3, "straight to the next step"
    world.time += timedelta(hours=9)
    assert len(world.dispatches(world.raised("fall").id)) == 1


def test_shifts_are_read_by_the_clock_of_the_area(world: World) -> None:
    shift(world, 8, 20)
    world.sql("UPDATE areas SET timezone = 'America/New_York' WHERE code = 'C1'")
    assert spans(world, look(world)) == [("G1", 0, 9), ("G1", 21, 24)], "it is 23 o'clock there"


def test_the_record_is_append_only(world: World) -> None:
    world.sql("UPDATE responders SET on_duty = false")
    look(world)
    for statement in ("UPDATE cover_events SET event = 'gap_closed'", "DELETE FROM cover_events"):
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            world.sql(statement)
