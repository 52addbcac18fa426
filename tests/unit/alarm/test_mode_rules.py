"""What a mode excuses a home from: never a danger to life without a second person."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alarm.mode_rules import (
    LONGEST,
    check_hides_life,
    check_period,
    explains,
    mode_that_explains,
)
from alerts.errors import RefusedError
from store.alarm.kinds import is_life_safety
from store.model import Kind
from store.watch.home_modes import HomeMode, Mode
from tests.district import NOON

HOUR = timedelta(hours=1)


def mode(name: Mode, **changes: Any) -> HomeMode:
    values = {"starts_at": NOON, "ends_at": NOON + HOUR, "set_by": 1, **changes}
    return HomeMode(id=1, home_id=1, mode=name, **values)


@pytest.mark.parametrize(
    ("name", "kind", "device", "quiet"),
    [
        (Mode.AWAY, Kind.INACTIVITY, None, True),
        (Mode.AWAY, Kind.BED_ABSENCE, None, True),
        (Mode.AWAY, Kind.WATER_LEAK, 1, False),
        (Mode.AWAY, Kind.SMOKE, 1, False),
        (Mode.AWAY, Kind.HUB_OFFLINE, None, False),
        (Mode.TEST, Kind.SMOKE, 1, True),  # in the walk test's list
        (Mode.TEST, Kind.SMOKE, 2, False),
        (Mode.TEST, Kind.INACTIVITY, None, False),
        (Mode.TEST, Kind.TAMPER, 2, True),
        (Mode.MAINTENANCE, Kind.COLD, None, True),
        (Mode.MAINTENANCE, Kind.HELP_CALL, 1, False),
        (Mode.OUT_OF_SERVICE, Kind.LOW_BATTERY, 1, True),
        (Mode.OUT_OF_SERVICE, Kind.GAS_LEAK, 1, False),
    ],
)
def test_what_a_mode_keeps_quiet(name: Mode, kind: Kind, device: int | None, quiet: bool) -> None:
    assert explains(mode(name, devices=[1]), kind, device, NOON) is quiet


@given(
    st.sampled_from(Mode),
    st.sampled_from([k for k in Kind if is_life_safety(k)]),
    st.booleans(),
    st.sampled_from([None, 1, 2]),
)
def test_nothing_hides_a_danger_to_life_without_a_second_person(
    name: Mode, kind: Kind, asked: bool, device: int | None
) -> None:
    """The one exception is the installer's own walk test, of that very device."""
    alone = mode(name, hides_life=asked, devices=[1])
    assert explains(alone, kind, device, NOON) is (name == Mode.TEST and device == 1)


def test_with_consent_maintenance_hides_life_safety_until_its_end() -> None:
    agreed = mode(Mode.MAINTENANCE, hides_life=True, consented_by=2, consented_at=NOON)
    assert explains(agreed, Kind.SMOKE, 1, NOON)
    assert not explains(agreed, Kind.SMOKE, 1, NOON + HOUR)
    not_asked = mode(Mode.MAINTENANCE, consented_by=2)
    assert not explains(not_asked, Kind.SMOKE, 1, NOON)


@given(st.sampled_from(Mode), st.sampled_from(Kind), st.integers(0, 100_000))
def test_every_mode_ends_by_itself(name: Mode, kind: Kind, seconds: int) -> None:
    full = mode(name, devices=[1], hides_life=True, consented_by=2)
    late = full.ends_at + timedelta(seconds=seconds)
    assert mode_that_explains([full], kind, 1, late) is None
    assert mode_that_explains([full], kind, 1, full.starts_at - timedelta(seconds=1)) is None


def test_a_test_ends_within_a_quarter_of_an_hour() -> None:
    assert LONGEST[Mode.TEST] == timedelta(minutes=15)
    check_period(Mode.TEST, NOON, NOON + timedelta(minutes=15), NOON)
    with pytest.raises(RefusedError, match="at most"):
        check_period(Mode.TEST, NOON, NOON + timedelta(minutes=16), NOON)
    with pytest.raises(RefusedError, match="future"):
        check_period(Mode.AWAY, NOON - 2 * HOUR, NOON - HOUR, NOON)


@pytest.mark.parametrize("name", [Mode.TEST, Mode.AWAY])
def test_neither_a_test_nor_an_absence_may_ask_to_hide_life_safety(name: Mode) -> None:
    with pytest.raises(RefusedError, match="never"):
        check_hides_life(name, hides_life=True)
