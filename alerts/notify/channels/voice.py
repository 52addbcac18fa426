"""Calls, by whichever carrier serves the number."""

from alerts.notify.carriers.registry import any_open, open_by_carrier
from alerts.notify.carriers.settings import CarrierSettings
from alerts.notify.channels.interface import ChannelRecord
from store.records import N_

VOICE = "voice"
TALK = "conference"
"""Purpose of a call that joins people: an operator hears who picks up."""
HANG_UP = "hang_up"
"""Body of the message to the carrier that ends a call of a talk instead of placing one; its
address is the carrier's id of that call."""
CALLED_FOR = frozenset({"alarm", "offer", "access", "also"})
"""Purposes worth a call. Nobody is called to hear that it is over."""

CHANNEL: ChannelRecord[CarrierSettings] = ChannelRecord(
    name=VOICE,
    title=N_("call"),
    by=N_("by phone"),
    is_open=lambda settings: any_open(settings, VOICE),
    open=lambda settings, pool, _clock: open_by_carrier(settings, VOICE, pool),
    by_phone=True,
    purposes=CALLED_FOR | {TALK},
)
