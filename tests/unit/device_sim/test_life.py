"""How residents live: the same seed, the same day; and what troubles look like to the sensors."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_sim.home.daily_routine import (
    BED,
    KITCHEN,
    LIVING,
    OUT,
    next_stay,
    room_of,
    routine_of_day,
    seeded_random,
)
from device_sim.home.effects import (
    Cooling,
    DrainingBattery,
    Frozen,
    PowerLoss,
    ResidentEvent,
    SensorEffect,
)
from device_sim.home.home_simulation import DeviceReport, HomeSimulation
from device_sim.home.homes_file import DeviceSpec, HomeSpec
from device_sim.scenario.model import Life

MIDNIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC)
"""In China."""
HOME = HomeSpec(
    "H0001",
    "secret",
    (
        DeviceSpec("climate-1", "climate", "living room"),
        DeviceSpec("motion-1", "motion", "living room"),
        DeviceSpec("motion-2", "motion", "kitchen"),
        DeviceSpec("door-1", "door", "hall"),
        DeviceSpec("bed-1", "bed", "bedroom"),
    ),
)
DAY = 86_400.0


def lived(
    seed: int = 1,
    days: float = 1.0,
    life: Life | None = None,
    happenings: tuple[ResidentEvent, ...] = (),
    changes: tuple[SensorEffect, ...] = (),
) -> list[DeviceReport]:
    home = HomeSimulation(HOME, seed, MIDNIGHT, life, happenings, changes)
    return list(home.events(days * DAY))


def seconds(event: DeviceReport) -> float:
    return (event.at - MIDNIGHT).total_seconds()


def hits(events: list[DeviceReport], begins: float = 0, ends: float = DAY) -> int:
    return sum(
        event.values.get("motion") is True and begins <= seconds(event) < ends for event in events
    )


def test_the_same_seed_lives_the_same_days_and_another_does_not() -> None:
    """Breaks when a generator is seeded by hash() or by the time."""
    assert lived(1, 3) == lived(1, 3)
    assert lived(1) != lived(2)


@pytest.mark.parametrize("seed", range(5))
def test_a_day_is_believable(seed: int) -> None:
    events = lived(seed)
    assert events == sorted(events, key=lambda e: e.at)
    climate = [e.values for e in events if e.device == "climate-1"]
    warmth = [v["temperature"] for v in climate]
    assert 13 < min(warmth) < max(warmth) < 28
    assert all(20 <= v["humidity"] <= 85 and 1 <= v["battery"] <= 100 for v in climate)
    # nights have their walks, but the living room and the kitchen are for the day
    assert hits(events, 0, 5 * 3600) < hits(events, 9 * 3600, 20 * 3600) / 5
    assert 20 < hits(events) < 400
    assert Counter(e.device for e in events)["bed-1"] > 0


@given(st.integers(), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_every_day_has_its_order(seed: int, on: date) -> None:
    day = routine_of_day(str(seed), datetime.combine(on, time(), UTC))
    assert 3 < day.up < day.out <= day.back < day.bed < 26


@given(st.integers(), st.floats(0, 23.99))
def test_every_stay_has_a_place_and_a_length(seed: int, hour: float) -> None:
    where, stay = next_stay(
        routine_of_day(str(seed), MIDNIGHT), hour, seeded_random(str(seed), "x")
    )
    assert where in (BED, OUT, KITCHEN, LIVING, "bathroom")
    assert 0 < stay <= DAY


def test_reports_come_at_the_devices_own_interval() -> None:
    home = HomeSpec("H1", "x", (DeviceSpec("climate-1", "climate", interval_s=100),))
    times = [event.at for event in HomeSimulation(home, 3, MIDNIGHT).events(5000)]
    gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
    assert all(89.9 <= gap <= 110.1 for gap in gaps)


@pytest.mark.parametrize(
    ("text", "room"),
    [("卫生间", "bathroom"), ("Kitchen", KITCHEN), ("卧室", BED), ("hall", LIVING), ("", LIVING)],
)
def test_rooms_are_known_by_their_names(text: str, room: str) -> None:
    assert room_of(text) == room


def test_somebody_who_fell_does_not_move_any_more() -> None:
    """Breaks when the resident's steps go on after the interrupt."""
    fall = ResidentEvent(9 * 3600, 8 * 3600, still=True)
    silent = lived(happenings=(fall,))
    assert hits(silent, 9 * 3600 + 120, 17 * 3600) == 0 < hits(lived(), 9 * 3600 + 120, 17 * 3600)
    assert hits(silent, 17 * 3600) > 0


def test_who_leaves_goes_through_the_door_and_returns() -> None:
    walk = ResidentEvent(2 * 3600, 3600, OUT)
    opened = [
        seconds(event)
        for event in lived(life=Life(), happenings=(walk,))
        if event.values.get("door") is True
    ]
    assert opened == [2 * 3600, pytest.approx(3 * 3600, abs=61)]


def test_who_does_not_get_up_is_in_bed() -> None:
    stay = ResidentEvent(3600, 11 * 3600, BED, still=True)
    events = lived(happenings=(stay,))
    beds = [e.values["bed"] for e in events if "bed" in e.values and 7200 < seconds(e) < 12 * 3600]
    assert beds
    assert all(beds)
    assert hits(events, 7200, 12 * 3600) == 0


def test_with_no_life_nothing_is_reported() -> None:
    assert lived(life=Life()) == []


def values_of(device: str, change: SensorEffect, metric: str) -> list[float]:
    events = lived(changes=(change,))
    return [float(e.values[metric]) for e in events if e.device == device and metric in e.values]


def test_a_frozen_sensor_repeats_itself() -> None:
    assert len(set(values_of("climate-1", Frozen("climate-1", 0, DAY), "temperature"))) == 1


def test_a_room_cools_down_and_stays_cold() -> None:
    warmth = values_of("climate-1", Cooling("", 0, DAY, 8.0, 3600.0), "temperature")
    assert warmth[0] > 15
    assert set(warmth[20:]) == {8.0}


def test_a_battery_dies_and_then_the_device_is_silent() -> None:
    levels = values_of(
        "climate-1", DrainingBattery("climate-1", 0, float("inf"), 20.0, 7200.0), "battery"
    )
    assert levels == sorted(levels, reverse=True)
    assert levels[0] > 15
    assert len(levels) < 30


def test_without_electricity_nothing_is_measured() -> None:
    assert [e for e in lived(changes=(PowerLoss("", 0, DAY),)) if seconds(e) < DAY] == []


def test_a_decline_takes_the_life_out_of_the_days() -> None:
    well = hits(lived(days=7, life=Life(days="everyday")), 6 * DAY, 7 * DAY)
    ill = hits(lived(days=7, life=Life(days="everyday", decline=0.8)), 6 * DAY, 7 * DAY)
    assert ill < well * 0.6


def test_visitors_come_through_the_door() -> None:
    def doors(visitors: float) -> int:
        events = lived(days=7, life=Life(days="everyday", visitors=visitors))
        return sum(event.values.get("door") is True for event in events)

    assert doors(1.0) >= doors(0.0) + 8


def test_a_week_has_a_weekend() -> None:
    week = [routine_of_day("1", MIDNIGHT + timedelta(days=n, hours=8), 0.0) for n in range(70)]
    weekday = [
        d.up for n, d in enumerate(week) if (MIDNIGHT + timedelta(days=n, hours=8)).weekday() < 5
    ]
    weekend = [
        d.up for n, d in enumerate(week) if (MIDNIGHT + timedelta(days=n, hours=8)).weekday() >= 5
    ]
    assert sum(weekend) / len(weekend) > sum(weekday) / len(weekday) + 0.15
