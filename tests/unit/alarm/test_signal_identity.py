"""A repeat is told from a hub that counts from 1 again."""

from datetime import datetime, timedelta

import pytest

from alerts.alarm.signal_identity import REDELIVERED_WITHIN, is_repeat, with_new_id
from store.alarm.signals import KnownSignal
from store.model import Kind, Signal
from tests.district import NOON

DAY = timedelta(days=1)


def signal(at: datetime = NOON, *, device_time: bool = True, received: datetime = NOON) -> Signal:
    return Signal("b", Kind.HELP_CALL, True, False, "1", at, received, device_time, late=False)


def known(
    at: datetime = NOON,
    *,
    device_time: bool = True,
    kind: Kind = Kind.HELP_CALL,
    is_open: bool = False,
) -> KnownSignal:
    return KnownSignal(kind, at, device_time, NOON, 7, is_open)


@pytest.mark.parametrize(
    ("came", "before", "same"),
    [
        (signal(), known(), True),
        (signal(received=NOON + REDELIVERED_WITHIN), known(), True),
        (signal(received=NOON + 6 * DAY), known(is_open=True), True),
        (signal(received=NOON + 6 * DAY), known(), False),
        (signal(NOON + DAY, received=NOON + DAY), known(is_open=True), False),
        (signal(NOON + timedelta(minutes=9)), known(), True),
        (signal(NOON + timedelta(minutes=11)), known(), False),
        (signal(), known(kind=Kind.SMOKE, is_open=True), False),
        (
            signal(device_time=False, received=NOON + REDELIVERED_WITHIN),
            known(device_time=False),
            True,
        ),
        (signal(device_time=False, received=NOON + DAY), known(device_time=False), False),
        (
            signal(device_time=False, received=NOON + DAY),
            known(device_time=False, is_open=True),
            True,
        ),
        (signal(NOON + DAY, received=NOON + DAY), known(device_time=False), False),
    ],
)
def test_what_is_a_repeat(came: Signal, before: KnownSignal, same: bool) -> None:
    assert is_repeat(came, before) is same


def test_what_a_broker_has_kept_is_a_repeat_for_ever() -> None:
    assert is_repeat(signal(received=NOON + 6 * DAY), known(), retained=True)
    first = with_new_id(signal(), retained=True)
    assert with_new_id(signal(received=NOON + DAY), retained=True).signal_id == first.signal_id


def test_each_later_use_of_an_id_has_an_id_of_its_own_that_begins_with_it() -> None:
    first, other = with_new_id(signal()), with_new_id(signal(received=NOON + DAY))
    assert first.signal_id != other.signal_id
    assert str(first.signal_id).startswith("1@")
