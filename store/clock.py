"""The interface of the clock, and one that is compared with the database's. Only `app` makes one;
everything else gets `now` or a Clock."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

WRONG_FROM = 2.0
"""Real seconds between a process's clock and the database's from which on the process's counts as
wrong: ten times what NTP leaves between two machines, less than any deadline of ours."""


class Clock(Protocol):
    """Time as the whole installation sees it: real time, or a simulation's faster time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def seconds_until(self, at: datetime) -> float:
        """Real seconds to wait until `at`; zero or less when it has come."""
        ...


class ComparedClock:
    """A clock that is compared with the database's now and then. While it is wrong it goes by the
    database's: deadlines are rows that all processes share, so they must share their time."""

    def __init__(self, base: Clock, machine: Callable[[], datetime], factor: float = 1.0) -> None:
        """`machine`: real time as this machine sees it; `factor`: how fast `base` runs."""
        self._base, self._factor = base, factor
        self.machine = machine
        self._lock = threading.Lock()
        self._ahead: float | None = None

    @property
    def ahead(self) -> float | None:
        """Real seconds by which this machine was before the database when they were compared last,
        negative behind it; None: they were not yet."""
        return self._ahead

    @property
    def wrong(self) -> bool:
        return self._ahead is not None and abs(self._ahead) > WRONG_FROM

    def compared(self, ahead: float) -> None:
        """What a comparison has found."""
        with self._lock:
            self._ahead = ahead

    def now(self) -> datetime:
        ahead = self._ahead
        if ahead is None or abs(ahead) <= WRONG_FROM:
            return self._base.now()
        return self._base.now() - timedelta(seconds=ahead * self._factor)

    def seconds_until(self, at: datetime) -> float:
        return (at - self.now()).total_seconds() / self._factor


def is_wrong(ahead: float | None) -> bool:
    """Of what a heartbeat says of its clock; None: it says nothing."""
    return ahead is not None and abs(ahead) > WRONG_FROM
