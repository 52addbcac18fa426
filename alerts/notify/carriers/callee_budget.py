"""How long a message waits so that its carrier does not block the telephone it goes to. Pure.

Carriers count per callee, whatever the message: two of our alarms share one budget, of which a part
is kept for life-safety.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from alerts.notify.carriers.abilities import CalleeLimit
from alerts.notify.channels.interface import SendError
from store.model import OutboxLane

TOO_OFTEN = "callee_limit"
LONGEST_WAIT = {OutboxLane.LIFE: 300.0, OutboxLane.AT_RISK: 300.0, OutboxLane.ROUTINE: 3600.0}
"""Seconds a message may wait for its turn. After that it is no use, and the next way is taken."""
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


def wait(
    tried: Sequence[datetime], lane: OutboxLane, limits: Sequence[CalleeLimit], now: datetime
) -> float:
    """Seconds until one more keeps within all limits; 0: now. `tried` is when others were, oldest
    first."""
    return max((_wait(tried, lane, limit, now) for limit in limits), default=0.0)


def _wait(tried: Sequence[datetime], lane: OutboxLane, limit: CalleeLimit, now: datetime) -> float:
    window = timedelta(seconds=limit.seconds) + SLACK
    allowed = limit.most - (0 if lane == OutboxLane.LIFE else limit.life)
    counted = [at for at in tried if at > now - window]
    if len(counted) < allowed:
        return 0.0
    frees = counted[len(counted) - allowed] if allowed > 0 else counted[-1]
    return max(0.0, (frees + window - now).total_seconds())
