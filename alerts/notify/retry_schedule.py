"""How many seconds to wait before each retry of a message that could not be sent. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.notify.channels.interface import WAITS
from alerts.notify.channels.registry import CHANNELS
from alerts.notify.channels.voice import TALK
from store.model import Notification

_TALK_WAITS = (1,)
"""To a call of a conversation, for which an operator is waiting."""


MAX_ATTEMPTS = len(WAITS) + 1
"""To a person."""

KEPT_FOR = timedelta(days=1)
"""After that a message is news to nobody. What nobody needs any more is withdrawn before."""


def retry_waits(notification: Notification) -> Sequence[int]:
    """Seconds before the second, third, … try; after the last it has failed for good."""
    if notification.purpose == TALK:
        return _TALK_WAITS
    record = CHANNELS.get(notification.channel)
    return record.waits if record else WAITS


def refused_wait(notification: Notification, asked: float | None) -> float:
    """Seconds before a message that its carrier refuses is tried again: longer each time, and not
    before the carrier has asked for it (`asked`)."""
    waits = retry_waits(notification)
    return max(asked or 0.0, waits[min(notification.refusals, len(waits) - 1)])


def is_kept(claimed: Notification, now: datetime) -> bool:
    """Not a call of a conversation: an operator is waiting, and has a telephone."""
    return claimed.purpose != TALK and now - claimed.created_at < KEPT_FOR
