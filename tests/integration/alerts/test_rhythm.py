"""Silence, stays and temperatures become alarms; what cannot be known does not.

Everything comes in through ingest's writer and is judged by an engine's pass at a later `now`.

Broken on purpose: without `_can_be_judged` a hub that is down raises inactivity; without
`rhythm.look_soon` in `home_modes._finish` a home that is back from away is not judged anew; with
`_hit(..., certain=True)` for every hit a stray one keeps a collapse unnoticed; without
`self._life.hear` before the thinning a hit is lost.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts import home_modes as modes
from alerts import watch_rhythm
from alerts.rhythm_plan import WATCHED
from alerts.watch_homes import supervise
from alerts.watch_rhythm import watch
from ingest.lane import Message
from ingest.listening import keep
from ingest.seen import Seen
from ingest.writer import BULK, Writer
from store import listening, registry, rhythm
from store.home_modes import Mode
from store.model import Alarm, AlarmState, Kind, Outcome
from tests.district import NOON
from tests.world import ALWAYS, World, at_once

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NIGHT = NOON + 12 * HOUR
"""Midnight where the homes are: noon of the tests is 12 o'clock there."""


class Home:
    """One home whose sensors are heard by ingest and that an engine judges."""

    def __init__(self, world: World, code: str = "H0001") -> None:
        self.world, self.code = world, code
        self.seen = Seen()
        self.writer = Writer(world, world.policy, self.seen, BULK)
        with world.pool.connection() as conn:
            home = world.home.id
            for device, role, room in (
                ("motion-1", "motion", "living room"), ("motion-2", "motion", "厨房"),
                ("motion-3", "motion", "卫生间"), ("door-1", "door", "门口"),
                ("bed-1", "bed", "bedroom"), ("climate-1", "climate", "living room"),
                ("climate-2", "climate", "bedroom"), ("climate-3", "climate", "阳台"),
            ):  # fmt: skip
                registry.add_device(conn, home_id=home, code=device, role=role, room=room,
                                    now=NOON)  # fmt: skip

    def says(self, device: str, retain: bool = False, **values: Any) -> None:
        topic = f"homes/{self.code}/{device}/reading"
        payload = json.dumps(values).encode()
        message = Message(topic, payload, retain, 1, 1, 0, self.world.now())
        self.world.run(self.writer.write, [message])
        self.world.run(self.seen.flush)

    def moves(self, *devices: str) -> None:
        """Somebody is seen by each of these, twenty seconds apart."""
        for device in devices or ("motion-1", "motion-2"):
            self.says(device, motion=1)
            self.world.time += timedelta(seconds=20)
            self.says(device, motion=0)

    def is_heard(self) -> None:
        """The hub and its sensors report that they are there."""
        for device in ("motion-1", "motion-2", "motion-3"):
            self.says(device, battery=90)

    def judged(self, at: datetime | None = None) -> list[Alarm]:
        """The home's alarms after an engine has looked, at a later time; its hub is alive."""
        self.world.time = at or self.world.time
        self.is_heard()
        return self.looked_at()

    def looked_at(self) -> list[Alarm]:
        self.world.run(listening.note, self.world.time, anew=False)
        for _ in range(ALWAYS):
            if not watch(self.world.pool, self.world, self.world.policy):
                break
        else:
            raise AssertionError("the engine never comes to an end")
        return self.world.alarms()


@pytest.fixture
def home(world: World) -> Home:
    world.run(listening.note, NOON - 24 * HOUR, anew=True)
    return Home(world)


def test_five_hours_of_silence_by_day_are_an_alarm_and_a_sign_of_life_clears_it(
    world: World, home: Home
) -> None:
    home.moves()
    last = world.time - timedelta(seconds=20)
    assert home.judged(last + 5 * HOUR) == []
    (alarm,) = home.judged(last + 5 * HOUR + MINUTE)
    assert (alarm.kind, alarm.occurred_at, alarm.priority) == (Kind.INACTIVITY, last, 2)
    (told,) = [e for e in world.journal(alarm.id) if e.event == "rule_broken"]
    assert told.data["how"] == "home"
    assert told.data["limit_seconds"] == 5 * 3600
    assert (told.data["metric"], told.data["since"]) == ("motion", last.isoformat())
    assert world.messages(alarm.id, "alarm"), "the family is told"
    (again,) = home.judged(world.time + 3 * HOUR)
    assert (again.count, again.cleared_at) == (1, None), "an alarm that stands is not raised again"
    home.moves()
    (cleared,) = home.judged()
    assert cleared.state == AlarmState.RAISED, "a person at risk: an operator ends it"
    assert cleared.cleared_at is not None
    (repeated,) = home.judged(world.time + 8 * HOUR + 2 * MINUTE)
    assert (repeated.count, repeated.cleared_at) == (2, None)


def test_one_stray_hit_is_no_life_and_no_hit_is_lost_to_thinning(world: World, home: Home) -> None:
    home.moves()
    last = world.time - timedelta(seconds=20)
    world.time = last + 3 * HOUR
    home.says("motion-2", motion=1)
    home.says("motion-2", motion=0)
    world.time += HOUR
    home.says("motion-1", motion=1)
    (alarm,) = home.judged(last + 5 * HOUR + MINUTE)
    assert alarm.occurred_at == last


def test_a_motion_sensor_that_repeats_itself_within_its_thinning_is_life(
    world: World, home: Home
) -> None:
    """Zigbee2MQTT says `true` again a minute later: too early to be stored, and life all the
    same."""
    world.time = NOON
    topic = "homes/H0001/zigbee2mqtt/motion-1"
    for _ in range(2):
        message = Message(topic, b'{"occupancy": true}', False, 0, 1, 0, world.now())
        world.run(home.writer.write, [message])
        world.time += MINUTE
    assert world.sql("SELECT count(motion) FROM readings") == [1]
    assert world.sql("SELECT life_at FROM home_rhythm") == [NOON + MINUTE]


def test_eight_hours_at_night(world: World, home: Home) -> None:
    world.time = NIGHT - HOUR
    home.moves()
    last = world.time - timedelta(seconds=20)
    assert home.judged(last + 8 * HOUR) == []
    assert [a.kind for a in home.judged(last + 8 * HOUR + MINUTE)] == [Kind.INACTIVITY]


def test_an_empty_home_is_silent(world: World, home: Home) -> None:
    """Gone out at noon: nobody is missed until midnight."""
    home.moves()
    home.says("door-1", door=True)
    home.says("motion-1", motion=1)
    world.time += timedelta(seconds=30)
    home.says("door-1", door=False)
    gone = world.time
    assert home.judged(gone + 12 * HOUR) == []
    (alarm,) = home.judged(gone + 12 * HOUR + MINUTE)
    assert (alarm.kind, alarm.occurred_at) == (Kind.INACTIVITY, gone)


def test_who_was_only_at_the_door_is_missed_as_ever(world: World, home: Home) -> None:
    home.says("door-1", door=True)
    home.says("door-1", door=False)
    world.time += 5 * MINUTE
    home.moves()
    assert [a.kind for a in home.judged(world.time + 5 * HOUR + MINUTE)] == [Kind.INACTIVITY]


def test_a_hub_that_is_down_suspends_the_rule_of_its_home(world: World, home: Home) -> None:
    """Promise 14. When it is back, silence counts from then."""
    world.only_installed("H0001")
    home.moves()
    world.time += 5 * HOUR + 2 * MINUTE
    while supervise(world.pool, world.time, world.policy):
        pass
    assert [a.kind for a in home.looked_at()] == [Kind.HUB_OFFLINE]
    world.time += HOUR
    back = world.time
    home.is_heard()
    world.time += MINUTE
    while supervise(world.pool, world.time, world.policy):
        pass
    assert [a.kind for a in home.judged(back + 10 * MINUTE)] == [Kind.HUB_OFFLINE]
    kinds = [a.kind for a in home.judged(back + 8 * HOUR + 5 * MINUTE)]
    assert kinds == [Kind.HUB_OFFLINE, Kind.INACTIVITY]


def test_a_dead_set_of_motion_sensors_suspends_the_rule(world: World, home: Home) -> None:
    home.moves()
    world.time += 25 * HOUR
    home.says("climate-1", battery=70)
    assert home.looked_at() == []
    home.says("motion-1", battery=70)
    world.time += 6 * MINUTE
    assert [a.kind for a in home.looked_at()] == [Kind.INACTIVITY]


def test_while_the_centre_hears_nothing_silence_is_its_own(world: World, home: Home) -> None:
    home.moves()
    last = world.time
    home.judged(last + HOUR)
    world.time = last + 6 * HOUR
    home.is_heard()
    assert watch(world.pool, world, world.policy) is False, "nobody has heard the homes for hours"
    assert world.alarms() == []
    world.run(listening.note, world.time, anew=True)
    again = world.time
    assert home.judged(again + 6 * HOUR) == [], "the break counts for nobody's silence"
    assert [a.kind for a in home.judged(again + 8 * HOUR)] == [Kind.INACTIVITY]


def test_away_suspends_it_and_at_its_end_the_home_is_judged_anew(world: World, home: Home) -> None:
    """Promise 13."""
    home.moves()
    by, home_id = world.district.operator, world.home.id
    mode = world.run(
        modes.set_mode, home_id, Mode.AWAY, starts_at=world.time, ends_at=world.time + 48 * HOUR,
        by=by, via="console", now=world.time,
    )  # fmt: skip
    assert home.judged(world.time + 30 * HOUR) == []
    ended = world.time
    world.run(modes.end, mode.id, by, "console", world.time, world.policy)
    assert world.sql("SELECT due_at <= %s FROM home_rhythm", ended) == [True]
    assert home.judged(ended + HOUR) == []
    (alarm,) = home.judged(ended + 8 * HOUR + MINUTE)
    assert alarm.kind == Kind.INACTIVITY


def test_a_walk_test_hides_no_silence(world: World, home: Home) -> None:
    home.moves()
    world.time += 5 * HOUR
    world.run(
        modes.set_mode, world.home.id, Mode.TEST, starts_at=world.time,
        ends_at=world.time + 15 * MINUTE, by=world.district.operator, via="console",
        now=world.time,
    )  # fmt: skip
    assert [a.kind for a in home.judged(world.time + 2 * MINUTE)] == [Kind.INACTIVITY]


def test_a_help_call_and_a_talk_count_as_life(world: World, home: Home) -> None:
    home.moves()
    start = world.time
    world.time = start + 2 * HOUR
    call = world.raised()
    assert [a.kind for a in home.judged(start + 6 * HOUR)] == [Kind.HELP_CALL]
    world.acknowledge(call.id)
    world.close(call.id, Outcome.SOCIAL)
    closed = world.time
    assert [a.kind for a in home.judged(closed + 4 * HOUR)] == [Kind.HELP_CALL]
    assert len(home.judged(closed + 8 * HOUR + MINUTE)) == 2


def test_a_closed_alarm_is_not_raised_again_at_once(world: World, home: Home) -> None:
    home.moves()
    (alarm,) = home.judged(world.time + 6 * HOUR)
    world.acknowledge(alarm.id)
    world.close(alarm.id, Outcome.DEVICE_FAULT)
    closed = world.time
    assert len(home.judged(closed + WATCHED)) == 1
    assert len(home.judged(closed + 4 * HOUR)) == 1
    assert len(home.judged(closed + 8 * HOUR + MINUTE)) == 2, "another silence is another alarm"


def test_retained_and_late_readings_are_no_life_now(world: World, home: Home) -> None:
    home.moves()
    last = world.time - timedelta(seconds=20)
    world.time = last + 4 * HOUR
    home.says("motion-1", retain=True, motion=1)
    home.says("motion-2", retain=True, motion=1)
    for device in ("motion-1", "motion-2"):
        home.says(device, motion=1, at=(last - HOUR).isoformat())
    (alarm,) = home.judged(last + 5 * HOUR + MINUTE)
    assert alarm.occurred_at == last


def test_out_of_bed_at_night(world: World, home: Home) -> None:
    world.time = NIGHT - HOUR / 2
    home.says("bed-1", bed=True)
    world.time = NIGHT + 2 * HOUR
    home.says("bed-1", bed=False)
    left = world.time
    assert home.judged(left + 19 * MINUTE) == []
    (alarm,) = home.judged(left + 20 * MINUTE)
    assert (alarm.kind, alarm.occurred_at) == (Kind.BED_ABSENCE, left)
    world.time += MINUTE
    home.says("bed-1", bed=True)
    assert home.judged()[0].cleared_at == world.time


def test_long_in_the_bathroom(world: World, home: Home) -> None:
    home.moves("motion-1", "motion-3", "motion-3")
    entered = world.time - timedelta(seconds=40)
    world.time = entered + 30 * MINUTE
    home.says("motion-3", motion=1)
    assert home.judged(entered + 44 * MINUTE) == []
    (alarm,) = home.judged(entered + 45 * MINUTE)
    assert (alarm.kind, alarm.occurred_at) == (Kind.BATHROOM_LONG, entered)
    home.moves("motion-1")
    assert home.judged()[0].cleared_at is not None


def test_a_single_hit_in_the_bathroom_is_nobody(world: World, home: Home) -> None:
    home.moves("motion-1", "motion-3")
    assert home.judged(world.time + 2 * HOUR) == []


def test_gone_through_the_door_at_night(world: World, home: Home) -> None:
    world.time = NIGHT
    home.moves()
    home.says("door-1", door=True)
    opened = world.time
    home.says("motion-1", motion=1)
    world.time += MINUTE
    home.says("door-1", door=False)
    assert home.judged(opened + 9 * MINUTE) == []
    (alarm,) = home.judged(opened + 10 * MINUTE)
    assert (alarm.kind, alarm.occurred_at) == (Kind.WANDERING, opened)
    world.time += HOUR
    home.says("door-1", door=True)
    home.says("door-1", door=False)
    world.time += 3 * MINUTE
    home.moves("motion-2", "motion-1")
    assert home.judged()[0].cleared_at is not None


def test_whoever_comes_home_at_night_does_not_wander(world: World, home: Home) -> None:
    world.time = NIGHT
    home.says("door-1", door=True)
    home.says("door-1", door=False)
    world.time += 3 * MINUTE
    home.moves()
    assert home.judged(world.time + HOUR) == []


def test_a_door_that_stands_open(world: World, home: Home) -> None:
    home.says("door-1", door=True)
    opened = world.time
    world.time += MINUTE
    home.moves()
    assert home.judged(opened + 29 * MINUTE) == []
    (alarm,) = home.judged(opened + 30 * MINUTE)
    assert (alarm.kind, alarm.priority) == (Kind.DOOR_OPEN, 3)
    home.says("door-1", door=False)
    assert home.judged()[0].cleared_at == world.time


def test_cold_in_every_room_becomes_frost_and_ends(world: World, home: Home) -> None:
    for device in ("climate-1", "climate-2"):
        home.says(device, temperature=15.9)
    home.says("climate-3", temperature=2)  # the balcony
    begun = world.time
    assert home.judged(begun + 2 * HOUR - MINUTE) == []
    (alarm,) = home.judged(begun + 2 * HOUR)
    assert (alarm.kind, alarm.occurred_at) == (Kind.COLD, begun)
    for device in ("climate-1", "climate-2"):
        home.says(device, temperature=9.0)
    (frost,) = home.judged(world.time + 2 * HOUR)
    assert frost.count == 2
    hows = [e.data["how"] for e in world.journal(alarm.id) if e.event == "rule_broken"]
    assert hows == ["cold", "frost"]
    home.says("climate-2", temperature=16.0)
    assert home.judged()[0].cleared_at == world.time


def test_one_warm_room_is_enough_and_a_dead_thermometer_is_none(world: World, home: Home) -> None:
    home.says("climate-1", temperature=12)
    home.says("climate-2", temperature=21)
    assert home.judged(world.time + 2 * HOUR) == []
    world.time += 4 * HOUR
    home.says("climate-1", temperature=11.5)
    home.judged()
    home.says("climate-1", temperature=11.4)
    assert [a.kind for a in home.judged(world.time + 2 * HOUR)] == [Kind.COLD]


def test_heat_in_every_room(world: World, home: Home) -> None:
    home.says("climate-1", temperature=31)
    home.says("climate-2", temperature=33)
    assert home.judged(world.time + 2 * HOUR - MINUTE) == []
    assert [a.kind for a in home.judged(world.time + MINUTE)] == [Kind.HEAT]


def test_a_home_sets_its_own_limits_or_switches_a_rule_off(world: World, home: Home) -> None:
    by = world.district.operator.id
    rules = {"inactivity": {"day_hours": 2.0, "day_from": "07:00:00"}, "door_open": {"on": False}}
    world.run(rhythm.set_rules, world.home.id, rules, by, NOON)
    home.says("door-1", door=True)
    world.time += 3 * MINUTE
    home.moves()
    assert home.judged(world.time + HOUR) == []
    assert [a.kind for a in home.judged(world.time + HOUR + MINUTE)] == [Kind.INACTIVITY]


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
    before = world.run(rhythm.signs_of, [world.home.id])
    home.writer = Writer(world, world.policy, home.seen, BULK)
    home.says("motion-3", motion=1)
    after = world.run(rhythm.signs_of, [world.home.id])[world.home.id]
    assert after.bath_since == before[world.home.id].bath_since
    assert after.opened_at == before[world.home.id].opened_at


def test_four_engines_at_once_raise_one_alarm_a_home(world: World, home: Home) -> None:
    world.sql(
        "INSERT INTO homes (code, area_id, address, created_at)"
        " SELECT 'X' || n, (SELECT id FROM areas WHERE code = 'G1'), 'road', %s"
        " FROM generate_series(1, 60) n", NOON,
    )  # fmt: skip
    world.sql(
        "INSERT INTO home_rhythm (home_id, life_at, due_at)"
        " SELECT id, %s, %s FROM homes WHERE code LIKE 'X%%'", NOON, NOON,
    )  # fmt: skip
    world.time = NOON + 6 * HOUR
    world.run(listening.note, world.time, anew=False)
    at_once(lambda _: watch(world.pool, world, world.policy), 16, threads=4)
    home.looked_at()
    assert world.sql("SELECT count(*) FROM alarms WHERE kind = 'inactivity'") == [60]
    assert world.sql("SELECT count(*) FROM alarm_events WHERE event = 'rule_broken'") == [60]


def test_a_home_that_cannot_be_judged_holds_up_no_other(
    world: World, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.moves()
    other = world.district.homes[1].id
    world.sql("INSERT INTO home_rhythm (home_id, life_at, due_at) VALUES (%s, %s, %s)",
              other, NOON - HOUR, NOON)  # fmt: skip
    world.run(registry.touch_hubs, {"H0002": NOON + 6 * HOUR})
    raise_alarm = watch_rhythm.raising.raise_alarm

    def fails_for_one(conn: Any, what: Any, *args: Any, **more: Any) -> Any:
        if what.home_id == other:
            raise ValueError("whatever it is")
        return raise_alarm(conn, what, *args, **more)

    monkeypatch.setattr(watch_rhythm.raising, "raise_alarm", fails_for_one)
    assert [a.home_id for a in home.judged(NOON + 6 * HOUR)] == [world.home.id]
    monkeypatch.undo()
    world.run(registry.touch_hubs, {"H0002": world.time + 6 * MINUTE})
    alarms = home.judged(world.time + 6 * MINUTE)
    assert {a.home_id for a in alarms} == {world.home.id, other}


def test_only_due_homes_are_touched(world: World, home: Home) -> None:
    world.sql(
        "INSERT INTO home_rhythm (home_id, life_at, due_at)"
        " SELECT id, %s, %s FROM homes", NOON, NOON + 5 * HOUR,
    )  # fmt: skip
    versions = world.sql("SELECT home_id, xmin::text FROM home_rhythm ORDER BY home_id")
    world.time = NOON + 4 * HOUR
    home.looked_at()
    assert world.sql("SELECT home_id, xmin::text FROM home_rhythm ORDER BY home_id") == versions


def test_the_centre_says_that_it_hears_only_when_it_is_up_to_date(world: World) -> None:
    """By the bulk lane's canary: seconds it took, and since it came back."""
    world.sql("DELETE FROM listening")
    for not_heard in (None, (None, 3.0), (0.1, 31.0)):
        world.run(keep, world, not_heard)
        assert world.run(listening.state) is None
    world.run(keep, world, (0.1, 3.0))
    world.time += timedelta(seconds=59)
    world.run(keep, world, (0.1, 3.0))
    known = world.run(listening.state)
    assert known is not None
    assert (known.since, known.heard_at) == (NOON, world.time)
    world.time += timedelta(seconds=61)
    world.run(keep, world, (0.1, 3.0))
    again = world.run(listening.state)
    assert again is not None
    assert again.since == world.time, "a minute was not heard"


def test_rules_that_are_set_are_judged_by_at_once(world: World, home: Home) -> None:
    home.moves()
    home.judged(world.time + 3 * HOUR)
    by = world.district.operator.id
    world.run(rhythm.set_rules, world.home.id, {"inactivity": {"day_hours": 2.0}}, by, world.time)
    world.run(rhythm.look_again, world.home.id, world.time)
    assert [a.kind for a in home.judged()] == [Kind.INACTIVITY]


def test_what_is_taken_in_again_after_a_fix_is_no_life_and_overwrites_none(
    world: World, home: Home
) -> None:
    now = home.writer
    home.writer = Writer(world, world.policy, home.seen, BULK, sole=True)
    home.moves()
    assert world.sql("SELECT count(*) FROM readings") == [4]
    assert world.sql("SELECT count(*) FROM home_rhythm") == [0]
    home.writer = now
    home.moves()
    assert world.sql("SELECT count(*) FROM home_rhythm") == [1]
