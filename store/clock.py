"""The one clock. Only the roof makes one; everything else is handed `now` or a Clock."""

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
