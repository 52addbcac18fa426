"""The interface of the clock. Only `app` makes one; everything else gets `now` or a Clock."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time as the whole installation sees it: real time, or a simulation's faster time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def seconds_until(self, at: datetime) -> float:
        """Real seconds to wait until `at`; zero or less when it has come."""
        ...
