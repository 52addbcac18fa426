"""How many seconds to wait before each retry of a message that could not be sent. Pure."""

from collections.abc import Sequence

from alerts.notify.contact_methods import TALK, WEBHOOK
from store.model import Notification

_WAITS = (1, 2, 4, 8, 15, 30, 60)
"""Seconds before the second, third, … try to a person: about two minutes, then it has failed."""


_PATIENT_WAITS = (1, 5, 30, 120, 600, 1800, 3600, 3600, 3600, 3600, 3600, 3600)
"""To a program, which may be down for a night: about seven hours."""


_TALK_WAITS = (1,)
"""To a call of a conversation, for which an operator is waiting."""


MAX_ATTEMPTS = len(_WAITS) + 1


def retry_waits(notification: Notification) -> Sequence[int]:
    """Seconds before the second, third, … try; after the last it has failed for good."""
    if notification.channel == WEBHOOK:
        return _PATIENT_WAITS
    return _TALK_WAITS if notification.purpose == TALK else _WAITS
