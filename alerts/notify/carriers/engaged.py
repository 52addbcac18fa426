"""One telephone is rung by one call at a time: a second one would meet its own engaged tone. Pure.

Calls to one telephone follow one another, the most urgent first. What one call can say of a home is
not said twice in a minute: whoever answers it has answered for the other dangers there, too.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from alerts.notify.channels.interface import SendError
from store.notify.callees import OtherCall

ENGAGED = "engaged"
LONGEST = timedelta(seconds=120)
"""A call whose end nobody tells is over by then: 25 s of ringing, and what it says, twice."""
ONE_HOME = timedelta(seconds=60)
"""Between two calls to one telephone about one home."""
LOOK_AGAIN = timedelta(seconds=15)
"""How often it is looked whether the telephone is free, should nobody tell."""
GIVES_WAY = timedelta(seconds=5)
"""A more urgent call that is just about to leave goes first."""


class EngagedError(SendError):
    """Another call of ours is on that telephone, or goes first."""


def engaged_until(others: Iterable[OtherCall], now: datetime, *, asks: bool) -> datetime | None:
    """Until when another call to the telephone has to wait; None: it may leave now. `asks`: it
    wants an answer, and does not tell what was asked for."""
    ends = [_end_of(other, now, asks=asks) for other in others]
    return max((end for end in ends if end is not None and end > now), default=None)


def _end_of(other: OtherCall, now: datetime, *, asks: bool) -> datetime | None:
    if other.begun_at is None:
        return now + GIVES_WAY
    if not other.over:
        return other.begun_at + LONGEST
    return other.begun_at + ONE_HOME if asks and other.same_home else None
