"""Who is on duty, held against a clock on the wall read minute by minute.

The oracle knows nothing of zones but what a clock shows: it walks through the days, lets somebody
come when the clock first shows the beginning of their shift or later and go when it first shows
the end, and asks each minute who is there.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.duty import shift_rules
from alerts.duty.cover_changes import KnownGap, compare_gaps
from alerts.duty.shift_rules import Period, Rota
from store.duty.rotas import DutyException, ExceptionKind, Shift
from tests.sizes import sized

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# A zone and a day close to which its clocks change (Lord Howe by half an hour), or never.
PLACES = [
    ("Asia/Shanghai", date(2026, 11, 21)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Havana", date(2026, 3, 8)),  # at midnight
]
HOURS = 52
"""Minute by minute over two nights and a bit."""

clock_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


@st.composite
def rotas(draw: st.DrawFn, zone: ZoneInfo, day: date) -> Rota:
    midnight = datetime.combine(day, time(0), UTC)
    days = st.none() | st.integers(-3, 3).map(lambda n: day + n * DAY)
    shifts = [
        Shift(
            n,
            1,
            draw(st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True)),
            draw(clock_times),
            draw(clock_times),
            draw(days),
            draw(days),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    exceptions = []
    for n in range(draw(st.integers(0, 2))):
        starts = midnight + draw(st.integers(-1500, 2500)) * MINUTE
        ends = starts + draw(st.integers(1, 1500)) * MINUTE
        exceptions.append(DutyException(n, 1, draw(st.sampled_from(ExceptionKind)), starts, ends))
    return Rota(draw(st.integers(0, 9)) > 0, zone, shifts, exceptions)


@st.composite
def teams(draw: st.DrawFn) -> tuple[list[Rota], datetime]:
    """Some rotas, and the moment from which they are looked at."""
    name, day = draw(st.sampled_from(PLACES))
    zone = ZoneInfo(name)
    team = [draw(rotas(zone, day)) for _ in range(draw(st.integers(0, 3)))]
    start = datetime.combine(day - DAY, time(0), UTC) + draw(st.integers(0, 1439)) * MINUTE
    return team, start


def there_by_the_clock(rota: Rota, start: datetime, minutes: int) -> list[bool]:
    """The oracle: for each minute, whether the responder is there."""
    before = 4 * 24 * 60
    walls = [
        (start + (n - before) * MINUTE).astimezone(rota.zone).replace(tzinfo=None)
        for n in range(before + minutes + 3 * 24 * 60)
    ]
    there = [False] * len(walls)
    for shift in rota.shifts:
        for day in sorted({wall.date() for wall in walls[: before + minutes]}):
            if _begins(shift, day):
                begin = _first(walls, datetime.combine(day, shift.starts))
                last_day = day + DAY if shift.ends <= shift.starts else day
                end = _first(walls, datetime.combine(last_day, shift.ends))
                there[begin:end] = [True] * max(0, end - begin)
    found = []
    for n in range(minutes):
        now = start + n * MINUTE
        kinds = {e.kind for e in rota.exceptions if e.starts_at <= now < e.ends_at}
        works = there[before + n] or not rota.shifts or ExceptionKind.EXTRA in kinds
        found.append(rota.on_duty and works and ExceptionKind.ABSENT not in kinds)
    return found


def _begins(shift: Shift, day: date) -> bool:
    early = shift.valid_from is not None and day < shift.valid_from
    late = shift.valid_until is not None and day > shift.valid_until
    return day.isoweekday() in shift.weekdays and not early and not late


def _first(walls: Sequence[datetime], wanted: datetime) -> int:
    return next((n for n, wall in enumerate(walls) if wall >= wanted), len(walls))


@settings(max_examples=sized(60, 15), deadline=None)
@given(teams())
def test_never_nobody_without_a_gap_and_never_a_gap_with_somebody(
    given_team: tuple[list[Rota], datetime],
) -> None:
    """Fails when a night shift is taken to end before it begins (`ends_on = day` in
    duty._occurrence), and when zones are read at the offset of noon."""
    team, start = given_team
    minutes = HOURS * 60
    by_clock = [there_by_the_clock(rota, start, minutes) for rota in team]
    holes = shift_rules.gaps(team, start, start + minutes * MINUTE)
    for n in range(minutes):
        now = start + n * MINUTE
        somebody = any(there[n] for there in by_clock)
        warned = any(hole.starts_at <= now < hole.ends_at for hole in holes)
        assert somebody != warned, (now, team)
    for rota, there in zip(team, by_clock, strict=True):
        for n in range(0, minutes, 97):
            assert shift_rules.on_duty(rota, start + n * MINUTE) == there[n]


def night(zone: str, starts: time = time(22), ends: time = time(6)) -> Rota:
    return Rota(
        True, ZoneInfo(zone), [Shift(1, 1, [1, 2, 3, 4, 5, 6, 7], starts, ends, None, None)]
    )


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 6, 1), 8)]
)
def test_a_night_shift_is_as_long_as_the_night(day: date, hours: int) -> None:
    """22 to 6 on the nights when the clocks go forward, back, and on any other."""
    start = datetime.combine(day, time(12), ZoneInfo("Europe/Berlin")).astimezone(UTC)
    (worked,) = shift_rules.periods(night("Europe/Berlin"), start, start + DAY)
    assert worked.ends_at - worked.starts_at == timedelta(hours=hours)


def test_shifts_that_meet_on_the_clock_leave_no_hole_when_clocks_change() -> None:
    for at in (time(1, 30), time(2), time(2, 30), time(3)):
        team = [night("Europe/Berlin", time(18), at), night("Europe/Berlin", at, time(18))]
        for day in (date(2026, 3, 28), date(2026, 10, 24)):
            start = datetime.combine(day, time(19), UTC)
            assert shift_rules.gaps(team, start, start + DAY) == []


def test_the_switch_and_an_absence_beat_the_rota_and_the_switch_alone_does_without() -> None:
    now = datetime(2026, 11, 21, 4, tzinfo=UTC)
    zone = ZoneInfo("Asia/Shanghai")
    away = DutyException(1, 1, ExceptionKind.ABSENT, now - DAY, now + DAY)
    extra = DutyException(2, 1, ExceptionKind.EXTRA, now - DAY, now + DAY)
    assert shift_rules.on_duty(Rota(True, zone), now)
    assert not shift_rules.on_duty(Rota(False, zone), now)
    assert not shift_rules.on_duty(Rota(True, zone, (), [away]), now)
    by_night = night("Asia/Shanghai").shifts
    assert not shift_rules.on_duty(Rota(True, zone, by_night), now)
    assert shift_rules.on_duty(Rota(True, zone, by_night, [extra]), now)
    assert not shift_rules.on_duty(Rota(True, zone, by_night, [extra, away]), now)
    assert not shift_rules.on_duty(Rota(False, zone, by_night, [extra]), now)


spans = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(
    lambda p: Period(_at(p[0]), _at(p[0] + p[1]))
)


def _at(minute: int) -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC) + minute * MINUTE


@given(st.lists(spans, max_size=5), st.lists(spans, max_size=5))
def test_every_hole_is_accounted_for(before: list[Period], after: list[Period]) -> None:
    """Each hole of now is new or one that was known; each that was known goes on or is over."""
    known = [KnownGap(n, p) for n, p in enumerate(shift_rules.merged(before))]
    found = shift_rules.merged(after)
    changes = compare_gaps(known, found)
    moved, over = {k.id for k in changes.moved}, {k.id for k in changes.over}
    kept = {k.id for k in known} - moved - over
    assert not moved & over
    assert len(changes.new) + len(moved) + len(kept) == len(found)
    ends = {k.period.ends_at for k in [*changes.moved, *(known[n] for n in kept)]}
    assert {p.ends_at for p in found} == ends | {p.ends_at for p in changes.new}
    for gone in changes.over:
        assert not any(
            p.starts_at < gone.period.ends_at and gone.period.starts_at < p.ends_at
            for p in changes.new
        ), "a hole that is still there must not be called over and found anew"


def test_a_hole_is_the_same_hole_ten_minutes_later() -> None:
    known = [KnownGap(7, Period(_at(0), _at(60)))]
    assert compare_gaps(known, [Period(_at(10), _at(70))]).moved == [
        KnownGap(7, Period(_at(0), _at(70)))
    ]
    assert compare_gaps(known, []).over == known
    assert compare_gaps(known, [Period(_at(0), _at(60))]).moved == []
