"""How long a message waits so that its carrier does not block the telephone it goes to. Pure.

Carriers count per callee, whatever the message: two of our alarms share one budget, of which a part
is kept for life-safety.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.notify.carriers.abilities import CalleeLimit
from alerts.notify.channels.interface import SendError
from alerts.notify.channels.voice import CALLED_FOR
from store.model import Notification, OutboxLane

TOO_OFTEN = "callee_limit"
_HELP_WAITS, _NEWS_WAITS = 300.0, 3600.0
"""Seconds that a call for help, and news, may wait for their turn. After that the next way is taken
for good."""
SLACK = timedelta(seconds=1)
"""The carrier counts by a clock of its own, and two within one second block both."""


class TooOftenError(SendError):
    """The carrier would block the telephone now. `seconds`: until it may be tried."""

    def __init__(self, seconds: float) -> None:
        super().__init__(TOO_OFTEN)
        self.seconds = seconds


def longest(limits: Sequence[CalleeLimit]) -> timedelta:
    """How far back it has to be counted."""
    return timedelta(seconds=max((limit.seconds for limit in limits), default=0)) + SLACK


def is_for_life(message: Notification) -> bool:
    """Whether it may use what is kept: it calls somebody to a life, and does not only tell."""
    return message.lane == OutboxLane.LIFE and message.purpose in CALLED_FOR


def longest_wait(message: Notification) -> float:
    """Seconds it may wait for its turn."""
    return _HELP_WAITS if message.purpose in CALLED_FOR else _NEWS_WAITS


def wait(
    tried: Sequence[datetime], limits: Sequence[CalleeLimit], now: datetime, *, for_life: bool
) -> float:
    """Seconds until one more keeps within all limits; 0: now. `tried` is when others were, oldest
    first."""
    return max((_wait(tried, limit, now, for_life) for limit in limits), default=0.0)


def _wait(tried: Sequence[datetime], limit: CalleeLimit, now: datetime, for_life: bool) -> float:
    window = timedelta(seconds=limit.seconds) + SLACK
    allowed = limit.most - (0 if for_life else limit.life)
    counted = [at for at in tried if at > now - window]
    if len(counted) < allowed:
        return 0.0
    frees = counted[len(counted) - allowed] if allowed > 0 else counted[-1]
    return max(0.0, (frees + window - now).total_seconds())
