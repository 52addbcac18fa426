"""What is kept for a time only goes in its time, and nothing else with it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from alerts.engine import housekeeping
from alerts.engine.retention import remove_old
from store.db import Connection
from store.engine import backlog, retention
from tests.district import NOON
from tests.plans import pages_read
from tests.world import World

DAY = timedelta(days=1)


def message(world: World, at: datetime, purpose: str = "alarm", state: str = "SENT") -> int:
    (number,) = world.sql(
        "INSERT INTO notifications (person_id, purpose, channel, lane, address, body, spoken,"
        " fields, dedupe, due_at, created_at, state)"
        " SELECT min(id), %s, 'sms', 1, '+8613800000001', 'the code is 4711', 'spoken', %s,"
        " gen_random_uuid()::text, %s, %s, %s FROM people RETURNING id",
        purpose,
        Jsonb({"code": "4711"}),
        at,
        at,
        state,
    )
    return int(number)


def inbound(world: World, at: datetime) -> int:
    (number,) = world.sql(
        "INSERT INTO inbound_messages (provider_id, received_at, address, understood, body)"
        " VALUES (gen_random_uuid()::text, %s, '+8613800000001', 'text', 'I am on my way')"
        " RETURNING id",
        at,
    )
    return int(number)


def view(world: World, at: datetime) -> int:
    (number,) = world.sql(
        "INSERT INTO access_views (at, person_id, home_id, via)"
        " SELECT %s, (SELECT min(id) FROM people), min(id), 'console' FROM homes RETURNING id",
        at,
    )
    return int(number)


def clean(world: World, **policy: Any) -> None:
    world.run(remove_old, world.now(), replace(world.policy, **policy))


def texts(world: World) -> list[Any]:
    return world.sql("SELECT id, body, spoken, fields::text FROM notifications ORDER BY id")


def test_door_codes_go_first_then_texts_then_messages(world: World) -> None:
    """Break: leave `fields` in what is cleared: templates say the code by its name."""
    old_code = message(world, NOON - 3 * DAY, "access")
    new_code = message(world, NOON - DAY, "access")
    text = message(world, NOON - 3 * DAY)
    clean(world)
    whole = ("the code is 4711", "spoken", '{"code": "4711"}')
    assert texts(world) == [(old_code, "", "", "{}"), (new_code, *whole), (text, *whole)]
    world.time = NOON + 400 * DAY
    clean(world)
    assert {row[1:] for row in texts(world)} == {("", "", "{}")}
    assert len(texts(world)) == 3, "that they were sent is still known"
    world.time = NOON + 1200 * DAY
    clean(world)
    assert texts(world) == []


def test_what_has_not_left_is_not_emptied(world: World) -> None:
    waiting = message(world, NOON - 500 * DAY, "access", "QUEUED")
    going = message(world, NOON - 2000 * DAY, "alarm", "SENDING")
    clean(world)
    assert {row[0]: row[1] for row in texts(world)} == dict.fromkeys(
        (waiting, going), "the code is 4711"
    )


def test_what_people_wrote_goes_in_two_steps(world: World) -> None:
    inbound(world, NOON - 366 * DAY)
    new = inbound(world, NOON - DAY)
    clean(world)
    assert world.sql("SELECT body FROM inbound_messages ORDER BY id") == ["", "I am on my way"]
    world.time = NOON + 1000 * DAY
    clean(world)
    assert world.sql("SELECT id FROM inbound_messages ORDER BY id") == [new]


def test_a_message_goes_though_others_point_to_it(world: World) -> None:
    """A talk's call, and messages that were joined into one that is older. Break: leave `parted` or
    `hung_up` out."""
    old = message(world, NOON - 2000 * DAY)
    alarm = world.raised("help_call")
    young = message(world, NOON - DAY)
    world.sql("UPDATE notifications SET bundled_into = %s WHERE id = %s", old, young)
    (talk,) = world.sql(
        "INSERT INTO conversations (alarm_id, user_id, started_at)"
        " SELECT %s, min(id), %s FROM users RETURNING id",
        alarm.id,
        NOON,
    )
    world.sql(
        "INSERT INTO conversation_legs (conversation_id, part, address, notification_id, asked_at)"
        " VALUES (%s, 'home', 'x', %s, %s)",
        talk,
        old,
        NOON,
    )
    clean(world)
    assert old not in [row[0] for row in texts(world)]
    assert young in [row[0] for row in texts(world)]
    assert world.sql("SELECT notification_id FROM conversation_legs") == [None]


def test_signals_of_an_open_alarm_stay(world: World) -> None:
    closed = world.raised("help_call")
    world.acknowledge(closed.id)
    world.close(closed.id)
    still_open = world.raised("smoke", device="smoke-1")
    world.time += 1200 * DAY
    clean(world)
    assert world.sql("SELECT alarm_id FROM signals") == [still_open.id]


def test_a_run_begins_where_the_last_one_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small batches: all that is old goes, in order, and nothing that is not. Break: advance to the
    last row that was looked at instead of the last that was old."""
    monkeypatch.setattr(retention, "MOST", 3)
    for day in range(20, 0, -1):
        message(world, NOON - day * DAY)
    clean(world, keep_messages_days=10)
    assert len(texts(world)) == 10
    world.time += 5 * DAY
    clean(world, keep_messages_days=10)
    assert len(texts(world)) == 5


def test_a_row_with_a_wrong_time_stops_nothing(world: World) -> None:
    """A machine that believed to be years ahead wrote one; what came after it is old in its time.
    Break: stop at the first that is not old."""
    message(world, NOON + 3000 * DAY)
    old = [message(world, NOON - 2000 * DAY) for _ in range(3)]
    young = message(world, NOON - DAY)
    clean(world)
    left = [row[0] for row in texts(world)]
    assert young in left
    assert not set(old) & set(left)


# who saw the way into a home


def test_old_views_go_by_the_owners_function_alone(world: World) -> None:
    old = view(world, NOON - 1200 * DAY)
    new = view(world, NOON - DAY)
    with pytest.raises(psycopg.errors.RestrictViolation):
        world.sql("DELETE FROM access_views WHERE id = %s", old)
    clean(world)
    assert world.sql("SELECT id FROM access_views") == [new]
    with pytest.raises(psycopg.errors.RestrictViolation):
        world.sql("DELETE FROM access_views")
    with pytest.raises(psycopg.errors.RestrictViolation):
        world.sql("UPDATE access_views SET via = 'sms'")


def test_nobody_can_ask_for_the_views_of_the_last_months(world: World) -> None:
    """Break: leave LEAST out of the function."""
    view(world, NOON - 100 * DAY)
    view(world, NOON)
    world.sql("SELECT remove_access_views(0, %s, %s, 1000)", NOON + DAY, NOON + DAY)
    assert len(world.sql("SELECT id FROM access_views")) == 2


def test_nobody_hears_of_processes_that_are_long_gone(world: World) -> None:
    world.sql(
        "INSERT INTO heartbeats (process, instance, at, detail) VALUES ('alerts', 'old', %s, '{}'),"
        " ('alerts', 'new', %s, '{}')",
        NOON - 8 * DAY,
        NOON,
    )
    clean(world)
    assert world.sql("SELECT instance FROM heartbeats") == ["new"]


# how often, and what it reads


def as_owner(owner_url: str, statement: str) -> None:
    """What the processes may not do."""
    with psycopg.connect(owner_url, autocommit=True) as conn:
        conn.execute(statement.encode())


def test_old_rows_are_looked_for_once_an_hour(world: World) -> None:
    def housekeeping_run() -> None:
        world.run(housekeeping.clean_up, world.now(), world.policy)

    housekeeping_run()
    message(world, NOON - 2000 * DAY)
    world.time += timedelta(minutes=10)
    housekeeping_run()
    assert len(texts(world)) == 1
    world.time += timedelta(minutes=50)
    housekeeping_run()
    assert texts(world) == []
    message(world, NOON - 2000 * DAY)
    world.time -= DAY
    housekeeping_run()
    assert texts(world) == [], "the clock was put back: it does not wait for a day"


def test_what_waits_is_found_among_years_of_messages(world: World, owner_url: str) -> None:
    """It is asked with every page of the desk. Break: one condition for both states."""
    world.sql(
        "INSERT INTO notifications (purpose, channel, lane, address, body, dedupe, due_at,"
        " created_at, state) SELECT 'alarm', 'sms', 1, 'x', repeat('x', 200), 'd' || n, %s, %s,"
        " 'DELIVERED' FROM generate_series(1, 30000) n",
        NOON,
        NOON,
    )
    as_owner(owner_url, "VACUUM ANALYZE notifications")
    values = {"channels": ["sms"], "now": NOON, "lately": NOON, "newest": backlog.NEWEST}
    assert world.run(pages_read, backlog.SQL["deliveries"], values) < 150


@pytest.mark.parametrize("table", ["hourly", "daily"])
def test_looking_for_old_sums_does_not_read_them_all(
    conn: Connection, owner_url: str, table: str
) -> None:
    """On any server: PostgreSQL before 18 has no skip scan. 60 devices with three metrics: what is
    read does not grow with what is kept. Break: `WHERE device_id = ANY (…) AND hour < …`."""
    from store.intake.rollups import MOST, SQL

    column, step = ("hour", "1 hour") if table == "hourly" else ("day", "1 day")
    devices = list(range(1, 61))
    read = []
    for rows in (500, 2_000):
        as_owner(owner_url, f"TRUNCATE readings_{table}")
        conn.execute(
            f"""INSERT INTO readings_{table} (device_id, metric, {column}, n, least, greatest, last,
                total)
            SELECT d, m, %s::timestamptz + g * interval '{step}', 1, 1, 1, 1, 1
            FROM generate_series(1, 60) d, generate_series(1, 3) m, generate_series(1, %s) g
            """.encode(),
            (NOON, rows),
        )
        as_owner(owner_url, f"VACUUM ANALYZE readings_{table}")
        before = NOON if table == "hourly" else NOON.date()
        values = {"devices": devices, "before": before, "most": MOST}
        read.append(pages_read(conn, SQL[f"delete_{table}"], values))
    assert read[1] < 60 * 40, read
    assert read[1] < read[0] * 1.5, read
