"""One telephone is rung by one call at a time: a second one would meet its own engaged tone. Pure.

Calls to one telephone follow one another, the most urgent first. What one call can say of a home is
not said twice in a minute: whoever answers it has answered for the other dangers there, too.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.notify.channels.interface import SendError
from store.model import NotificationState
from store.notify.callees import OtherCall

ENGAGED = "engaged"
LONGEST = timedelta(seconds=120)
"""A call whose end nobody tells is over by then: 25 s of ringing, and what it says, twice."""
GOODBYE = timedelta(seconds=10)
"""After the last key a few words are said, and the carrier does not tell when they are over."""
ONE_HOME = timedelta(seconds=60)
"""Between two calls to one telephone about one home."""
LOOK_AGAIN = timedelta(seconds=15)
"""How often it is looked whether the telephone is free, should nobody tell."""
GIVES_WAY = timedelta(seconds=5)
"""A more urgent call that is just about to leave goes first."""


class EngagedError(SendError):
    """Another call of ours is on that telephone, or goes first. `until`: it may be tried then, and
    as soon as that call is over."""

    def __init__(self, until: datetime) -> None:
        super().__init__(ENGAGED)
        self.until = until


def engaged_until(others: Iterable[OtherCall], now: datetime) -> datetime | None:
    """Until when another call to the telephone has to wait; None: it may leave now."""
    ends = [end for other in others if (end := _end_of(other, now)) is not None and end > now]
    return max(ends, default=None)


def _end_of(other: OtherCall, now: datetime) -> datetime | None:
    if other.state == NotificationState.QUEUED:
        return now + GIVES_WAY
    begun = other.sent_at or other.tried_at
    if begun is None:
        return None
    if other.state in (NotificationState.SENDING, NotificationState.SENT):
        return begun + LONGEST
    ended = other.finished_at or begun
    if other.state == NotificationState.DELIVERED:
        return ended + GOODBYE
    return begun + ONE_HOME if other.same_home else None
