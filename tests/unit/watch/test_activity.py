"""What is a sign of life, and what is not.

Broken on purpose: SAME_SENSOR as long as OTHER_SENSOR lets the strays of a real empty home (two of
one chair within five minutes) count; a door taken for the entrance without a word of it makes a
bedroom's silence an empty home.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.watch.activity import (
    RoomKind,
    SensorReport,
    half_degree_step,
    is_out,
    is_outdated,
    room_kind_of,
    rule_inputs,
    with_report,
)
from store.watch.activity import Activity

START = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)


def reported(*reports: tuple[float, int, str, float], room: RoomKind = RoomKind.INSIDE) -> Activity:
    """Minutes since the start, device, metric, value."""
    activity = Activity()
    for minutes, device, metric, value in reports:
        at = START + timedelta(minutes=minutes)
        activity = with_report(activity, SensorReport(device, room, metric, value, at))
    return activity


def minutes_of(at: datetime | None) -> float | None:
    return None if at is None else (at - START) / timedelta(minutes=1)


@pytest.mark.parametrize(
    ("reports", "life"),
    [
        ([(0, 1, "motion", 1)], None),
        ([(0, 1, "motion", 1), (0.1, 1, "motion", 0), (2, 1, "motion", 1)], 2),
        ([(0, 1, "motion", 1), (0.1, 1, "motion", 0), (5, 1, "motion", 1)], None),
        ([(0, 1, "motion", 1), (5, 2, "motion", 1)], 5),
        ([(0, 1, "motion", 1), (11, 2, "motion", 1)], None),
        ([(0, 1, "motion", 1), (4, 2, "motion", 1), (9, 2, "motion", 1)], 9),
        ([(0, 1, "motion", 1), (1, 1, "motion", 1), (2, 1, "motion", 1)], 2),
        ([(0, 1, "motion", 1), (70, 1, "motion", 1), (71, 1, "motion", 1)], 71),
        (
            [(-1, 1, "motion", 0), (0, 1, "motion", 1), (70, 1, "motion", 1), (71, 1, "motion", 1)],
            None,
        ),
        ([(0, 1, "motion", 0), (1, 2, "motion", 0)], None),
        ([(0, 1, "presence", 1), (1, 1, "presence", 1), (2, 1, "presence", 1)], None),
        ([(0, 1, "presence", 1), (90, 2, "motion", 1), (91, 1, "presence", 0)], 91),
        ([(0, 1, "bed", 1), (3, 1, "bed", 0)], None),
        ([(0, 1, "bed", 1), (400, 1, "bed", 0)], 400),
        ([(0, 1, "bed", 0), (1, 1, "bed", 0)], None),
        ([(0, 1, "door", 0), (60, 1, "door", 0)], None),
        ([(0, 1, "door", 0), (60, 1, "door", 1), (60.2, 1, "door", 0)], 60.2),
        ([(9, 1, "motion", 1), (2, 2, "motion", 1), (1, 1, "motion", 1)], 2),
        ([(0, 1, "temperature", 3), (1, 1, "temperature", 4)], None),
    ],
)
def test_two_hits_near_each_other_are_life(
    reports: list[tuple[float, int, str, float]], life: float | None
) -> None:
    assert minutes_of(reported(*reports).life_at) == life


def test_the_entrance_then_silence_is_an_empty_home() -> None:
    activity = reported((0, 1, "motion", 1), (1, 2, "motion", 1))
    door = [
        SensorReport(9, RoomKind.ENTRANCE, "door", value, START + timedelta(minutes=minutes))
        for minutes, value in ((2, 1.0), (2.5, 0.0))
    ]
    for report in door:
        activity = with_report(activity, report)
    assert is_out(activity)
    assert minutes_of(activity.passage_at) == 2.5
    assert minutes_of(activity.opened_at) == 2
    hall = with_report(
        activity, SensorReport(1, RoomKind.INSIDE, "motion", 1.0, START + timedelta(minutes=3))
    )
    assert is_out(hall), "seen in the hall while leaving"
    stray = with_report(
        activity, SensorReport(1, RoomKind.INSIDE, "motion", 1.0, START + timedelta(minutes=300))
    )
    assert is_out(stray), "a stray hit in an empty home"
    back = stray
    for minute, device in ((301, 2), (302, 3)):
        at = START + timedelta(minutes=minute)
        back = with_report(back, SensorReport(device, RoomKind.INSIDE, "motion", 1.0, at))
    assert not is_out(back)


def test_a_door_that_only_repeats_itself_is_nobody_who_goes() -> None:
    activity = reported((0, 1, "door", 0), (60, 1, "door", 0), room=RoomKind.ENTRANCE)
    assert activity.passage_at is None


def test_the_bathroom_is_left_with_the_first_sign_elsewhere() -> None:
    activity = reported(
        (0, 1, "motion", 1), (0.5, 1, "motion", 0), (1, 1, "motion", 1), room=RoomKind.BATHROOM
    )
    assert (minutes_of(activity.bath_since), minutes_of(activity.bath_at)) == (0, 1)
    left = with_report(
        activity, SensorReport(2, RoomKind.INSIDE, "motion", 1.0, START + timedelta(minutes=9))
    )
    assert left.bath_since is None


def test_the_last_bed_to_be_left_counts() -> None:
    two = reported((0, 1, "bed", 1), (0, 2, "bed", 1), (60, 1, "bed", 0))
    assert two.bed_left_at is None
    none = with_report(
        two, SensorReport(2, RoomKind.INSIDE, "bed", 0.0, START + timedelta(minutes=70))
    )
    assert minutes_of(none.bed_left_at) == 70


@pytest.mark.parametrize(
    ("role", "room", "kind"),
    [
        ("door", "门口", RoomKind.ENTRANCE),
        ("entrance", "", RoomKind.ENTRANCE),
        ("door", "Front door", RoomKind.ENTRANCE),
        ("door", "bedroom", RoomKind.INSIDE),
        ("door", "", RoomKind.INSIDE),
        ("motion", "卫生间", RoomKind.BATHROOM),
        ("motion", "Bathroom 2", RoomKind.BATHROOM),
        ("climate", "阳台", RoomKind.OUTSIDE),
        ("motion", "客厅", RoomKind.INSIDE),
    ],
)
def test_the_installers_words_say_what_a_place_is(role: str, room: str, kind: RoomKind) -> None:
    assert room_kind_of(role, room) == kind


def test_temperatures_are_kept_by_half_degrees_where_a_rule_looks() -> None:
    activity = reported((0, 1, "temperature", 15.9))
    assert reported((0, 1, "temperature", 15.9), (1, 1, "temperature", 15.6)) == activity
    assert reported((0, 1, "temperature", 15.9), (1, 1, "temperature", 16.0)) != activity
    mild = reported((0, 1, "temperature", 21.0))
    assert reported((0, 1, "temperature", 21.0), (1, 1, "temperature", 25.5)) == mild
    assert reported((0, 1, "temperature", 3.0), room=RoomKind.OUTSIDE).sensor_states == {}


@given(st.floats(-30, 50), st.integers(-60, 100))
def test_a_step_tells_below_from_at_and_above(celsius: float, halves: int) -> None:
    limit = halves / 2
    if not 20 < limit <= 26 and not (20 <= limit <= 26 and 20 <= celsius <= 26):
        assert (celsius < limit) == (half_degree_step(celsius) < half_degree_step(limit))
        assert (celsius <= limit) == (half_degree_step(celsius) <= half_degree_step(limit))


def test_being_lived_in_is_no_turn_but_moves_on_once_a_minute() -> None:
    before = reported((0, 1, "motion", 1), (1, 2, "motion", 1))
    soon = with_report(
        before, SensorReport(3, RoomKind.INSIDE, "motion", 1.0, START + timedelta(minutes=1.5))
    )
    later = with_report(
        soon, SensorReport(4, RoomKind.INSIDE, "motion", 1.0, START + timedelta(minutes=2))
    )
    assert rule_inputs(before) == rule_inputs(later)
    assert not is_outdated(before, soon)
    assert is_outdated(before, later)
    gone = with_report(
        later, SensorReport(9, RoomKind.ENTRANCE, "door", 1.0, START + timedelta(minutes=3))
    )
    assert rule_inputs(gone) != rule_inputs(later)
