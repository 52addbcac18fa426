"""Silence is an alarm exactly when its limit has passed, whatever the clocks do.

Broken on purpose: `<` for `<=` in `is_within`, a `morning` without `astimezone(UTC)` (an hour early
or late in the nights when clocks change), `is_out` without LEAVING_TIME.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import RefusedError
from alerts.watch.activity import WRITTEN_WITHIN, RoomKind, SensorReport, with_report
from alerts.watch.activity_rules import (
    HomeActivity,
    RuleBreach,
    bathroom_long,
    bed_absence,
    door_open,
    inactivity,
    is_within,
    rule_breaches,
    temperature_since,
    two_level,
    wandering,
)
from alerts.watch.rule_schedule import decide_for, postpone
from alerts.watch.rule_settings import DEFAULTS, BedAbsence, Inactivity, Rules, check, of
from store.model import Kind, Outcome
from store.watch.activity import Activity, Closing, RoomTemperature, SensorState
from tests.district import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NINE = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
"""9 o'clock in China."""
CHINA = ZoneInfo("Asia/Shanghai")
ZONES = [
    CHINA,
    ZoneInfo("Europe/London"),
    ZoneInfo("America/St_Johns"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Pacific/Apia"),
]
RULE = DEFAULTS.inactivity
PATIENT = Inactivity(day_hours=2.0, night_hours=16.0)
"""It waits for the morning through the whole night, and through the change of the clocks."""

moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
"""With every night in which clocks change, somewhere."""
changing = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 3, 8, 5, 30, tzinfo=UTC),
        datetime(2026, 4, 4, 15, tzinfo=UTC),
    ]
)
starts = st.one_of(
    moments,
    st.builds(
        lambda at, minutes: at + timedelta(minutes=minutes), changing, st.integers(-1200, 1200)
    ),
)


def silent_for(start: datetime, at: datetime, zone: ZoneInfo, rule: Inactivity) -> bool:
    """The rule in one line, minute by minute."""
    day = rule.day_from <= at.astimezone(zone).time() < rule.day_to
    return at - start >= timedelta(hours=rule.day_hours if day else rule.night_hours)


@given(start=starts, zone=st.sampled_from(ZONES), rule=st.sampled_from([RULE, PATIENT]))
def test_it_rings_at_the_first_moment_that_the_limit_of_the_hour_has_passed(
    start: datetime, zone: ZoneInfo, rule: Inactivity
) -> None:
    due = two_level(start, rule, zone)
    assert silent_for(start, due, zone, rule)
    before = start
    while before < due:
        assert not silent_for(start, before, zone, rule)
        before += 7 * MINUTE
    assert not silent_for(start, due - timedelta(seconds=1), zone, rule)


@given(
    start=starts,
    zone=st.sampled_from(ZONES),
    hours=st.tuples(st.floats(0.25, 24), st.floats(0, 24), st.times(), st.times()),
)
def test_it_never_waits_longer_than_the_longer_limit_nor_less_than_the_shorter(
    start: datetime, zone: ZoneInfo, hours: tuple[float, float, time, time]
) -> None:
    day, more, *times = hours
    rule = Inactivity(day_hours=day, night_hours=day + more, day_from=min(times), day_to=max(times))
    silence = two_level(start, rule, zone) - start
    assert timedelta(hours=day) <= silence + timedelta(microseconds=1)
    assert silence <= timedelta(hours=day + more)


def lived(moves: list[tuple[float, int]], start: datetime) -> list[Activity]:
    """The signs after each of these pairs of hits: minutes since the one before, and a room."""
    activity, at, found = Activity(), start, []
    for minutes, room in moves:
        at += timedelta(minutes=minutes)
        for seconds, device in ((0, room), (40, room + 1)):
            moment = at + timedelta(seconds=seconds)
            activity = with_report(
                activity, SensorReport(device, RoomKind.INSIDE, "motion", 1.0, moment)
            )
            activity = with_report(
                activity,
                SensorReport(device, RoomKind.INSIDE, "motion", 0.0, moment + timedelta(seconds=9)),
            )
        at += timedelta(seconds=49)
        found.append(activity)
    return found


moves = st.lists(st.tuples(st.floats(1, 299), st.integers(1, 9)), min_size=1, max_size=20)


@given(moves=moves, start=starts, zone=st.sampled_from(ZONES))
def test_never_while_somebody_moves_and_always_once_nobody_does(
    moves: list[tuple[float, int]], start: datetime, zone: ZoneInfo
) -> None:
    """A home with less than five hours between two signs is left in peace; then it falls silent."""
    found = lived(moves, start)
    at = start
    for activity, (minutes, _) in zip(found, moves[1:], strict=False):
        assert activity.life_at is not None
        at = activity.life_at + timedelta(minutes=minutes)
        assert not decide_for(HomeActivity(activity, DEFAULTS, zone), {}, at).raises
    last = found[-1].life_at
    assert last is not None
    decision = decide_for(HomeActivity(found[-1], DEFAULTS, zone), {}, last)
    assert not decision.raises
    latest = last + 8 * HOUR + WRITTEN_WITHIN
    while not decision.raises:
        assert decision.check_at <= latest, "the engine looks in time"
        decision = decide_for(HomeActivity(found[-1], DEFAULTS, zone), {}, decision.check_at)
    assert [c.kind for c in decision.raises] == [Kind.INACTIVITY]


@given(
    strays=st.lists(st.integers(11, 600), max_size=20),
    rooms=st.lists(st.integers(1, 9)),
    start=starts,
)
def test_stray_hits_one_by_one_are_no_life(
    strays: list[int], rooms: list[int], start: datetime
) -> None:
    (activity,) = lived([(1, 1)], start)
    at = activity.hit_at or start
    before = inactivity(HomeActivity(activity, DEFAULTS, CHINA))
    for minutes, room in zip(strays, rooms, strict=False):
        at += timedelta(minutes=minutes)
        for value in (1.0, 0.0):
            activity = with_report(
                activity, SensorReport(room, RoomKind.INSIDE, "motion", value, at)
            )
    assert inactivity(HomeActivity(activity, DEFAULTS, CHINA)) == before


values = st.tuples(
    st.integers(1, 5),
    st.sampled_from(["motion", "presence", "bed", "door", "temperature"]),
    st.sampled_from([0.0, 1.0, 5.0, 35.0]),
    st.integers(-600, 6000),
    st.sampled_from(list(RoomKind)),
)


@given(st.lists(values, max_size=40), starts, st.sampled_from(ZONES))
def test_whatever_comes_a_plan_is_made_and_looks_ahead(
    reports: list[tuple[int, str, float, int, RoomKind]], start: datetime, zone: ZoneInfo
) -> None:
    activity, at = Activity(), start
    for device, metric, value, seconds, room in reports:
        at += timedelta(seconds=seconds)
        activity = with_report(activity, SensorReport(device, room, metric, value, at))
        decision = decide_for(HomeActivity(activity, DEFAULTS, zone, watched_from=start), {}, at)
        assert decision.check_at > at
        raised = {c.kind.value: {"alarm": 1, "how": c.how} for c in decision.raises}
        again = decide_for(HomeActivity(activity, DEFAULTS, zone, watched_from=start), raised, at)
        assert not again.raises, "what stands is not raised again"
        assert not again.clears


def silence(activity: Activity, **more: datetime) -> RuleBreach:
    found = inactivity(HomeActivity(activity, DEFAULTS, CHINA, **more))  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_home_that_never_showed_life_is_not_missed() -> None:
    assert list(rule_breaches(HomeActivity(Activity(), DEFAULTS, CHINA))) == []
    assert inactivity(HomeActivity(Activity(hit_at=NINE), DEFAULTS, CHINA)) is None


def test_what_was_not_heard_is_not_silence_but_not_for_ever() -> None:
    activity = Activity(life_at=NINE)
    assert silence(activity).due == NINE + 5 * HOUR
    assert silence(activity, watched_from=NINE + HOUR).due == NINE + 6 * HOUR
    assert silence(activity, watched_from=NINE + 4 * HOUR).due == NINE + 9 * HOUR
    late = silence(activity, watched_from=NINE + 40 * HOUR)
    assert late.due == two_level(NINE + 5 * HOUR, RULE, CHINA), "at most twice the limit"


def test_a_talk_counts_and_so_does_an_empty_home_and_a_bed() -> None:
    activity = Activity(life_at=NINE)
    assert silence(activity, well_at=NINE + 2 * HOUR).due == NINE + 7 * HOUR
    out = Activity(life_at=NINE, passage_at=NINE - MINUTE)
    assert (silence(out).how, silence(out).due) == ("out", NINE + 12 * HOUR)
    back = Activity(life_at=NINE, passage_at=NINE - 3 * MINUTE)
    assert silence(back).how == "home"
    lying = Activity(life_at=NINE, sensor_states={(1, "bed"): SensorState(1.0, NINE + MINUTE)})
    assert (silence(lying).how, silence(lying).due) == ("in_bed", NINE + MINUTE + 12 * HOUR)


@pytest.mark.parametrize(
    ("left", "rings"),
    [("22:59", False), ("23:00", True), ("00:30", True), ("04:39", True), ("04:41", False)],
)
def test_out_of_bed_counts_at_night_only(left: str, rings: bool) -> None:
    day = 22 if left < "12" else 21
    at = datetime.fromisoformat(f"2026-11-{day}T{left}").replace(tzinfo=CHINA)
    found = bed_absence(HomeActivity(Activity(bed_left_at=at), DEFAULTS, CHINA))
    assert (found is not None) is rings
    if found is not None:
        assert found.due == at + 20 * MINUTE


def test_a_stay_gets_its_whole_limit_from_when_we_hear_again() -> None:
    bath = Activity(bath_since=NINE, bath_at=NINE + MINUTE)
    found = bathroom_long(HomeActivity(bath, DEFAULTS, CHINA, watched_from=NINE + HOUR))
    assert found is not None
    assert (found.since, found.due) == (NINE, NINE + HOUR + 45 * MINUTE)


def test_who_goes_at_night_is_seen_in_the_hall_and_who_stays_after_it() -> None:
    one = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    gone = Activity(opened_at=one, passage_at=one + MINUTE, hit_at=one + 2 * MINUTE)
    found = wandering(HomeActivity(gone, DEFAULTS, CHINA))
    assert found is not None
    assert found.due == one + 10 * MINUTE
    stays = Activity(opened_at=one, passage_at=one + MINUTE, hit_at=one + 3 * MINUTE)
    assert wandering(HomeActivity(stays, DEFAULTS, CHINA)) is None
    by_day = Activity(opened_at=NINE, passage_at=NINE)
    assert wandering(HomeActivity(by_day, DEFAULTS, CHINA)) is None


def test_only_the_entrance_stands_open() -> None:
    said = {(1, "door"): SensorState(1.0, NINE), (2, "entrance"): SensorState(1.0, NINE + MINUTE)}
    found = door_open(HomeActivity(Activity(sensor_states=said), DEFAULTS, CHINA))
    assert found is not None
    assert (found.device, found.due) == (2, NINE + 31 * MINUTE)


@given(begins=st.times(), ends=st.times(), at=moments)
def test_a_window_over_midnight_is_what_the_other_leaves(
    begins: time, ends: time, at: datetime
) -> None:
    assert begins == ends or is_within(at, begins, ends, CHINA) is not is_within(
        at, ends, begins, CHINA
    )


def test_the_temperature_of_the_warmest_and_the_coolest_room_counts() -> None:
    def told(*celsius: float) -> RoomTemperature:
        return temperature_since(
            RoomTemperature(), Rules(), [SensorState(value, NINE) for value in celsius]
        )

    assert told(15.9, 12.0) == RoomTemperature(cold_since=NINE)
    assert told(16.0, 8.0) == RoomTemperature()
    assert told(9.0, 8.0) == RoomTemperature(cold_since=NINE, frost_since=NINE)
    assert told(9.1, 8.0).frost_since is None
    assert told(31.0, 33.0) == RoomTemperature(heat_since=NINE)
    assert told(30.9, 40.0) == RoomTemperature()
    before = RoomTemperature(cold_since=NINE - HOUR)
    assert temperature_since(before, Rules(), []) == before
    assert temperature_since(before, Rules(), [SensorState(12.0, NINE)]) == before


def test_a_rule_that_is_off_finds_nothing() -> None:
    activity = Activity(
        life_at=NINE,
        passage_at=NINE,
        opened_at=NINE,
        bed_left_at=NINE,
        bath_since=NINE,
        bath_at=NINE + MINUTE,
        sensor_states={(1, "entrance"): SensorState(1.0, NINE)},
    )
    off = of({name: {"on": False} for name in Rules.__slots__})
    temperature = RoomTemperature(NINE, NINE, NINE)
    assert list(rule_breaches(HomeActivity(activity, off, CHINA, temperature))) == []
    assert list(rule_breaches(HomeActivity(activity, DEFAULTS, CHINA, temperature))) != []


def test_a_condition_whose_alarm_was_closed_gets_its_limit_once_more() -> None:
    found = RuleBreach(Kind.COLD, "cold", NINE, NINE + 2 * HOUR, 2 * HOUR)
    closed = Closing(Kind.COLD, Outcome.ASSISTANCE, NINE + 3 * HOUR)
    assert postpone(found, [closed]) == NINE + 5 * HOUR
    assert postpone(found, [Closing(Kind.HEAT, Outcome.ASSISTANCE, NINE)]) is None
    assert postpone(found, [Closing(Kind.COLD, Outcome.ASSISTANCE, NINE - HOUR)]) is None


def test_layers_of_settings_lie_one_over_the_other() -> None:
    learned: dict[str, dict[str, Any]] = {
        "inactivity": {"day_hours": 3.5, "night_hours": 9.0},
        "gone": {"on": True},
    }
    set_by_hand: dict[str, dict[str, Any]] = {
        "inactivity": {"day_hours": 2.0},
        "bed_absence": {"night_from": "22:15:00"},
    }
    rules = of(learned, None, set_by_hand)
    assert rules.inactivity == Inactivity(day_hours=2.0, night_hours=9.0)
    assert rules.bed_absence == BedAbsence(night_from=time(22, 15))
    assert of(None) is DEFAULTS


def test_limits_that_contradict_each_other_are_refused() -> None:
    check(DEFAULTS)
    for rule, values in (
        ("inactivity", {"day_hours": 9.0}),
        ("inactivity", {"day_from": "23:00:00"}),
        ("inactivity", {"out_hours": 7.0}),
        ("cold", {"frost": 16.0}),
        ("heat", {"above": 30.3}),
    ):
        with pytest.raises(RefusedError, match=r"inactivity|cold"):
            check(of({rule: values}))


def test_an_alarm_of_a_rule_that_only_a_newer_process_knows_is_not_cleared() -> None:
    quiet = HomeActivity(Activity(), DEFAULTS, CHINA)
    decision = decide_for(quiet, {"meteor_strike": {}, "cold": {}}, NOON)
    assert decision.clears == [Kind.COLD]
