"""What an area's outage means for the families: they are informed, never asked or rung up."""

from datetime import time, timedelta
from typing import Any

import psycopg
import pytest

from store.home import people
from store.model import Alarm, AlarmState, Kind, Notification, NotificationState, OutboxLane
from store.notify import preferences
from tests.district import NOON
from tests.sizes import sized
from tests.supervised_homes import build_homes, hear_hubs, run_supervision
from tests.world import World

MINUTE = timedelta(minutes=1)


def families(world: World) -> dict[str, str]:
    """A contact for each home of the crowd; phones by home."""
    phones = {}
    with world.pool.connection() as conn:
        for home_id, code in conn.execute(
            "SELECT id, code FROM homes WHERE code LIKE 'X%' ORDER BY id"
        ).fetchall():
            phones[code] = f"+4477009{home_id:05}"
            person = people.add_person(conn, name="N", phone=phones[code], language="en")
            conn.execute(
                "INSERT INTO contacts (home_id, person_id, position) VALUES (%s, %s, 1)",
                [home_id, person],
            )
    return phones


def supervisor(world: World) -> str:
    with world.pool.connection() as conn:
        person = people.add_person(conn, name="Sun", phone="+8613700000001", language="en")
        conn.execute("UPDATE areas SET supervisor_id = %s WHERE code = 'D1'", [person])
    return "+8613700000001"


def outage(world: World) -> Alarm:
    (found,) = [a for a in world.alarms() if a.kind == Kind.AREA_OUTAGE]
    return found


def informed(world: World, purpose: str) -> dict[str, Notification]:
    return {n.address: n for n in world.messages(outage(world).id, purpose)}


@pytest.fixture
def cut(world: World) -> dict[str, str]:
    """Twelve homes lose power or network; the plan comes to their families after ten minutes."""
    build_homes(world, 12)
    phones = families(world)
    run_supervision(world, NOON + 36 * MINUTE)
    return phones


def test_a_cut_that_lasts_is_told_to_each_family_once(world: World, cut: dict[str, str]) -> None:
    """Break: let reach_target answer no_contact for an area's alarm."""
    world.pass_time(9 * 60)
    assert informed(world, "told") == {}, "most cuts are short"
    world.pass_time(60)
    told = informed(world, "told")
    assert set(told) == set(cut.values())
    assert all(n.lane == OutboxLane.ROUTINE and n.channel == "sms" for n in told.values())
    assert "button may not work" in told[cut["X1"]].body
    world.pass_time(6 * 3600)
    assert len(world.messages(outage(world).id, "told")) == 12


def test_whose_home_is_back_hears_it_and_nobody_else(world: World, cut: dict[str, str]) -> None:
    """Break: leave notify_over out of closing.close_by_system."""
    world.pass_time(11 * 60)
    world.sql("UPDATE notifications SET state = 'SENT'")
    back = [f"X{n}" for n in range(1, 12)]
    hear_hubs(world, *back, at=world.time + MINUTE)
    run_supervision(world, world.time + 2 * MINUTE)
    assert outage(world).state == AlarmState.CLOSED
    told = informed(world, "over")
    assert set(told) == {cut[home] for home in back}
    (area,) = world.sql("SELECT name FROM areas WHERE id = %s", outage(world).area_id)
    assert all(f"[Anxin] {area}, " in message.body for message in told.values())


def test_what_had_not_left_when_it_was_over_never_leaves(world: World, cut: dict[str, str]) -> None:
    """Break: leave "told" out of closing.UNSENT."""
    world.pass_time(11 * 60)
    hear_hubs(world, *cut, at=world.time + MINUTE)
    run_supervision(world, world.time + 2 * MINUTE)
    assert {n.state for n in world.messages(outage(world).id)} == {NotificationState.CANCELLED}


def test_a_short_cut_is_told_to_nobody(world: World, cut: dict[str, str]) -> None:
    hear_hubs(world, *cut, at=world.time + MINUTE)
    run_supervision(world, world.time + 2 * MINUTE)
    world.pass_time(3600)
    assert world.messages(outage(world).id) == []


def test_quiet_hours_and_wishes_are_kept(world: World, cut: dict[str, str]) -> None:
    """Break: leave `is_wanted` out of outage_notices._inform, or "told" out of CAN_WAIT."""
    with world.pool.connection() as conn:
        asleep, other = conn.execute(
            "SELECT id FROM people WHERE phone IN (%s, %s) ORDER BY phone = %s",
            [cut["X1"], cut["X2"], cut["X2"]],
        ).fetchall()
        preferences.set_preferences(
            conn, asleep[0], kinds=None, quiet_from=time(0, 1), quiet_to=time(0, 0)
        )
        preferences.set_preferences(conn, other[0], kinds=["smoke"], quiet_from=None, quiet_to=None)
    world.pass_time(11 * 60)
    told = informed(world, "told")
    assert cut["X2"] not in told
    assert told[cut["X1"]].due_at > world.time + timedelta(hours=1)
    assert told[cut["X3"]].due_at < world.time + timedelta(minutes=5)


def test_the_supervisor_hears_where_it_is(world: World) -> None:
    build_homes(world, 12)
    phone = supervisor(world)
    run_supervision(world, NOON + 36 * MINUTE)
    (page,) = world.messages(outage(world).id, "alarm")
    assert page.address == phone
    (area,) = world.sql("SELECT name FROM areas WHERE code = 'C1'")
    assert area in page.body


@pytest.mark.sized
def test_1300_families_take_a_handful_of_statements(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Break: ask for each person's preferences, or for what waits for them, alone. All 1300 with
    `make proofs`."""
    families_here = sized(1300, 200)
    build_homes(world, families_here)
    families(world)
    run_supervision(world, NOON + 36 * MINUTE)
    number, asked = outage(world).id, []
    execute = psycopg.Cursor.execute

    def counted(cursor: psycopg.Cursor[Any], query: Any, *args: Any, **more: Any) -> Any:
        asked.append(query)
        return execute(cursor, query, *args, **more)

    world.time += 10 * MINUTE
    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    world.fire_due()
    monkeypatch.undo()
    assert len(world.messages(number, "told")) == families_here
    assert len(asked) < 60
