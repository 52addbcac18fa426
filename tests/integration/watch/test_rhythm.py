"""Silence, stays and temperatures become alarms; what cannot be known does not.

Everything comes in through ingest's writer and is judged by an engine's pass at a later `now`.

Broken on purpose: without `_can_be_judged` a hub that is down raises inactivity; without
`activity.check_soon` in `home_modes._finish` a home that is back from away is not judged anew; with
`_hit(..., certain=True)` for every hit a stray one keeps a collapse unnoticed; without
`self._life.hear` before the thinning a hit is lost.
"""

from datetime import timedelta

from alerts.watch import home_modes as modes
from alerts.watch.device_monitoring import monitor_devices
from alerts.watch.rule_monitoring import check_rules
from alerts.watch.rule_schedule import WATCHED
from ingest.packets import Message
from store.model import AlarmState, Kind, Outcome
from store.watch import liveness
from store.watch.home_modes import Mode
from tests.district import NOON
from tests.sensor_home import HOUR, MINUTE, NIGHT, Home
from tests.world import World


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
    while monitor_devices(world.pool, world.time, world.policy):
        pass
    assert [a.kind for a in home.looked_at()] == [Kind.HUB_OFFLINE]
    world.time += HOUR
    back = world.time
    home.is_heard()
    world.time += MINUTE
    while monitor_devices(world.pool, world.time, world.policy):
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
    assert check_rules(world.pool, world, world.policy) is False, (
        "nobody has heard the homes for hours"
    )
    assert world.alarms() == []
    world.run(liveness.note, world.time, anew=True)
    again = world.time
    assert home.judged(again + 6 * HOUR) == [], "the break counts for nobody's silence"
    assert [a.kind for a in home.judged(again + 8 * HOUR)] == [Kind.INACTIVITY]


def test_away_suspends_it_and_at_its_end_the_home_is_judged_anew(world: World, home: Home) -> None:
    """Promise 13."""
    home.moves()
    by, home_id = world.district.operator, world.home.id
    mode = world.run(
        modes.set_mode,
        home_id,
        Mode.AWAY,
        starts_at=world.time,
        ends_at=world.time + 48 * HOUR,
        by=by,
        via="console",
        now=world.time,
    )
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
        modes.set_mode,
        world.home.id,
        Mode.TEST,
        starts_at=world.time,
        ends_at=world.time + 15 * MINUTE,
        by=world.district.operator,
        via="console",
        now=world.time,
    )
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
