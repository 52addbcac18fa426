"""One telephone is rung by one call at a time: until when a second one waits."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify.carriers.engaged import GIVES_WAY, LONGEST, ONE_HOME, engaged_until
from store.notify.callees import OtherCall
from tests.district import NOON

GOES_FIRST = OtherCall(None, over=False, same_home=False)


def ago(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


def call(begun: float, *, over: bool = False, same_home: bool = False) -> OtherCall:
    return OtherCall(ago(begun), over, same_home)


@pytest.mark.parametrize(
    ("calls", "until"),
    [
        ([], None),
        ([call(20)], ago(20) + LONGEST),
        ([call(121)], None),
        ([call(20, over=True)], None),
        ([call(20, over=True, same_home=True)], ago(20) + ONE_HOME),
        ([call(61, over=True, same_home=True)], None),
        ([GOES_FIRST], NOON + GIVES_WAY),
        ([call(20, over=True), call(5)], ago(5) + LONGEST),
    ],
)
def test_until_when_a_second_call_waits(calls: list[OtherCall], until: datetime | None) -> None:
    assert engaged_until(calls, NOON, asks=True) == until


def test_what_was_asked_for_is_told_as_soon_as_the_line_is_free() -> None:
    """The way in, to who has just accepted for the same home."""
    before = [call(20, over=True, same_home=True)]
    assert engaged_until(before, NOON, asks=False) is None
    assert engaged_until([call(20)], NOON, asks=False) == ago(20) + LONGEST


OTHERS = st.lists(
    st.just(GOES_FIRST)
    | st.builds(call, st.floats(0, 400), over=st.booleans(), same_home=st.booleans())
)


@given(OTHERS, st.booleans())
def test_nobody_waits_for_ever_and_never_for_the_past(calls: list[OtherCall], asks: bool) -> None:
    until = engaged_until(calls, NOON, asks=asks)
    assert until is None or NOON < until <= NOON + LONGEST
    live = [c for c in calls if not c.over and c.begun_at and NOON - c.begun_at < LONGEST]
    assert until is not None or not live
