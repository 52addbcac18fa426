"""Which time is believed."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.device_time import LATE, NEWEST, OLDEST, is_late, read_time, trusted_time
from ingest.errors import UnreadableError
from tests.district import NOON

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-21T04:00:00Z",
        "2026-11-21T12:00:00+08:00",
        "2026-11-21 04:00:00",
        "2026-11-21T04:00:00.000000+00:00",
        "2026-11-21T04:00",
        "2026-11-20T23:00:00-05:00",
        1795233600,
        1795233600.0,
        1795233600000,
        "2026-11-21T04:00:00,000Z",
    ],
)
def test_the_same_moment_however_it_is_written(value: object) -> None:
    found = read_time(value)
    assert found == NOON
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "2026-13-45T00:00:00Z",
        "0000-00-00T00:00:00",
        "2026-11-21T25:00:00Z",
        "2026-11-21Tnoon",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        10**30,
        -(10**30),
        1e308,
        float("inf"),
        float("nan"),
        "2026-11-21T04:00:00+99:99",
        "２０２６-１１-２１T04:00:00Z",
    ],
)
def test_a_clock_that_was_never_set_gives_no_time(value: object) -> None:
    assert read_time(value) is None


@pytest.mark.parametrize("value", ["now", "tomorrow", "12:00", "21.11.2026", True, False, [], {}])
def test_what_is_no_time_at_all_is_refused(value: object) -> None:
    with pytest.raises(UnreadableError, match=r"^at: "):
        read_time(value)


@given(st.one_of(st.text(max_size=60), st.integers(), st.floats(), st.datetimes().map(str)))
def test_anything_is_a_time_in_utc_or_none_or_refused(value: Any) -> None:
    try:
        at = read_time(value)
    except UnreadableError:
        return
    assert at is None or at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("offset", "believed"),
    [
        (timedelta(0), True),
        (-OLDEST, True),
        (-OLDEST - TICK, False),
        (NEWEST, True),
        (NEWEST + TICK, False),
        (timedelta(days=-40000), False),
    ],
)
def test_the_window_of_trust(offset: timedelta, believed: bool) -> None:
    found = trusted_time(NOON + offset, NOON)
    assert found.device_time is believed
    assert found.at == (NOON + offset if believed else NOON)


def test_without_a_time_it_is_the_arrival() -> None:
    assert trusted_time(None, NOON).at == NOON
    assert not trusted_time(None, NOON).device_time


def test_late_is_longer_ago_than_five_minutes() -> None:
    assert not is_late(NOON - LATE, NOON)
    assert is_late(NOON - LATE - TICK, NOON)
    assert not is_late(NOON + NEWEST, NOON)


def test_the_trust_window_works_over_every_zone() -> None:
    there = (NOON - timedelta(minutes=1)).astimezone(timezone(timedelta(hours=-11)))
    assert trusted_time(there, NOON).at == NOON - timedelta(minutes=1)
    written = datetime(2026, 11, 20, 17, 0, tzinfo=there.tzinfo).isoformat()
    assert read_time(written) == NOON
