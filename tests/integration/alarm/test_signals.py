"""From a signal to an alarm: repeats merge, different things never do, nothing is half done."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from alerts.alarm.receiving import receive_signal
from alerts.work import flapping
from store.db import Connection
from store.model import AlarmState, Kind
from tests.world import World, at_once


def test_the_same_id_a_hundred_times_at_once_is_one_signal_and_counts_once(world: World) -> None:
    receipts = at_once(lambda _: world.press(id="press-1"), 100, threads=8)
    (alarm,) = world.alarms()
    assert alarm.count == 1
    assert sum(not receipt.known for receipt in receipts) == 1
    assert {receipt.alarm_id for receipt in receipts} == {alarm.id}
    assert world.sql("SELECT count(*) FROM signals") == [1]


def test_a_hundred_presses_at_once_are_one_alarm_that_counts_a_hundred(world: World) -> None:
    receipts = at_once(lambda n: world.press(id=f"press-{n}"), 100, threads=8)
    (alarm,) = world.alarms()
    assert alarm.count == 100
    assert sum(receipt.raised for receipt in receipts) == 1
    assert world.events(alarm.id).count("raised") == 1
    world.run(flapping.journal_repeats, world.time + timedelta(minutes=1), world.policy)
    told = [
        line.data.get("times", 1) for line in world.journal(alarm.id) if line.event == "repeated"
    ]
    assert sum(told) == 99, "each in a line of its own or counted in one"
    assert len(world.messages(alarm.id, "alarm")) == 1


def test_two_hundred_presses_without_ids_are_one_alarm_that_counts_two_hundred(
    world: World,
) -> None:
    at_once(lambda _: world.press(), 200, threads=8)
    (alarm,) = world.alarms()
    assert alarm.count == 200


def test_smoke_and_a_button_are_two_alarms(world: World) -> None:
    world.press("help_call")
    world.press("smoke", device="smoke-1")
    world.press("help_call", home="H0002")
    assert [(a.kind, a.count) for a in world.alarms()] == [
        (Kind.HELP_CALL, 1),
        (Kind.SMOKE, 1),
        (Kind.HELP_CALL, 1),
    ]
    assert len({a.code for a in world.alarms()}) == 3


def test_two_smoke_alarms_are_one_fire_and_two_weak_batteries_two_jobs(world: World) -> None:
    for device in ("button-1", "smoke-1"):
        world.press("smoke", device=device)
        world.press("low_battery", device=device)
    assert sorted((a.kind, a.subject, a.count) for a in world.alarms()) == [
        (Kind.LOW_BATTERY, "button-1", 1),
        (Kind.LOW_BATTERY, "smoke-1", 1),
        (Kind.SMOKE, "", 2),
    ]


def test_a_press_after_closing_is_a_new_alarm(world: World) -> None:
    first = world.raised()
    world.acknowledge(first.id)
    world.press()
    world.close(first.id)
    second = world.raised()
    assert second.id != first.id
    assert (world.alarm(first.id).count, second.count) == (2, 1)
    assert world.messages(second.id, "alarm")


def test_a_press_while_it_is_being_dealt_with_takes_it_from_nobody(world: World) -> None:
    first = world.raised()
    world.acknowledge(first.id)
    world.press()
    again = world.alarm(first.id)
    assert (again.state, again.owner_id) == (AlarmState.ACKNOWLEDGED, world.district.operator.id)


def test_a_sensor_that_clears_leaves_the_alarm_open(world: World) -> None:
    fire = world.raised("smoke")
    world.time += timedelta(seconds=30)
    world.press("smoke", active=False)
    quiet = world.alarm(fire.id)
    assert (quiet.state, quiet.cleared_at) == (AlarmState.RAISED, world.now())
    assert world.events(fire.id)[-1] == "cleared"
    world.time += timedelta(seconds=30)
    world.press("smoke")
    assert world.alarm(fire.id).cleared_at is None


def test_a_clear_with_nothing_open_does_nothing(world: World) -> None:
    assert world.press("smoke", active=False).alarm_id is None
    assert world.press("help_call", active=False).alarm_id is None


@pytest.mark.parametrize(("seconds", "noted"), [(0, True), (15, True), (16, False)])
def test_a_call_taken_back_within_15_seconds_is_noted_and_stays_open(
    world: World, seconds: int, noted: bool
) -> None:
    call = world.raised()
    world.time += timedelta(seconds=seconds)
    world.press("help_call", active=False)
    after = world.alarm(call.id)
    assert (after.state, after.cleared_at, after.count) == (AlarmState.RAISED, None, 1)
    assert ("cancelled_by_resident" in world.events(call.id)) is noted


def test_a_test_signal_is_kept_and_disturbs_nobody(world: World) -> None:
    assert world.press(test=True).alarm_id is None
    assert world.alarms() == []
    assert world.sql("SELECT test FROM signals") == [True]


def minutes_ago(world: World, minutes: float) -> Any:
    return world.now() - timedelta(minutes=minutes)


def test_a_late_call_raises_and_is_marked_late(world: World) -> None:
    alarm = world.raised(at=minutes_ago(world, 90))
    assert alarm.late
    assert alarm.occurred_at == minutes_ago(world, 90)
    assert alarm.raised_at == world.now()


def test_a_late_state_that_a_newer_one_has_overtaken_is_history(world: World) -> None:
    world.press("water_leak", active=False, at=minutes_ago(world, 10))
    assert world.press("water_leak", at=minutes_ago(world, 20)).alarm_id is None
    assert world.alarms() == []
    assert world.press("water_leak", at=minutes_ago(world, 8)).raised


def test_an_old_clear_does_not_end_what_began_after_it(world: World) -> None:
    leak = world.raised("water_leak", at=minutes_ago(world, 1))
    world.press("water_leak", active=False, at=minutes_ago(world, 2))
    world.press("water_leak", active=False, at=minutes_ago(world, 30))
    assert world.alarm(leak.id).cleared_at is None


@pytest.mark.parametrize("late_by", [3, 20])
def test_a_smoke_signal_older_than_the_clear_repeats_but_does_not_undo_it(
    world: World, late_by: int
) -> None:
    fire = world.raised("smoke", at=minutes_ago(world, 30))
    world.press("smoke", active=False, at=minutes_ago(world, 1))
    world.press("smoke", at=minutes_ago(world, late_by))
    after = world.alarm(fire.id)
    assert after.count == 2
    assert after.cleared_at == minutes_ago(world, 1)


def test_a_room_that_is_clear_does_not_hide_the_one_that_still_burns(world: World) -> None:
    fire = world.raised("smoke", device="smoke-1")
    world.press("smoke", device="button-1")
    world.time += timedelta(seconds=10)
    world.press("smoke", device="smoke-1", active=False)
    assert world.alarm(fire.id).cleared_at is None
    world.time += timedelta(seconds=10)
    world.press("smoke", device="button-1", active=False)
    assert world.alarm(fire.id).cleared_at == world.now()


class _InterruptedError(Exception):
    """The process dies here."""


class Breaking:
    """A connection that dies at its n-th statement."""

    def __init__(self, conn: Connection, at: int) -> None:
        self._conn, self._left = conn, at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._conn, name)

    def _count(self) -> None:
        if self._left == 0:
            raise _InterruptedError
        self._left -= 1

    def execute(self, *args: Any, **more: Any) -> Any:
        self._count()
        return self._conn.execute(*args, **more)

    def cursor(self, *args: Any, **more: Any) -> Any:
        self._count()
        return self._conn.cursor(*args, **more)


def test_a_signal_is_taken_in_whole_or_not_at_all(world: World) -> None:
    """Break it at each of its statements in turn: nothing may be left behind."""
    tables = "signals", "alarms", "alarm_events", "timers", "notifications", "dispatches"
    count = " + ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    broken_at = 0
    while True:
        try:
            with world.pool.connection() as conn, conn.transaction():
                device = world.device(conn)
                breaking: Any = Breaking(conn, broken_at)
                receive_signal(breaking, device, world.signal(id="a"), world.now(), world.policy)
            break
        except _InterruptedError:
            assert world.sql(f"SELECT {count}") == [0], f"after statement {broken_at}"
            broken_at += 1
    assert broken_at > 10
    assert [a.count for a in world.alarms()] == [1]
    assert world.messages(world.alarms()[0].id, "alarm")


@pytest.mark.parametrize(
    "steps",
    [
        "[]",
        "[{}]",
        '[{"after_seconds": 0, "target": "the_moon"}]',
        '[{"after_seconds": -5, "target": "console"}]',
        '{"after_seconds": 0}',
        "null",
        "7",
    ],
)
def test_a_plan_nobody_can_use_never_costs_the_alarm(world: World, steps: str) -> None:
    """It is raised, the journal says what is wrong, and the built-in plan tells the family."""
    world.sql("UPDATE plans SET retired_at = %s", world.now())
    world.sql(
        "INSERT INTO plans (code, version, steps, cycles, created_at)"
        " VALUES ('bad', 1, %s::jsonb, 2, %s)",
        steps,
        world.now(),
    )
    alarm = world.raised()
    assert "plan_unusable" in world.events(alarm.id)
    world.pass_time(3600)
    assert {m.address for m in world.messages(alarm.id, "alarm")} == set(world.home.phones)
    assert "plan_exhausted" in world.events(alarm.id)


def test_without_any_plan_the_built_in_one_runs(world: World) -> None:
    world.sql("UPDATE plans SET retired_at = %s", world.now())
    alarm = world.raised()
    assert alarm.plan_id is None
    world.pass_time(3600)
    assert {m.address for m in world.messages(alarm.id, "alarm")} == set(world.home.phones)


def test_the_most_particular_plan_is_taken(world: World) -> None:
    def add(code: str, kind: str | None, home: int | None, version: int = 1) -> None:
        step = '[{"after_seconds": 0, "target": "console"}]'
        world.sql(
            "INSERT INTO plans (code, version, kind, home_id, steps, cycles, created_at)"
            f" VALUES (%s, %s, %s, %s, '{step}', 2, %s)",
            code,
            version,
            kind,
            home,
            world.now(),
        )

    add("smoke", "smoke", None, 3)  # the newest of a kind's: one version 1 is in force already
    add("home", None, world.home.id)
    add("home", None, world.home.id, 2)
    add("home-fall", "fall", world.home.id)

    def taken(kind: str, home: str) -> tuple[str, int]:
        alarm = world.raised(kind, home=home)
        ((code, version),) = world.sql(
            "SELECT code, version FROM plans WHERE id = %s", alarm.plan_id
        )
        return code, version

    assert taken("fall", "H0001") == ("home-fall", 1)
    assert taken("smoke", "H0001") == ("home", 2)
    assert taken("smoke", "H0002") == ("smoke", 3)
    assert taken("fall", "H0002") == ("default", 2)
    assert taken("low_battery", "H0001") == ("technical-low_battery", 1), "no danger"


def test_no_second_open_alarm_of_the_same_thing_can_be_written_at_all(world: World) -> None:
    first = world.raised()
    with pytest.raises(psycopg.errors.UniqueViolation):
        world.sql(
            "INSERT INTO alarms (code, home_id, area_id, kind, priority, raised_at, occurred_at,"
            " last_signal_at) SELECT 'X', home_id, area_id, kind, priority, raised_at, occurred_at,"
            " last_signal_at FROM alarms WHERE id = %s",
            first.id,
        )


def test_a_danger_gets_a_short_code_however_the_free_ones_are_found(world: World) -> None:
    """Four digits are typed and said; six are for when all of those are taken. Red before: which of
    the free ones came first was the server's choice."""
    for number in range(40):
        world.sql(
            "UPDATE alarms SET state = 'CLOSED', outcome = 'test', closed_at = %s", world.time
        )
        with world.pool.connection() as conn, conn.transaction():
            for way in ("nestloop", "mergejoin", "indexscan", "bitmapscan"):
                conn.execute(f"SET LOCAL enable_{way} = off".encode())
            signal = world.signal("help_call", id=f"press {number}")
            receipt = receive_signal(conn, world.device(conn), signal, world.time, world.policy)
        assert receipt.alarm_id is not None
        assert len(world.alarm(receipt.alarm_id).code) == 4
