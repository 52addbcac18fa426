"""All processes of a simulation see one time."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import clock as clock_module
from app.config.clock import ScaledClock, SystemClock, clock_from
from store.clock import Clock

REAL = datetime(2026, 11, 21, 9, tzinfo=UTC)
SIMULATED = datetime(2026, 11, 21, 8, tzinfo=UTC)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock_module, "datetime", SimpleNamespace(now=lambda _: moment))


def test_no_setting_means_real_time() -> None:
    clock: Clock = clock_from("")
    assert isinstance(clock, SystemClock)
    assert clock.now().tzinfo is UTC
    assert clock.seconds_until(clock.now() + timedelta(hours=1)) == pytest.approx(3600, abs=1)


def test_simulated_time_runs_by_its_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = ScaledClock(60, SIMULATED, REAL)
    at(monkeypatch, REAL + timedelta(seconds=90))
    assert clock.now() == SIMULATED + timedelta(minutes=90)
    assert clock.seconds_until(SIMULATED + timedelta(minutes=100)) == 10.0
    assert clock.seconds_until(SIMULATED) == -90.0


def test_the_setting_is_read_as_documented() -> None:
    clock = clock_from("60@2026-11-21T08:00:00Z@2026-11-21T17:00:00+08:00")
    assert clock == ScaledClock(60, SIMULATED, REAL)


@given(st.floats(min_value=0.001, max_value=100_000), st.datetimes(timezones=st.just(UTC)))
def test_another_process_gets_the_same_clock(factor: float, simulated: datetime) -> None:
    clock = ScaledClock(factor, simulated, REAL)
    assert clock_from(clock.setting()) == clock


@pytest.mark.parametrize(
    "setting",
    [
        "60",
        "x@2026-11-21T08:00:00Z@2026-11-21T08:00:00Z",
        "0@2026-11-21T08:00:00Z@2026-11-21T08:00:00Z",
        "nan@2026-11-21T08:00:00Z@2026-11-21T08:00:00Z",
        "60@2026-11-21T08:00:00@2026-11-21T08:00:00Z",
        "60@today@2026-11-21T08:00:00Z",
    ],
)
def test_a_wrong_setting_says_so(setting: str) -> None:
    with pytest.raises(ValueError, match=r"it has not|its factor|one of its moments"):
        clock_from(setting)
