"""A repeat is told from a hub that counts from 1 again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts.alarm.signal_identity import REPEATS_WITHIN, is_repeat, with_new_id
from store.alarm.signals import KnownSignal
from store.model import Kind, Signal
from tests.district import NOON

DAY = timedelta(days=1)


def signal(at: datetime = NOON, *, device_time: bool = True, received: datetime = NOON) -> Signal:
    return Signal("b", Kind.HELP_CALL, True, False, "1", at, received, device_time, late=False)


def known(
    at: datetime = NOON, *, device_time: bool = True, kind: Kind = Kind.HELP_CALL
) -> KnownSignal:
    return KnownSignal(kind, at, device_time, NOON, 7)


@pytest.mark.parametrize(
    ("came", "before", "same"),
    [
        (signal(), known(), True),
        (signal(received=NOON + 6 * DAY), known(), True),
        (signal(NOON + DAY, received=NOON + DAY), known(), False),
        (signal(NOON + timedelta(minutes=9)), known(), True),
        (signal(NOON + timedelta(minutes=11)), known(), False),
        (signal(), known(kind=Kind.SMOKE), False),
        (signal(device_time=False, received=NOON + REPEATS_WITHIN), known(device_time=False), True),
        (signal(device_time=False, received=NOON + 2 * DAY), known(device_time=False), False),
        (signal(NOON + DAY, received=NOON + DAY), known(device_time=False), True),
    ],
)
def test_what_is_a_repeat(came: Signal, before: KnownSignal, same: bool) -> None:
    assert is_repeat(came, before) is same


def test_the_new_id_is_the_same_with_each_repetition_and_another_for_another_call() -> None:
    first = with_new_id(signal())
    again = with_new_id(signal(received=NOON + DAY))
    other = with_new_id(replace(signal(), at=NOON + DAY))
    assert first.signal_id == again.signal_id != other.signal_id
