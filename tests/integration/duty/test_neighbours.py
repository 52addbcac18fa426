"""Free responders of the grids around go where the home's own cannot."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from alerts.duty.ranking import Candidate
from alerts.duty.responders import MAX_NEIGHBOURS, find_neighbours, on_duty
from store.db import Connection
from store.duty import areas, neighbours, rotas
from store.duty.neighbours import Nearness
from store.duty.rotas import ExceptionKind
from store.home import people
from store.model import AlarmState, DispatchState
from tests.district import NOON
from tests.world import World

HOME = (28.2, 112.9)


@pytest.fixture
def around(world: World) -> World:
    """Beside G1: G2 of the same community, G3 of another one of the district, G9 of another
    district."""
    for level, code, parent in (
        ("grid", "G2", "C1"),
        ("community", "C2", "D1"),
        ("grid", "G3", "C2"),
        ("district", "D9", None),
        ("grid", "G9", "D9"),
    ):
        world.run(areas.add, level=level, code=code, name=code, parent=parent)
    return world


def worker(world: World, number: int, area: str, **more: Any) -> int:
    made = world.run(people.add_person, name=f"R{number}", phone=f"+86139000003{number:02}")
    world.run(people.add_responder, person_id=made, kind="grid_worker", area=area)
    if more:
        changes = {"kind": "grid_worker", "area": area, "on_duty": True, "skills": []}
        world.run(
            rotas.change_responder, made, **changes | {"latitude": None, "longitude": None} | more
        )
    return made


def found(world: World, **more: Any) -> list[Candidate]:
    (area,) = world.sql("SELECT area_id FROM homes WHERE id = %s", world.home.id)
    return world.run(find_neighbours, area, world.home.id, world.time, world.policy, **more)


def ids(candidates: list[Candidate]) -> list[int]:
    return [candidate.responder.person_id for candidate in candidates]


def test_neighbours_are_those_of_the_district_and_not_the_homes_own(around: World) -> None:
    """The home's own, of its grid and above, are found by find_candidates."""
    other = worker(around, 1, "G3")
    same = worker(around, 2, "G2")
    staff = worker(around, 3, "C2")
    for number, own in enumerate(("G1", "C1", "D1"), 4):
        worker(around, number, own)
    worker(around, 7, "G9")
    candidates = found(around)
    assert ids(candidates) == [same, other, staff]
    assert [c.responder.area for c in candidates] == ["G2", "G3", "C2"]
    assert [c.responder.steps for c in candidates] == [1, 2, 2]
    assert [c.eta_minutes for c in candidates] == [23, 53, 53], "4 and 10 km are assumed"


def test_neighbours_are_ranked_by_minutes_with_what_they_do_already(around: World) -> None:
    around.sql("UPDATE homes SET latitude = %s, longitude = %s", *HOME)
    far = worker(around, 1, "G2", latitude=28.25, longitude=112.9)
    near = worker(around, 2, "G3", latitude=28.201, longitude=112.9)
    alarm = around.raised(home="H0002")
    nurse = worker(around, 3, "G3", latitude=28.3, longitude=112.9, skills=["nurse"])
    assert ids(found(around)) == [near, far, nurse]
    assert found(around)[0].distance_m == 111
    assert ids(found(around, skills=["nurse"])) == [nurse, near, far]
    for number in (alarm.id, around.raised(home="H0001").id):
        around.sql(
            "INSERT INTO dispatches (alarm_id, responder_id, state, offered_at)"
            " VALUES (%s, %s, 'ACCEPTED', %s)",
            number,
            near,
            around.time,
        )
    assert ids(found(around)) == [far, near, nurse]
    assert found(around)[1].responder.load == 2


def test_who_is_off_duty_away_or_has_no_telephone_is_no_neighbour(around: World) -> None:
    there = worker(around, 1, "G2")
    worker(around, 2, "G2", on_duty=False)
    away, extra, late = (worker(around, n, "G2") for n in (3, 4, 5))
    until = NOON + timedelta(hours=1)
    around.run(rotas.add_exception, away, ExceptionKind.ABSENT, NOON, until)
    for number in (extra, late):
        _shift(around, number, time(20), time(6))
    around.run(rotas.add_exception, extra, ExceptionKind.EXTRA, NOON, until)
    silent = worker(around, 6, "G2")
    around.sql("UPDATE people SET phone = NULL WHERE id = %s", silent)
    assert ids(found(around)) == [there, extra]
    around.time = NOON + timedelta(hours=9)  # 21:00 in Shanghai
    assert ids(found(around)) == [there, away, extra, late]
    around.time = NOON + timedelta(hours=17, minutes=59)  # 05:59 of the next day
    assert late in ids(found(around))
    around.time = NOON + timedelta(hours=18)
    assert late not in ids(found(around))


def test_the_first_look_at_the_rotas_leaves_nobody_out(around: World) -> None:
    """Where the clocks went back at night, a shift runs while they show less than its start.

    Fails without the hour in neighbours.sql."""
    around.sql("UPDATE areas SET timezone = 'Europe/Berlin' WHERE code = 'C1'")
    at_night = worker(around, 1, "G2")
    _shift(around, at_night, time(2, 30), time(10), days=[7])
    around.time = NOON.replace(month=10, day=25, hour=0, minute=29)  # Sunday, 02:29, first time
    assert ids(found(around)) == []
    around.time += timedelta(minutes=1)
    assert ids(found(around)) == [at_night]
    around.time += timedelta(minutes=31)  # 02:01, the second time
    assert ids(found(around)) == [at_night]


def test_the_statement_and_the_rules_of_rotas_never_disagree(around: World) -> None:
    """Random rotas in zones whose clocks change at midnight and at two, looked at around these
    changes: whoever is on duty by shift_rules.py is found."""
    dice = Random(27)
    zones = ["Asia/Shanghai", "Europe/Berlin", "America/Havana", None]
    for number, zone in enumerate(zones):
        around.run(areas.add, level="grid", code=f"Z{number}", name="Z", parent="C2")
        around.sql("UPDATE areas SET timezone = %s WHERE code = %s", zone, f"Z{number}")
    days = ((3, 8, 5), (3, 29, 1), (10, 25, 1), (11, 1, 5))
    changes = [datetime(2026, *day, tzinfo=UTC) for day in days]
    for number in range(60):
        who = worker(around, number, f"Z{number % 4}")
        for _ in range(dice.randrange(3)):
            starts, ends = (time(dice.randrange(24), dice.choice((0, 30))) for _ in "ab")
            week = dice.sample(range(1, 8), dice.randint(1, 7))
            _shift(around, who, starts, ends, sorted(week))
        if dice.random() < 0.3:
            begins = dice.choice(changes) - timedelta(hours=dice.randrange(9))
            kind = dice.choice(list(ExceptionKind))
            around.run(rotas.add_exception, who, kind, begins, begins + timedelta(hours=9))
    everybody = [r for r in around.run(rotas.all_responders) if r.area.startswith("Z")]
    (home,) = around.sql("SELECT area_id FROM homes WHERE id = %s", around.home.id)
    near = Nearness(None, None, 1.3, 4000, (2000, 4000, 10000))
    there = 0
    for change in changes:
        for minutes in range(-26 * 60, 26 * 60, 47):
            now = change + timedelta(minutes=minutes)
            wanted = {r.person_id for r in around.run(on_duty, everybody, now, around.policy)}
            asked = {"skills": (), "timezone": "Asia/Shanghai", "limit": 1000}
            shown = around.run(neighbours.neighbours_of, home, near, now, **asked)
            assert wanted <= {r.person_id for r in shown}, now
            there += len(wanted)
    assert there > 1000


def _shift(world: World, who: int, starts: time, ends: time, days: list[int] | None = None) -> None:
    world.run(
        rotas.add_shift,
        who,
        weekdays=days or [1, 2, 3, 4, 5, 6, 7],
        starts=starts,
        ends=ends,
        valid_from=None,
        valid_until=None,
    )


def test_who_declines_is_replaced_by_a_neighbour_when_the_own_were_all_asked(
    around: World,
) -> None:
    """Red before: "nobody_left_to_send", with three free responders a street away."""
    own, near, far = worker(around, 1, "C1"), worker(around, 2, "G2"), worker(around, 3, "G3")
    alarm = around.raised()
    around.acknowledge(alarm.id)
    around.move(around.dispatch(alarm.id).id, DispatchState.DECLINED)
    for expected in (own, near, far):
        newest = around.dispatches(alarm.id)[-1]
        assert (newest.responder_id, newest.state) == (expected, DispatchState.OFFERED)
        assert around.alarm(alarm.id).state == AlarmState.DISPATCHED
        around.move(newest.id, DispatchState.DECLINED)
    assert "nobody_left_to_send" in around.events(alarm.id)


def test_neighbours_of_a_whole_city_are_found_in_one_bounded_statement(around: World) -> None:
    """6,000 responders on 600 grids of the district: at most 40 rows leave the database."""
    around.sql("UPDATE homes SET latitude = %s, longitude = %s", *HOME)
    around.run(_city)
    around.sql("ANALYZE")
    candidates = found(around)
    assert len(candidates) == MAX_NEIGHBOURS
    assert [c.eta_minutes for c in candidates] == sorted(c.eta_minutes for c in candidates)
    assert candidates[0].responder.name == "W1"


def test_the_statement_goes_by_its_indexes(around: World) -> None:
    """What grows is not read through: the history of dispatches, other districts."""
    around.run(_city)
    around.sql("ANALYZE")
    plan = "\n".join(around.run(_plan, around.time))
    assert "Seq Scan on dispatches" not in plan
    assert "dispatches_one_live" in plan


def _city(conn: Connection) -> None:
    conn.execute(
        "INSERT INTO areas (parent_id, level, code, name)"
        " SELECT (SELECT id FROM areas WHERE code = 'C2'), 'grid', 'X' || n, 'X'"
        " FROM generate_series(1, 600) n"
    )
    conn.execute(
        "INSERT INTO people (name, phone) SELECT 'W' || n, '+86137' || lpad(n::text, 8, '0')"
        " FROM generate_series(1, 6000) n"
    )
    conn.execute(
        "INSERT INTO responders (person_id, kind, area_id, latitude, longitude)"
        " SELECT p.id, 'grid_worker', a.id, 28.2 + w.n * 0.0001, 112.9 FROM people p"
        " CROSS JOIN LATERAL (SELECT substr(p.name, 2)::int AS n) w"
        " JOIN areas a ON a.code = 'X' || (w.n % 600 + 1) WHERE p.name ~ '^W[0-9]+$'"
    )
    conn.execute(
        "INSERT INTO shifts (responder_id, weekdays, starts, ends)"
        " SELECT person_id, '{1,2,3,4,5,6,7}', '08:00', '20:00' FROM responders"
        " WHERE latitude IS NOT NULL"
    )
    conn.execute(
        "INSERT INTO alarms (code, area_id, kind, subject, priority, state, raised_at,"
        " occurred_at, last_signal_at, closed_at, outcome)"
        " SELECT 9000 + n, (SELECT id FROM areas WHERE code = 'X1'), 'area_outage', '', 4,"
        " 'CLOSED', %(at)s, %(at)s, %(at)s, %(at)s, 'test' FROM generate_series(1, 500) n",
        {"at": NOON},
    )
    conn.execute(
        "INSERT INTO dispatches (alarm_id, responder_id, state, offered_at)"
        " SELECT a.id, r.person_id, 'DONE', %s FROM alarms a CROSS JOIN"
        " (SELECT person_id FROM responders ORDER BY person_id LIMIT 40) r",
        (NOON,),
    )


def _plan(conn: Connection, now: Any) -> list[str]:
    values = {
        "area_id": conn.execute("SELECT id FROM areas WHERE code = 'G1'").fetchall()[0][0],
        "latitude": HOME[0],
        "longitude": HOME[1],
        "detour": 1.3,
        "busy": 4000,
        "assumed": [2000, 4000, 10000],
        "now": now,
        "skills": [],
        "timezone": "Asia/Shanghai",
        "limit": 40,
    }
    explain = b"EXPLAIN " + neighbours.SQL["neighbours_of"]
    return [row[0] for row in conn.execute(explain, values).fetchall()]
