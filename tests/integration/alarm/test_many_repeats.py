"""A detector that states its alarm thousands of times: the journal counts, the page stays small."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient

from alerts.alarm import raising
from alerts.alarm.rebuild import as_rebuilt, rebuild
from alerts.work import flapping
from store.alarm import alarms, signals
from store.db import Connection, Pool
from store.model import AlarmEvent, Kind, Role
from tests.integration.api.api_kit import House, build_house
from tests.plans import pages_read
from tests.world import World

MANY = 200


def repeat(world: World, times: int, seconds: float = 0.5, **signal: Any) -> None:
    for _ in range(times):
        world.time += timedelta(seconds=seconds)
        world.press("smoke", device="smoke-1", **signal)


def count_up(world: World) -> int:
    return world.run(flapping.journal_repeats, world.now(), world.policy)


def repeated(world: World, number: int) -> list[AlarmEvent]:
    return [line for line in world.journal(number) if line.event == "repeated"]


def test_repeats_after_the_first_few_are_one_line_a_minute(world: World) -> None:
    """Break: write each repeat down as before."""
    alarm = world.raised("smoke", device="smoke-1")
    repeat(world, MANY)
    lines = repeated(world, alarm.id)
    assert [line.data["count"] for line in lines] == list(range(2, raising.FIRST_FEW + 2))
    world.time += timedelta(minutes=1)
    assert count_up(world) == 1
    line = repeated(world, alarm.id)[-1]
    assert line.data["times"] == MANY - raising.FIRST_FEW
    assert line.data["count"] == MANY + 1
    first, last = line.data["first_at"], line.data["last_at"]
    assert (first, last) == (
        (alarm.raised_at + timedelta(seconds=(raising.FIRST_FEW + 1) * 0.5)).isoformat(),
        (alarm.raised_at + timedelta(seconds=MANY * 0.5)).isoformat(),
    )
    assert rebuild(world.journal(alarm.id)) == as_rebuilt(world.alarm(alarm.id))


def test_what_is_counted_is_written_within_a_minute_and_only_then(world: World) -> None:
    world.raised("smoke", device="smoke-1")
    repeat(world, 10)
    assert count_up(world) == 0, "its minute is not over"
    world.time += timedelta(seconds=61)
    assert count_up(world) == 1
    assert count_up(world) == 0, "written once"
    repeat(world, 1)
    world.time -= timedelta(hours=1)
    assert count_up(world) == 1, "the clock was put back: it is written, not kept for an hour"


@pytest.mark.parametrize("active", [True, False])
def test_a_state_that_comes_and_goes_is_counted_both_ways(world: World, *, active: bool) -> None:
    """The rebuilt alarm says how it stands, whichever came last. Break: put the last count of a
    repeat in the line instead of what the row says."""
    alarm = world.raised("smoke", device="smoke-1")
    for _ in range(60):
        repeat(world, 1, active=False)
        repeat(world, 1)
    if not active:
        repeat(world, 1, active=False)
    assert len(world.journal(alarm.id)) < 40
    world.time += timedelta(minutes=2)
    count_up(world)
    line = repeated(world, alarm.id)[-1]
    assert line.data["clears"] > 50
    assert rebuild(world.journal(alarm.id)) == as_rebuilt(world.alarm(alarm.id))
    assert (world.alarm(alarm.id).cleared_at is None) is active


def test_two_devices_are_counted_apart(world: World) -> None:
    alarm = world.raised("smoke", device="smoke-1")
    for _ in range(20):
        repeat(world, 1)
        world.press("smoke", device="button-1")
    world.time += timedelta(minutes=2)
    count_up(world)
    lines = [line for line in repeated(world, alarm.id) if "times" in line.data]
    assert len(lines) == 2
    assert sum(line.data["times"] for line in lines) == 40 - raising.FIRST_FEW
    assert rebuild(world.journal(alarm.id)) == as_rebuilt(world.alarm(alarm.id))


def test_what_a_person_does_is_never_counted_away(world: World) -> None:
    """Who presses again is heard each time: the press is stored, the alarm's count goes up and a
    shelved alarm comes back, whatever is written of it."""
    alarm = world.raised("help_call")
    for _ in range(30):
        world.time += timedelta(seconds=1)
        world.press("help_call")
    assert world.alarm(alarm.id).count == 31
    assert world.sql("SELECT count(*) FROM signals WHERE alarm_id = %s", alarm.id) == [31]


def test_flapping_is_marked_and_becomes_one_work_order(world: World) -> None:
    """Break: mark it without `add_or_join`, or order again with each minute."""
    alarm = world.raised("smoke", device="smoke-1")
    for _ in range(3):
        repeat(world, 120)
        world.time += timedelta(minutes=1)
        count_up(world)
    row = world.alarm(alarm.id)
    assert row.flapping_at is not None
    story = world.events(alarm.id)
    assert story.count("flapping") == 1
    assert story.count("work_order_made") == 1
    (order,) = world.sql("SELECT kind FROM work_orders")
    assert order == "repair"
    assert rebuild(world.journal(alarm.id)) == as_rebuilt(row)


def test_somebody_who_presses_in_fear_is_no_broken_button(world: World) -> None:
    alarm = world.raised("help_call")
    for _ in range(60):
        world.time += timedelta(seconds=1)
        world.press("help_call")
    world.time += timedelta(minutes=1)
    count_up(world)
    assert world.alarm(alarm.id).flapping_at is None


# what the pages show of it


@pytest.fixture
def house(pool: Pool, conn: Connection, database_url: str) -> House:
    return build_house(pool, conn, database_url)


def long_journal(house: House, lines: int) -> int:
    """An alarm with so many lines as an older version would have written them."""
    number = house.press("H0001", Kind.SMOKE)
    house.conn.execute(
        b"""INSERT INTO alarm_events (alarm_id, at, event, actor, via, data)
        SELECT %s, %s::timestamptz + n * interval '1 second', 'repeated', 'hub', 'mqtt',
            jsonb_build_object('count', n + 1, 'kind', 'smoke', 'late', false, 'plan', 2,
                'device', 3, 'priority', 1, 'last_signal_at', '2026-11-21T04:00:00+00:00',
                'occurred_at', '2026-11-21T04:00:00+00:00', 'cleared_at', null)
        FROM generate_series(1, %s) n""",
        (number, house.clock.now(), lines),
    )
    return number


def test_a_long_journal_comes_in_pages(house: House) -> None:
    """Break: leave LIMIT out of the journal's statement."""
    number = long_journal(house, 5_000)
    desk = house.client(Role.OPERATOR)
    answer = desk.get(f"/api/v1/alarms/{number}")
    assert len(answer.content) < 200_000
    found = answer.json()
    assert found["journal"][-1]["data"]["count"] == 5_001, "the newest are with the alarm"
    lines, before = found["journal"], found["journal_before"]
    while before is not None:
        page = desk.get(f"/api/v1/alarms/{number}/journal?before={before}&limit=500").json()
        lines, before = page["items"] + lines, page["before"]
    assert lines[0]["event"] == "raised"
    counts = [line["data"]["count"] for line in lines if line["event"] == "repeated"]
    assert counts == list(range(2, 5_002))


def test_a_short_journal_is_whole(house: House) -> None:
    number = house.press()
    found = house.client(Role.OPERATOR).get(f"/api/v1/alarms/{number}").json()
    assert found["journal"][0]["event"] == "raised"
    assert found["journal_before"] is None


def test_the_console_shows_the_last_and_leads_to_the_rest(house: House) -> None:
    number = long_journal(house, 5_000)
    desk: TestClient = house.browser()
    page = desk.get(f"/console/alarms/{number}/pane")
    assert page.status_code == 200
    assert len(page.content) < 300_000
    assert f"/console/alarms/{number}/journal?before=" in page.text
    link = page.text.partition(f"/console/alarms/{number}/journal?before=")[2].partition('"')[0]
    older = desk.get(f"/console/alarms/{number}/journal?before={link}")
    assert older.status_code == 200
    assert len(older.content) < 300_000
    assert f"/console/alarms/{number}/journal?before=" in older.text


def test_a_family_sees_the_journal_of_its_own_home_only(house: House) -> None:
    own, other = house.press("H0001"), house.press("H0002")
    family = house.client(Role.FAMILY)
    seen = {
        number: family.get(f"/api/v1/alarms/{number}/journal").status_code
        for number in (own, other)
    }
    assert sorted(seen.values()) == [200, 404]


@pytest.mark.parametrize("statement", ["alarms.clear", "signals.newer_than"])
def test_what_was_stated_before_is_not_read_again(
    world: World, owner_url: str, statement: str
) -> None:
    """A device's 4,000th clearing, and a late signal, read a few pages. Break: look for signals by
    home and time, as if one device did not say more than all others."""
    alarm = world.raised("smoke", device="smoke-1")
    world.sql(
        "INSERT INTO signals (home_id, device_id, kind, active, test, at, received_at, device_time,"
        " late, alarm_id) SELECT s.home_id, s.device_id, s.kind, n %% 2 = 0, false,"
        " s.at + n * interval '1 second', s.at + n * interval '1 second', false, false, %s"
        " FROM signals s, generate_series(1, 30000) n",
        alarm.id,
    )
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("ANALYZE signals, devices, alarms")
    at = alarm.raised_at + timedelta(seconds=31_000)
    values = {
        "home_id": alarm.home_id,
        "device_id": alarm.device_id,
        "kind": Kind.SMOKE,
        "dedup_key": "",
        "at": at if statement == "alarms.clear" else at - timedelta(seconds=1_010),
        "id": 0,
    }
    room, _, name = statement.partition(".")
    query = {"alarms": alarms.SQL, "signals": signals.SQL}[room][name]
    assert world.run(pages_read, query, values) < 200
