"""Readings by hour and by day, whenever they come; and what is removed when."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alerts.engine import housekeeping
from ingest.packets import Message
from ingest.writing.batch_writer import BULK_LEAVES, BatchWriter
from ingest.writing.last_seen import LastSeen
from store.intake import charts, dead_letters, rollups
from store.intake.readings import METRICS
from tests.district import NOON
from tests.sizes import sized
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def clean_up(world: World, **policy: Any) -> None:
    world.run(housekeeping.clean_up, world.now(), replace(world.policy, **policy))


def say(world: World, device: str, at: datetime | None, **metrics: float) -> None:
    """A reading comes now, of its own time or without one."""
    import orjson

    said: dict[str, Any] = dict(metrics)
    if at is not None:
        said["at"] = at.isoformat()
    message = Message(
        f"homes/H0001/{device}/reading", orjson.dumps(said), False, 1, 1, 0, world.now()
    )
    world.run(BatchWriter(world, world.policy, LastSeen(), BULK_LEAVES).write, [message])


def hourly(world: World) -> list[Any]:
    return world.sql(
        "SELECT d.code, m.name, h.hour, h.n, h.least, h.greatest, h.last, h.total"
        " FROM readings_hourly h JOIN metrics m ON m.id = h.metric"
        " JOIN devices d ON d.id = h.device_id ORDER BY 1, 2, 3"
    )


EXPECTED_HOURS = """
SELECT device_id, date_trunc('hour', at) AS hour, count(*)::int, min(temperature), max(temperature),
    (array_agg(temperature::float8 ORDER BY at DESC))[1], sum(temperature::float8)
FROM readings WHERE at < %s GROUP BY 1, 2 ORDER BY 1, 2"""
EXPECTED_DAYS = """
SELECT device_id, (date_trunc('hour', at) AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*)::int,
    min(temperature), max(temperature)
FROM readings WHERE (at AT TIME ZONE 'Asia/Shanghai')::date < %s GROUP BY 1, 2 ORDER BY 1, 2"""


def test_every_metric_has_its_number(world: World) -> None:
    """Broken by adding a metric to the readings alone: its sums would be missing."""
    assert world.sql("SELECT name FROM metrics ORDER BY id") == list(METRICS)
    say(world, "all", NOON - HOUR, **dict.fromkeys(METRICS, 1.0))
    world.time += HOUR
    clean_up(world)
    assert {row[1] for row in hourly(world)} == set(METRICS)


def test_an_hour_is_summed_up_when_it_is_over(world: World) -> None:
    say(world, "th", NOON - HOUR, temperature=20)
    say(world, "th", NOON - HOUR + timedelta(minutes=50), temperature=22, humidity=40)
    say(world, "th", NOON, temperature=30)
    world.time = NOON + timedelta(minutes=4)
    clean_up(world)
    assert hourly(world) == [], "transactions of the last hour may be under way"
    world.time = NOON + timedelta(minutes=6)
    clean_up(world)
    assert hourly(world) == [
        ("th", "humidity", NOON - HOUR, 1, 40, 40, 40, 40),
        ("th", "temperature", NOON - HOUR, 2, 20, 22, 22, 42),
    ]


@settings(
    max_examples=sized(25, 8), suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(data=st.data())
def test_sums_are_right_whenever_readings_come(world: World, data: st.DataObject) -> None:
    """Readings of the last six days in any order, the work done in between at any time. Broken by
    leaving no notes of late readings, and by rolling up hours without their days."""
    for table in ("readings", "readings_hourly", "readings_daily", "readings_late"):
        world.sql(f"DELETE FROM {table}")
    world.sql("UPDATE rollup_state SET hours_until = NULL, days_until = NULL")
    world.time = NOON
    for _ in range(data.draw(st.integers(3, 12))):
        world.time += timedelta(minutes=data.draw(st.integers(1, 300)))
        if data.draw(st.booleans()):
            clean_up(world)
        age = timedelta(minutes=data.draw(st.integers(0, 6 * 24 * 60)))
        device = data.draw(st.sampled_from(["a", "b"]))
        say(world, device, world.now() - age, temperature=data.draw(st.integers(0, 40)))
    world.time += 2 * DAY
    clean_up(world)
    assert world.sql(
        "SELECT device_id, hour, n, least, greatest, last, total FROM readings_hourly ORDER BY 1, 2"
    ) == world.sql(EXPECTED_HOURS, world.now())
    today = world.now().astimezone(world.policy.timezone).date()
    assert world.sql(
        "SELECT device_id, day, n, least, greatest FROM readings_daily ORDER BY 1, 2"
    ) == world.sql(EXPECTED_DAYS, today)
    assert world.sql("SELECT count(*) FROM readings_late") == [0]


def test_what_is_old_goes_and_its_sums_stay(world: World) -> None:
    """Broken by removing before rolling up: the sums of what came while no engine ran would be
    missing."""
    say(world, "th", NOON - HOUR, temperature=20)
    dead_letters_at(world)
    world.time = NOON + 20 * DAY
    say(world, "th", world.now() - HOUR, temperature=25)
    world.time += HOUR
    clean_up(world, keep_raw_days=8, keep_hourly_days=15, keep_dead_letters_days=30)
    kept = world.sql("SELECT temperature FROM readings ORDER BY at")
    assert kept[-1] == 25
    hypertable = world.run(rollups.drop_readings, NOON - 100 * DAY)
    assert hypertable or kept == [25], "an ordinary table is emptied to the day"
    assert [row[-1] for row in hourly(world)] == [25]
    assert world.sql("SELECT day, total FROM readings_daily ORDER BY 1")[0] == (
        date(2026, 11, 21),
        20,
    )
    assert len(world.run(dead_letters.newest)) == 1
    world.time += 11 * DAY
    clean_up(world, keep_raw_days=8, keep_dead_letters_days=30)
    assert world.run(dead_letters.newest) == []


def dead_letters_at(world: World) -> None:
    with world.pool.connection() as conn:
        dead_letters.add(conn, topic="x", payload=b"", reason="x", now=world.now())


def test_only_one_engine_keeps_house(world: World) -> None:
    with world.pool.connection() as other, rollups.single_worker(other, housekeeping.LOCK) as mine:
        assert mine
        housekeeping.run_housekeeping(world.pool, world, world.policy)
        assert world.sql("SELECT hours_until FROM rollup_state") == [None]
    housekeeping.run_housekeeping(world.pool, world, world.policy)
    assert world.sql("SELECT hours_until FROM rollup_state") != [None]


@pytest.mark.parametrize("rolled_after", [0, 3])
def test_a_chart_does_not_show_where_the_sums_begin(world: World, rolled_after: int) -> None:
    world.time = NOON + HOUR
    for hour in range(6):
        say(world, "th", NOON - hour * HOUR, temperature=20 + hour)
        say(world, "th", NOON - hour * HOUR + timedelta(minutes=9), temperature=22 + hour)
    world.time = NOON + 2 * HOUR
    clean_up(world)
    (device,) = world.sql("SELECT id FROM devices WHERE code = 'th'")
    found = world.run(
        charts.buckets,
        [device],
        "temperature",
        since=NOON - 5 * HOUR,
        until=NOON + HOUR,
        width=HOUR,
        origin=NOON,
        raw_since=NOON - rolled_after * HOUR,
    )
    assert [(b.avg, b.min, b.max, b.n) for b in found] == [
        (21 + hour, 20 + hour, 22 + hour, 2) for hour in reversed(range(6))
    ]
