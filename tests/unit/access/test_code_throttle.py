"""How often somebody may guess at the door of an alarm's code."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.access.code_throttle import (
    ADDRESS_LIMIT,
    ADDRESS_WAITS,
    ALL_LIMIT,
    CODE_LIMIT,
    NUMBER_WAITS,
    WAIT,
    FailedTries,
    blocked_until,
    whole_number_needed,
)
from tests.district import NOON


def tries(
    code: int = 0,
    address: int = 0,
    all_: int = 0,
    number: int = 0,
    lately: int = 0,
    since: datetime | None = NOON,
) -> FailedTries:
    return FailedTries(code, address, all_, number, since, lately, since)


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        (tries(), False),
        (tries(code=CODE_LIMIT - 1, address=ADDRESS_LIMIT - 1, all_=ALL_LIMIT - 1), False),
        (tries(code=CODE_LIMIT), True),
        (tries(address=ADDRESS_LIMIT), True),
        (tries(all_=ALL_LIMIT), True),
    ],
)
def test_when_the_whole_number_is_asked_for(given: FailedTries, whole: bool) -> None:
    assert whole_number_needed(given) is whole


def test_only_one_number_or_one_address_has_to_wait() -> None:
    assert blocked_until(tries(code=10**6, address=10**6, all_=10**6)) is None
    assert blocked_until(tries(number=NUMBER_WAITS - 1, lately=ADDRESS_WAITS - 1)) is None
    assert blocked_until(tries(number=NUMBER_WAITS)) == NOON + WAIT
    assert blocked_until(tries(lately=ADDRESS_WAITS)) == NOON + WAIT


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 300))
def test_nobody_is_ever_kept_out_for_long(number: int, address: int, ago: int) -> None:
    """Whatever was guessed by others. Broken on purpose by waiting from the newest try on: a
    guesser who goes on then keeps her out for ever."""
    now = NOON + timedelta(seconds=ago)
    until = blocked_until(tries(number=number, lately=address))
    assert until is None or until - now <= WAIT
