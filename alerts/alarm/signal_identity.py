"""Whether a signal is a repetition of a stored one. Pure.

Same home, device and id is the same signal, however often the hub repeats it. But hubs restart
and count from 1 again: an id that comes back with another kind or another time of its own is a new
call, and taking it for a repeat would leave somebody on the floor.
"""

from dataclasses import replace
from datetime import timedelta

from store.alarm.signals import KnownSignal
from store.model import Signal

SAME_MOMENT = timedelta(minutes=10)
"""A hub repeats a signal as it was, its time included; one that writes the present time into each
repetition is still understood."""
REPEATS_WITHIN = timedelta(hours=24)
"""Without a time of its own a signal is a repeat for this long after its first arrival. A hub that
was cut off for longer repeats a call nobody answered: raised once more, which does no harm."""


def is_repeat(signal: Signal, known: KnownSignal) -> bool:
    """Whether `signal` is what is `known` under its id."""
    if signal.kind != known.kind:
        return False
    if signal.device_time and known.device_time:
        return abs(signal.at - known.at) <= SAME_MOMENT
    return signal.received_at - known.received_at <= REPEATS_WITHIN


def with_new_id(signal: Signal) -> Signal:
    """The signal under an id that differs from the older one's, the same with each repetition."""
    when = signal.at.isoformat() if signal.device_time else signal.received_at.date().isoformat()
    return replace(signal, signal_id=f"{signal.signal_id}@{signal.kind}@{when}")
