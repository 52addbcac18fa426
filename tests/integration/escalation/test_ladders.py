"""The ladders that come with the product, run over a district with everybody a step can name."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alarm.raising import AlarmCondition, raise_alarm
from alerts.escalation import plan_versions
from alerts.escalation.plan_validation import (
    FIRST_PERSON,
    Draft,
    Facts,
    Team,
    check_plan,
    reaches_nobody,
)
from alerts.escalation.steps import HOTLINE, NEARBY, PlanError, Target, steps_of
from alerts.policy import Policy
from store.alarm.kinds import KINDS
from store.db import Connection
from store.duty import areas
from store.escalation import plans
from store.home import people
from store.model import Kind, Notification, Plan, Role
from store.notify import outbox
from tests.district import NOON, add_user
from tests.world import World

DANGERS = [kind for kind, record in KINDS.items() if record.endangers]
CALM = [kind for kind, record in KINDS.items() if not record.endangers]
NORMAL = Facts(
    teams={
        Team("grid_worker", "grid"),
        Team("volunteer", "community"),
        Team("station", "district"),
    },
    neighbours={Team("grid_worker", "grid")},
    supervised=True,
)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BY_NIGHT = datetime(2026, 11, 21, 23, tzinfo=SHANGHAI)
STAFF = {"station": "+8613900000011", "community": "+8613900000012", "neighbour": "+8613900000013"}
BOSS, NEXT, ADMIN = "+8613700000021", "+8613700000022", "+8613700000023"


def plan_of(conn: Connection, kind: Kind) -> Plan:
    found = plans.plan_for(conn, None, kind, endangers=KINDS[kind].endangers)
    assert found is not None, f"no ladder for {kind}"
    return found


@pytest.fixture
def city(world: World) -> World:
    """Staff of each sort on duty, a grid next door, a supervisor, another one above, an admin."""
    world.policy = replace(world.policy, channels=frozenset({"sms", "voice"}))
    world.run(areas.add, level="grid", code="G2", name="第二网格", parent="C1")
    for name, kind, area in (
        ("station", "station", "D1"),
        ("community", "volunteer", "C1"),
        ("neighbour", "grid_worker", "G2"),
    ):
        person = world.run(people.add_person, name=name, phone=STAFF[name], language="en")
        world.run(people.add_responder, person_id=person, kind=kind, area=area)
    boss = world.run(people.add_person, name="Boss", phone=BOSS, language="en")
    world.sql("UPDATE areas SET supervisor_id = %s WHERE code = 'D1'", boss)
    for name, role, phone in (("Next One", Role.SUPERVISOR, NEXT), ("Ad Min", Role.ADMIN, ADMIN)):
        user = world.run(add_user, name, role)
        world.sql("UPDATE people SET phone = %s WHERE id = %s", phone, user.person_id)
    return world


def told(world: World, alarm: int) -> list[tuple[int, str, str]]:
    """(seconds after the alarm, who, by what) of whoever was asked."""
    who = {phone: f"contact {n}" for n, phone in enumerate(world.home.phones, start=1)}
    who |= {phone: name for name, phone in STAFF.items()}
    who |= {world.district.responder_phone: "grid", BOSS: "boss", NEXT: "next", ADMIN: "admin"}
    begin = world.alarm(alarm).raised_at
    return [
        (int((n.created_at - begin).total_seconds()), who.get(n.address, "home"), n.channel)
        for n in everything(world, alarm)
        if n.purpose in ("alarm", "offer") or n.channel == "hub"
    ]


def everything(world: World, alarm: int) -> list[Notification]:
    return world.run(outbox.of_alarm, alarm)


def empties(world: World, alarm: int) -> list[tuple[str, str]]:
    lines = [e for e in world.journal(alarm) if e.event == "step_empty"]
    return [(e.data["target"], e.data["reason"]) for e in lines]


def first_times(lines: Iterable[tuple[int, str, str]]) -> dict[str, int]:
    times: dict[str, int] = {}
    for at, who, _ in lines:
        times.setdefault(who, at)
    return times


@pytest.mark.parametrize("kind", DANGERS)
def test_every_danger_has_a_ladder_that_the_product_itself_accepts(
    conn: Connection, kind: Kind
) -> None:
    """Break: a wait of more than five minutes, 12345, or a step that names nobody."""
    found = plan_of(conn, kind)
    steps = check_plan(Draft(found.code, kind, None, found.steps, found.cycles), NORMAL)
    targets = [step.target for step in steps]
    climbs = [
        targets.index(target)
        for target in (Target.GRID_RESPONDER, Target.NEIGHBOURS, Target.STATION, Target.SUPERVISOR)
    ]
    assert climbs == sorted(climbs), "the ladder climbs"
    assert all(step.service != HOTLINE for step in steps)
    assert all(step.by == "voice" for step in steps if step.target == Target.SUPERVISOR)


@pytest.mark.parametrize("kind", CALM)
def test_what_endangers_nobody_has_a_ladder_of_its_own(conn: Connection, kind: Kind) -> None:
    found = plan_of(conn, kind)
    check_plan(Draft(found.code, kind, None, found.steps, found.cycles), NORMAL)
    assert found.code != "default"


def test_a_danger_reaches_a_person_within_five_minutes_whoever_is_missing(conn: Connection) -> None:
    """Never nobody, for any district in which there is anybody at all."""
    ladders = {kind: plan_of(conn, kind) for kind in DANGERS}
    teams = st.sets(
        st.builds(
            Team,
            st.sampled_from(["grid_worker", "station", "volunteer", "property"]),
            st.sampled_from(["grid", "community", "district"]),
        )
    )
    contacts = st.none() | st.lists(st.booleans(), max_size=5)

    @given(st.sampled_from(DANGERS), contacts, teams, teams, st.booleans())
    def reaches(
        kind: Kind,
        family: list[bool] | None,
        own: set[Team],
        around: set[Team],
        supervised: bool,
    ) -> None:
        facts = Facts(contacts=family, teams=own, neighbours=around, supervised=supervised)
        steps = steps_of(ladders[kind])
        seconds, at_once = 0, False
        for step in steps:
            seconds += 0 if at_once else step.after_seconds
            if not reaches_nobody(step, facts):
                break
            at_once = step.target not in NEARBY
        else:
            somebody = own or around or supervised or any(family or ())
            assert family is not None
            assert not somebody, "there is somebody, and the ladder does not find them"
            return
        assert seconds <= FIRST_PERSON

    reaches()


def test_a_call_climbs_from_the_home_to_the_supervisor_by_telephone(city: World) -> None:
    alarm = city.raised()
    city.pass_time(420)
    assert first_times(told(city, alarm.id)) == {
        "home": 0,
        "contact 1": 0,
        "grid": 60,
        "contact 2": 120,
        "contact 3": 180,
        "neighbour": 180,
        "community": 180,  # the grid's own had two minutes: the next one is asked in their place
        "station": 240,
        "boss": 300,
    }
    assert empties(city, alarm.id) == [], "whoever is asked already is not missing"
    assert {by for _, who, by in told(city, alarm.id) if who == "boss"} == {"voice"}


@pytest.mark.parametrize("kind", ["smoke", "gas_leak", "carbon_monoxide"])
def test_a_fire_has_everybody_within_two_minutes(city: World, kind: str) -> None:
    alarm = city.raised(kind)
    city.pass_time(120)
    times = first_times(told(city, alarm.id))
    assert max(times.values()) <= 120
    assert set(times) >= {"home", "contact 3", "grid", "community", "neighbour", "station", "boss"}
    offer = city.messages(alarm.id, "offer")[0]
    assert "Stay out" in offer.body
    (said,) = [n for n in everything(city, alarm.id) if n.channel == "hub"]
    assert "please" in said.body


def test_nobody_else_is_asked_while_somebody_is_going(city: World) -> None:
    alarm = city.raised()
    city.pass_time(60)
    assert city.text(city.district.responder_phone, "1") == "ACCEPTED"
    city.pass_time(200)
    assert "neighbour" not in first_times(told(city, alarm.id))


@pytest.mark.parametrize("kind", ["help_call", "bathroom_long", "gas_leak"])
def test_an_exhausted_ladder_telephones_who_decides_and_the_next_one(
    city: World, kind: str
) -> None:
    """Break: leave it to the console. Quiet hours do not count any more."""
    city.sql(
        "INSERT INTO person_wishes (person_id, quiet_from, quiet_to)"
        " SELECT id, '00:00', '23:59' FROM people WHERE phone = ANY (%s)",
        [BOSS, NEXT, ADMIN],
    )
    alarm = city.raised(kind)
    city.pass_time(3600)
    (through,) = [e.at for e in city.journal(alarm.id) if e.event == "plan_exhausted"]
    called = [
        (n.address, n.channel)
        for n in everything(city, alarm.id)
        if n.chain.startswith("exhausted:") and n.created_at == through
    ]
    assert sorted(called) == [(BOSS, "voice"), (NEXT, "voice")]
    rounds = [n for n in everything(city, alarm.id) if n.chain.startswith("exhausted:")]
    assert [n.address for n in rounds[2:6]] == [ADMIN, BOSS, NEXT, ADMIN], "then one by one"
    times = [n.created_at for n in rounds[2:]]
    assert min(b - a for a, b in pairwise([through, *times])) >= timedelta(seconds=60)
    assert max(b - a for a, b in pairwise([through, *times])) <= timedelta(seconds=300)


def test_without_calls_those_who_decide_are_written_to(city: World) -> None:
    city.policy = replace(city.policy, channels=frozenset({"sms"}))
    alarm = city.raised()
    city.pass_time(3600)
    rounds = [n for n in everything(city, alarm.id) if n.chain.startswith("exhausted:")]
    assert [n.address for n in rounds[:4]] == [BOSS, NEXT, ADMIN, BOSS]
    assert {n.channel for n in rounds} == {"sms"}


def test_a_centre_without_a_telephone_above_it_is_warned(world: World) -> None:
    alarm = world.raised()
    world.pass_time(3600)
    assert "authority_missing" in world.events(alarm.id)


def test_a_plans_own_long_waits_do_not_put_off_who_may_decide_about_a_life(city: World) -> None:
    """Break: leave `life` out of plan_runner: an hour lies between two calls."""
    family = {"after_seconds": 0, "target": "contacts"}
    city.plan(family, {"after_seconds": 3600, "target": "console"})
    alarm = city.raised()
    city.pass_time(4 * 3600)
    called = [e.at for e in city.journal(alarm.id) if e.event == "authority_called"]
    assert len(called) > 12
    most = timedelta(seconds=city.policy.exhausted_pause)
    assert max(after - before for before, after in pairwise(called)) <= most


# what endangers nobody


def at_night(world: World) -> World:
    world.time = BY_NIGHT
    return world


@pytest.mark.parametrize("kind", ["device_fault", "tamper"])
def test_a_fault_of_what_guards_a_life_reaches_staff_at_night_within_15_minutes(
    city: World, kind: str
) -> None:
    alarm = at_night(city).raised(kind, device="smoke-1")
    city.pass_time(15 * 60)
    # the station had two minutes: the grid's worker is asked in its place, and no volunteer
    assert first_times(told(city, alarm.id)) == {"station": 300, "grid": 420}
    city.pass_time(9 * 3600)
    assert not [n for n in everything(city, alarm.id) if n.channel == "voice"]


def test_a_silent_hub_carries_every_call_of_its_home(city: World) -> None:
    at_night(city)
    (area,) = city.sql("SELECT area_id FROM homes WHERE code = 'H0001'")
    hub = AlarmCondition(Kind.HUB_OFFLINE, city.home.id, area, None, "hub", city.time)
    alarm, _ = city.run(raise_alarm, hub, city.time, city.policy)
    city.pass_time(15 * 60)
    assert first_times(told(city, alarm.id)) == {"station": 300, "grid": 420}


def test_its_family_hears_of_it_in_the_morning_and_once(city: World) -> None:
    alarm = at_night(city).raised("device_fault", device="smoke-1")
    city.pass_time(24 * 3600)
    due = {m.due_at.astimezone(SHANGHAI) for m in city.messages(alarm.id, "told")}
    assert due == {datetime(2026, 11, 22, 8, tzinfo=SHANGHAI)}
    assert len(city.messages(alarm.id, "told")) == 3


def test_what_is_mended_by_the_morning_is_not_told(city: World) -> None:
    alarm = at_night(city).raised("device_fault", device="smoke-1")
    city.pass_time(3 * 3600)
    assert city.messages(alarm.id, "told")
    city.acknowledge(alarm.id)
    city.close(alarm.id)
    assert {m.state for m in city.messages(alarm.id, "told")} == {"CANCELLED"}
    assert not city.messages(alarm.id, "over")


@pytest.mark.parametrize(("kind", "device"), [("low_battery", "smoke-1"), ("power_failure", "hub")])
def test_a_battery_wakes_nobody_however_long_it_lasts(city: World, kind: str, device: str) -> None:
    alarm = at_night(city).raised(kind, device="smoke-1" if device == "hub" else device)
    city.pass_time(24 * 3600)
    assert "plan_exhausted" in city.events(alarm.id)
    assert not everything(city, alarm.id)
    assert "authority_called" not in city.events(alarm.id)
    assert "console_called" in city.events(alarm.id)


def test_a_faulty_thermometer_wakes_nobody(city: World) -> None:
    city.sql("UPDATE devices SET role = 'cold' WHERE code = 'smoke-1'")
    alarm = at_night(city).raised("device_fault", device="smoke-1")
    city.pass_time(24 * 3600)
    assert not everything(city, alarm.id)


def test_an_exhausted_fault_goes_back_to_the_console_only(city: World) -> None:
    """Break: call_authority whatever the priority, or offer for ever."""
    alarm = at_night(city).raised("device_fault", device="smoke-1")
    city.pass_time(24 * 3600)
    (through,) = [e.at for e in city.journal(alarm.id) if e.event == "plan_exhausted"]
    after = [n for n in everything(city, alarm.id) if n.created_at > through + timedelta(minutes=4)]
    assert not after
    calls = [e.at for e in city.journal(alarm.id) if e.event == "console_called"]
    assert [at for at in calls if at > through]


def test_an_early_warning_at_night_asks_the_family_in_the_morning(city: World) -> None:
    alarm = at_night(city).raised("door_open")
    city.pass_time(3 * 3600)
    asked = city.messages(alarm.id, "alarm")
    assert {m.due_at.astimezone(SHANGHAI).hour for m in asked} == {8}
    city.time = NOON
    by_day = city.raised("air_quality")
    city.pass_time(1000)
    assert {m.due_at - m.created_at for m in city.messages(by_day.id, "alarm")} == {timedelta()}


def test_the_hours_are_those_of_the_home(city: World) -> None:
    """Eleven at night in Shanghai is ten in the morning in New York."""
    city.sql("UPDATE areas SET timezone = 'America/New_York' WHERE code = 'C1'")
    alarm = at_night(city).raised("door_open")
    city.pass_time(1000)
    assert {m.due_at - m.created_at for m in city.messages(alarm.id, "alarm")} == {timedelta()}


def test_a_homes_own_plan_for_any_danger_is_not_for_its_batteries(city: World) -> None:
    """Break: let a plan without a kind be taken for priority 3 and 4."""
    draft = Draft("own", None, "H0001", [{"after_seconds": 0, "target": "contacts"}], 2)
    city.run(plan_versions.save, draft, city.district.operator, city.time)
    battery = at_night(city).raised("low_battery", device="smoke-1")
    assert not everything(city, battery.id)
    assert len(city.messages(city.raised().id, "alarm")) == 3


def test_without_any_plan_a_battery_stands_on_the_console(city: World) -> None:
    city.sql("UPDATE plans SET retired_at = %s", NOON)
    alarm = at_night(city).raised("low_battery", device="smoke-1")
    city.pass_time(3600)
    assert not everything(city, alarm.id)


def test_12345_is_on_no_ladder_of_a_danger() -> None:
    steps = [
        {"after_seconds": 0, "target": "contacts"},
        {"after_seconds": 9, "target": "outside", "service": "12345"},
    ]
    for kind in (Kind.SMOKE, Kind.COLD, None):
        with pytest.raises(PlanError, match="step 2: 12345 passes on what is not urgent"):
            check_plan(Draft("p", kind, None, steps, 2), NORMAL)
    assert check_plan(Draft("p", Kind.NO_VISIT, None, steps, 2), NORMAL)


# what docs/plans.md tells

RUNGS = {
    "the home's loudspeaker": ("home",),
    "its people": ("contact", "contacts"),
    "the grid's responder": ("grid_responder",),
    "neighbouring grids": ("neighbours",),
    "the community": ("community",),
    "a service station": ("station",),
    "the supervisor, by a call": ("supervisor",),
}
COLUMNS = (Kind.HELP_CALL, Kind.SMOKE, Kind.WATER_LEAK, Kind.UNCONFIRMED_PRESS)


def test_the_documentation_tells_the_ladders_as_they_are(conn: Connection) -> None:
    """Break: change a wait in a migration alone."""
    text = (Path(__file__).parents[3] / "docs/plans.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    cells = {name.strip(): [re.findall(r"\d+", each) for each in row] for name, *row in rows}
    for column, kind in enumerate(COLUMNS):
        seconds, at = 0, dict[str, list[int]]()
        for step in steps_of(plan_of(conn, kind)):
            seconds += step.after_seconds
            at.setdefault(step.target, []).append(seconds)
        again = seconds + Policy().pass_pause
        assert cells["again from the beginning"][column] == [str(again)], kind
        for rung, targets in RUNGS.items():
            told_ = [int(each) for each in cells[rung][column]]
            last = at.get("contacts", [])[-1:] if kind is not Kind.SMOKE else []
            found = sorted({n for target in targets for n in at.get(target, [])} - set(last))
            assert told_ == found, (kind, rung)
