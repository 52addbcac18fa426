"""Times as bars on a strip of some days: positions in thousandths of its width. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.duty import Period

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """One period on the strip, and when it really begins and ends."""

    x: int
    width: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """Where a day begins on the strip."""

    x: int
    at: datetime


def bars(
    periods: Iterable[Period], begins: datetime, ends: datetime, *, points: bool = False
) -> list[Bar]:
    """Cut to the strip; what does not touch it is left out, moments unless `points`."""
    found = []
    for period in periods:
        starts, stops = max(period.starts_at, begins), min(period.ends_at, ends)
        if starts < stops or (points and starts == stops):
            x = _at(starts, begins, ends)
            width = max(_at(stops, begins, ends) - x, 0 if points else 2)
            found.append(Bar(x, width, period.starts_at, period.ends_at))
    return found


def days(begins: datetime, count: int) -> list[Day]:
    ends = begins + timedelta(days=count)
    at = [begins + timedelta(days=n) for n in range(count)]
    return [Day(_at(day, begins, ends), day) for day in at]


def _at(moment: datetime, begins: datetime, ends: datetime) -> int:
    return round((moment - begins) / (ends - begins) * WIDTH)
