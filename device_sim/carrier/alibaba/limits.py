"""How much one person may get, and how often the account may ask. Pure: `now` in seconds."""

from collections import deque
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=1)]
_DAY_S = 86_400.0
_SPANS = (("minute", 60.0, "分钟级"), ("hour", 3600.0, "小时级"), ("day", _DAY_S, "天级"))


class CalleeLimits(BaseModel):
    """How many in a minute, an hour and a day. None: as many as are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    minute: Count | None = None
    hour: Count | None = None
    day: Count | None = None


DOCUMENTED_SMS = CalleeLimits(minute=1, hour=5, day=10)
"""To one number with the same signature."""
DOCUMENTED_CALLS = CalleeLimits(minute=1, hour=5, day=20)
"""To one number."""


class Tally:
    """What was let through for each key, over a day."""

    def __init__(self) -> None:
        self._taken: dict[tuple[str, ...], deque[float]] = {}

    def refusal(self, key: tuple[str, ...], limits: CalleeLimits, now: float) -> str | None:
        """The sentence with which one more is refused now; None: it may go."""
        taken = self._taken.get(key, deque())
        while taken and taken[0] <= now - _DAY_S:
            taken.popleft()
        for name, span, words in _SPANS:
            most = getattr(limits, name)
            if most is not None and sum(1 for at in taken if at > now - span) >= most:
                return f"触发{words}流控Permits:{most}"
        return None

    def count(self, key: tuple[str, ...], now: float) -> None:
        """One more was taken."""
        self._taken.setdefault(key, deque()).append(now)


class Throttle:
    """Requests of the whole account in one second."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque()

    def admits(self, per_second: float | None, now: float) -> bool:
        """Whether one more request is within the rate; a refused one does not count."""
        while self._recent and self._recent[0] <= now - 1.0:
            self._recent.popleft()
        if per_second is not None and len(self._recent) >= per_second:
            return False
        self._recent.append(now)
        return True
