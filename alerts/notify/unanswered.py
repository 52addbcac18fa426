"""When a message that nobody answers goes on by the person's next channel, and by which. Pure.

Delivered is not answered: a text only lights a telephone up. A call is the end of it: a text that
follows a failed call stays, and nobody is called twice for one message.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from alerts.notify.channels.voice import VOICE
from alerts.notify.contact_methods import ContactMethod
from alerts.policy import Policy
from store.model import Priority

ASKS = frozenset({"alarm", "offer"})
"""Purposes of messages that want an answer."""


@dataclass(frozen=True, slots=True)
class ChannelOrder:
    """What a step of a plan says of channels in time. `channels`: their order, for whoever has none
    of their own; silence goes on only to those. Empty: whatever way there is. `seconds` without an
    answer until the next one; None: as the policy says for the priority."""

    channels: tuple[str, ...] = ()
    seconds: int | None = None


ANY = ChannelOrder()


def seconds_to_answer(
    purpose: str,
    priority: Priority,
    found: Sequence[ContactMethod],
    order: ChannelOrder,
    policy: Policy,
) -> int | None:
    """How long somebody has to answer what leaves by the first of `found`. None: silence changes
    nothing, since it is a call, nothing is left, or nobody is in danger."""
    default = policy.unanswered(priority)
    if purpose not in ASKS or default is None or not found or found[0].channel == VOICE:
        return None
    if next_after_silence(found[1:], order.channels) is None:
        return None
    return default if order.seconds is None else order.seconds


def next_after_silence(
    untried: Sequence[ContactMethod], channels: Collection[str] = ()
) -> ContactMethod | None:
    """The channel to take when nobody has answered, of those not tried yet in the person's order: a
    call before another text. None: there is none."""
    allowed = [method for method in untried if not channels or method.channel in channels]
    calls = [method for method in allowed if method.channel == VOICE]
    return next(iter(calls or allowed), None)
