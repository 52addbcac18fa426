"""Allowances that fill up again: what has been saved may be used at once. Pure."""

from collections import OrderedDict
from collections.abc import Hashable

MOST_KEYS = 50_000
"""Remembered; of more, those that used some longest ago have all of it again."""


class Allowances:
    """One for each key, of `burst` at most, with `per_minute` coming back. `now` are seconds of a
    clock that nobody sets (monotonic). Not thread-safe."""

    def __init__(self, burst: float, per_minute: float) -> None:
        self._burst, self._per_second = burst, per_minute / 60.0
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def left(self, key: Hashable, now: float) -> float:
        left, at = self._left.get(key, (self._burst, now))
        return min(self._burst, left + (now - at) * self._per_second)

    def take(self, key: Hashable, amount: float, now: float) -> bool:
        """Use some, if there is enough."""
        left = self.left(key, now)
        if left < amount:
            return False
        self._keep(key, left - amount, now)
        return True

    def spend(self, key: Hashable, amount: float, now: float) -> bool:
        """What was used already; whether there was enough. The debt is no larger than the burst."""
        left = self.left(key, now) - amount
        self._keep(key, max(left, -self._burst), now)
        return left >= 0

    def _keep(self, key: Hashable, left: float, now: float) -> None:
        self._left[key] = (left, now)
        self._left.move_to_end(key)
        if len(self._left) > MOST_KEYS:
            self._left.popitem(last=False)
