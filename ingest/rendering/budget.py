"""How much processor time the messages of each home may take. Pure but for its lock.

An allowance that fills up again: a home may use what it has saved at once, and on average
PER_MINUTE seconds a minute. An ordinary message takes 0.1 ms, so an honest home does not come near.
"""

import threading
from collections import OrderedDict

PER_MINUTE = 1.0
"""Seconds of processor time: with several homes at their worst there is still time for a press
every second."""
PER_MESSAGE = 0.05
"""Seconds, over all its templates."""
KEPT_FOR_ALARMS = 0.4
"""Of a home's allowance, what its telemetry may not use up."""
FRESH = 0.9
"""Of a home's allowance: with less left, all its templates are for the process that renders, so
that one home's messages in a row do not take a lane's thread for longer than a tenth of it."""
MAX_HOMES = 50_000


class HomeBudget:
    """Seconds left by home. `now` are seconds of a clock that nobody sets (monotonic): this
    measures the machine itself. Thread-safe."""

    def __init__(self, per_minute: float = PER_MINUTE) -> None:
        self._full = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What was left, and when; a home that is not there has all."""
        self._lock = threading.Lock()

    def left(self, home: str, now: float, *, telemetry: bool = False) -> float:
        """Negative: more was used than there was."""
        kept = self._full * KEPT_FOR_ALARMS if telemetry else 0.0
        with self._lock:
            return self._now(home, now) - kept

    def is_fresh(self, home: str, now: float) -> bool:
        """Whether its messages may take a lane's own time."""
        return self.left(home, now) >= self._full * FRESH

    def charge(self, home: str, seconds: float, now: float) -> None:
        with self._lock:
            left = self._now(home, now) - seconds
            self._left[home] = (max(left, -self._full), now)
            self._left.move_to_end(home)
            if len(self._left) > MAX_HOMES:
                self._left.popitem(last=False)

    def exhaust(self, home: str, now: float) -> None:
        """Its work had to be stopped: nothing is left for a minute."""
        with self._lock:
            self._left[home] = (-self._full, now)

    def _now(self, home: str, now: float) -> float:
        left, at = self._left.get(home, (self._full, now))
        return min(self._full, left + (now - at) * self._full / 60.0)
