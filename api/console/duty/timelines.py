"""Duty periods as bars on a timeline of some days, in thousandths of its width. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.duty.shift_rules import Period

WIDTH = 1000


@dataclass(frozen=True, slots=True)
class TimelineBar:
    """One period on the strip, and when it really begins and ends."""

    x: int
    width: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """Where a day begins on the strip."""

    x: int
    at: datetime


def timeline_bars(
    periods: Iterable[Period], begins: datetime, ends: datetime, *, points: bool = False
) -> list[TimelineBar]:
    """Cut to the strip; what does not touch it is left out, moments unless `points`."""
    found = []
    for period in periods:
        starts, stops = max(period.starts_at, begins), min(period.ends_at, ends)
        if starts < stops or (points and starts == stops):
            x = _at(starts, begins, ends)
            width = max(_at(stops, begins, ends) - x, 0 if points else 2)
            found.append(TimelineBar(x, width, period.starts_at, period.ends_at))
    return found


def timeline_days(begins: datetime, count: int) -> list[TimelineDay]:
    ends = begins + timedelta(days=count)
    at = [begins + timedelta(days=n) for n in range(count)]
    return [TimelineDay(_at(day, begins, ends), day) for day in at]


def _at(moment: datetime, begins: datetime, ends: datetime) -> int:
    return round((moment - begins) / (ends - begins) * WIDTH)
