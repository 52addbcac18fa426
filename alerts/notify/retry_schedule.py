"""How many seconds to wait before each retry of a message that could not be sent. Pure."""

from collections.abc import Sequence

from alerts.notify.channels.interface import WAITS
from alerts.notify.channels.registry import CHANNELS
from alerts.notify.channels.voice import TALK
from store.model import Notification

_TALK_WAITS = (1,)
"""To a call of a conversation, for which an operator is waiting."""


MAX_ATTEMPTS = len(WAITS) + 1
"""To a person."""


def retry_waits(notification: Notification) -> Sequence[int]:
    """Seconds before the second, third, … try; after the last it has failed for good."""
    if notification.purpose == TALK:
        return _TALK_WAITS
    record = CHANNELS.get(notification.channel)
    return record.waits if record else WAITS
