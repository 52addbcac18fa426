"""After how many seconds a message that could not be sent is tried again. Pure."""

from collections.abc import Sequence

from alerts.notify.contact_methods import TALK, WEBHOOK
from store.model import Notification

_WAITS = (1, 2, 4, 8, 15, 30, 60)
"""Seconds before the second, third, … try to a person: after about two minutes it has failed."""


_PATIENT_WAITS = (1, 5, 30, 120, 600, 1800, 3600, 3600, 3600, 3600, 3600, 3600)
"""To a program, which may be down for a night: about seven hours."""


_TALK_WAITS = (1,)
"""To a talk, for which an operator is waiting."""


MAX_ATTEMPTS = len(_WAITS) + 1


def waits_of(notification: Notification) -> Sequence[int]:
    if notification.channel == WEBHOOK:
        return _PATIENT_WAITS
    return _TALK_WAITS if notification.purpose == TALK else _WAITS
