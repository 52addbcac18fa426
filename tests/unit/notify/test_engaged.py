"""One telephone is rung by one call at a time: until when a second one waits."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.notify.carriers.engaged import (
    GIVES_WAY,
    GOODBYE,
    LONGEST,
    ONE_HOME,
    engaged_until,
)
from store.model import NotificationState as S
from store.notify.callees import OtherCall
from tests.district import NOON


def ago(seconds: float) -> datetime:
    return NOON - timedelta(seconds=seconds)


def other(
    state: S, begun: float = 20, ended: float | None = None, *, same_home: bool = False
) -> OtherCall:
    finished = None if ended is None else ago(ended)
    return OtherCall(state, ago(begun), ago(begun), finished, same_home)


@pytest.mark.parametrize(
    ("calls", "until"),
    [
        ([], None),
        ([other(S.SENT)], ago(20) + LONGEST),
        ([other(S.SENDING)], ago(20) + LONGEST),
        ([other(S.SENT, 121)], None),
        ([other(S.DELIVERED, 20, 4)], ago(4) + GOODBYE),
        ([other(S.DELIVERED, 40, 11)], None),
        ([other(S.FAILED, 20, 1)], None),
        ([other(S.FAILED, 20, 1, same_home=True)], ago(20) + ONE_HOME),
        ([other(S.FAILED, 61, 30, same_home=True)], None),
        ([other(S.QUEUED)], NOON + GIVES_WAY),
        ([other(S.FAILED), other(S.SENT, 5)], ago(5) + LONGEST),
    ],
)
def test_until_when_a_second_call_waits(calls: list[OtherCall], until: datetime | None) -> None:
    assert engaged_until(calls, NOON) == until


OTHERS = st.lists(
    st.builds(
        other,
        st.sampled_from([S.QUEUED, S.SENDING, S.SENT, S.DELIVERED, S.FAILED]),
        st.floats(0, 400),
        st.none() | st.floats(0, 400),
        same_home=st.booleans(),
    )
)


@given(OTHERS)
def test_nobody_waits_for_ever_and_never_for_the_past(calls: list[OtherCall]) -> None:
    until = engaged_until(calls, NOON)
    assert until is None or NOON < until <= NOON + LONGEST
    if any(c.state == S.SENT and c.sent_at and NOON - c.sent_at < LONGEST for c in calls):
        assert until is not None
