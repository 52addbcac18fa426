"""What the rules of the homes cost and survive: rows, locks, engines, restarts."""

from datetime import timedelta
from typing import Any

import pytest

from alerts.alarm import raising
from alerts.watch.rule_monitoring import check_rules
from ingest.lanes.liveness import record_liveness
from ingest.writing.batch_writer import BULK_LEAVES, BatchWriter
from store.home import registry
from store.model import Kind
from store.watch import activity, liveness
from tests.district import NOON
from tests.sensor_home import HOUR, MINUTE, Home
from tests.world import World, at_once


def test_a_home_that_is_lived_in_is_written_once_a_minute_and_never_due(
    world: World, home: Home
) -> None:
    home.moves()
    home.judged()
    (due,) = world.sql("SELECT due_at FROM home_rhythm")
    versions = set()
    start = world.time
    for _ in range(60):
        home.says("motion-1", motion=1)
        home.says("motion-1", motion=0)
        world.time += timedelta(seconds=5)
        versions.add(world.sql("SELECT xmin::text FROM home_rhythm")[0])
    assert len(versions) <= (world.time - start) / MINUTE + 1
    assert world.sql("SELECT due_at FROM home_rhythm") == [due]


def test_a_row_that_somebody_holds_is_written_later(world: World, home: Home) -> None:
    home.moves()
    world.time += 10 * MINUTE
    with world.pool.connection() as other, other.transaction():
        other.execute("SELECT FROM home_rhythm FOR UPDATE")
        home.moves()
        held = world.sql("SELECT life_at FROM home_rhythm")
    home.says("button-1", battery=50)
    assert world.sql("SELECT life_at FROM home_rhythm") > held


def test_signs_survive_a_restart_of_ingest(world: World, home: Home) -> None:
    home.says("door-1", door=True)
    home.moves("motion-1", "motion-3", "motion-3")
    before = world.run(activity.activity_of, [world.home.id])
    home.writer = BatchWriter(world, world.policy, home.seen, BULK_LEAVES)
    home.says("motion-3", motion=1)
    after = world.run(activity.activity_of, [world.home.id])[world.home.id]
    assert after.bath_since == before[world.home.id].bath_since
    assert after.opened_at == before[world.home.id].opened_at


def test_four_engines_at_once_raise_one_alarm_a_home(world: World, home: Home) -> None:
    world.sql(
        "INSERT INTO homes (code, area_id, address, created_at)"
        " SELECT 'X' || n, (SELECT id FROM areas WHERE code = 'G1'), 'road', %s"
        " FROM generate_series(1, 60) n",
        NOON,
    )
    world.sql(
        "INSERT INTO home_rhythm (home_id, life_at, due_at)"
        " SELECT id, %s, %s FROM homes WHERE code LIKE 'X%%'",
        NOON,
        NOON,
    )
    world.time = NOON + 6 * HOUR
    world.run(liveness.note, world.time, anew=False)
    at_once(lambda _: check_rules(world.pool, world, world.policy), 16, threads=4)
    home.looked_at()
    assert world.sql("SELECT count(*) FROM alarms WHERE kind = 'inactivity'") == [60]
    assert world.sql("SELECT count(*) FROM alarm_events WHERE event = 'rule_broken'") == [60]


def test_a_home_that_cannot_be_judged_holds_up_no_other(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.moves()
    other = world.district.homes[1].id
    world.sql(
        "INSERT INTO home_rhythm (home_id, life_at, due_at) VALUES (%s, %s, %s)",
        other,
        NOON - HOUR,
        NOON,
    )
    world.run(registry.touch_hubs, {"H0002": NOON + 6 * HOUR})
    raise_alarm = raising.raise_alarm

    def fails_for_one(conn: Any, what: Any, *args: Any, **more: Any) -> Any:
        if what.home_id == other:
            raise ValueError("whatever it is")
        return raise_alarm(conn, what, *args, **more)

    monkeypatch.setattr(raising, "raise_alarm", fails_for_one)
    assert [a.home_id for a in home.judged(NOON + 6 * HOUR)] == [world.home.id]
    monkeypatch.undo()
    world.run(registry.touch_hubs, {"H0002": world.time + 6 * MINUTE})
    alarms = home.judged(world.time + 6 * MINUTE)
    assert {a.home_id for a in alarms} == {world.home.id, other}


def test_only_due_homes_are_touched(world: World, home: Home) -> None:
    world.sql(
        "INSERT INTO home_rhythm (home_id, life_at, due_at) SELECT id, %s, %s FROM homes",
        NOON,
        NOON + 5 * HOUR,
    )
    versions = world.sql("SELECT home_id, xmin::text FROM home_rhythm ORDER BY home_id")
    world.time = NOON + 4 * HOUR
    home.looked_at()
    assert world.sql("SELECT home_id, xmin::text FROM home_rhythm ORDER BY home_id") == versions


def test_the_centre_says_that_it_hears_only_when_it_is_up_to_date(world: World) -> None:
    """By the bulk lane's canary: seconds it took, and since it came back."""
    world.sql("DELETE FROM listening")
    for not_heard in (None, (None, 3.0), (0.1, 31.0)):
        world.run(record_liveness, world, not_heard)
        assert world.run(liveness.state) is None
    world.run(record_liveness, world, (0.1, 3.0))
    world.time += timedelta(seconds=59)
    world.run(record_liveness, world, (0.1, 3.0))
    known = world.run(liveness.state)
    assert known is not None
    assert (known.since, known.heard_at) == (NOON, world.time)
    world.time += timedelta(seconds=61)
    world.run(record_liveness, world, (0.1, 3.0))
    again = world.run(liveness.state)
    assert again is not None
    assert again.since == world.time, "a minute was not heard"


def test_rules_that_are_set_are_judged_by_at_once(world: World, home: Home) -> None:
    home.moves()
    home.judged(world.time + 3 * HOUR)
    by = world.district.operator.id
    world.run(activity.set_rules, world.home.id, {"inactivity": {"day_hours": 2.0}}, by, world.time)
    world.run(activity.set_next_check, world.home.id, world.time)
    assert [a.kind for a in home.judged()] == [Kind.INACTIVITY]


def test_what_is_taken_in_again_after_a_fix_is_no_life_and_overwrites_none(
    world: World, home: Home
) -> None:
    now = home.writer
    home.writer = BatchWriter(world, world.policy, home.seen, BULK_LEAVES, sole=True)
    home.moves()
    assert world.sql("SELECT count(*) FROM readings") == [4]
    assert world.sql("SELECT count(*) FROM home_rhythm") == [0]
    home.writer = now
    home.moves()
    assert world.sql("SELECT count(*) FROM home_rhythm") == [1]
