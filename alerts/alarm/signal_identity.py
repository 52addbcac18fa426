"""Whether a signal is a repetition of a stored one. Pure.

An id is a hub's word that this is the same signal as before, and hubs lose count: they restart and
begin with 1 again, or have no clock. So an id proves a copy only while the alarm of the first is
open, within minutes of it, or where a broker kept the message. Everything else is a new call: to
ring twice does no harm, and not to ring leaves somebody on the floor.
"""

from dataclasses import replace
from datetime import timedelta

from store.alarm.signals import KnownSignal
from store.model import Signal

REDELIVERED_WITHIN = timedelta(minutes=10)
"""How long a broker or a hub may take to deliver the same message once more: a reconnect after a
restart. Brokers and hubs of our tests are back within one; a person whose alarm has been closed
meanwhile and who presses again is a new call soon after."""
SAME_MOMENT = timedelta(minutes=10)
"""A hub repeats a signal as it was, its time included; one that writes the present time into each
repetition is still understood."""
GENERATION = "@"
"""Between a hub's id and what tells its later uses apart; a hub's own may hold it, too."""


def is_repeat(signal: Signal, known: KnownSignal, *, retained: bool = False) -> bool:
    """Whether `signal` is what is `known` as the last under its id. `retained`: the broker sent
    what it had kept."""
    if signal.kind != known.kind or (signal.active and not known.active):
        return False  # a call after what took one back is no copy of it
    if signal.device_time and known.device_time and abs(signal.at - known.at) > SAME_MOMENT:
        return False
    return (
        retained or known.alarm_open or signal.received_at - known.received_at <= REDELIVERED_WITHIN
    )


def with_new_id(signal: Signal, *, retained: bool = False) -> Signal:
    """The signal under an id of its own: the hub's, and when this use of it arrived. What a broker
    has kept comes with each connection, and is the same each time."""
    use = f"retained {signal.kind}" if retained else signal.received_at.isoformat()
    return replace(signal, signal_id=f"{signal.signal_id}{GENERATION}{use}")
