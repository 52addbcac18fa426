"""Durations to choose from, for shelving an alarm and for modes of a home. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.pages.vocabulary import N_
from store.model import Priority
from store.watch.home_modes import Mode

MORNING = time(7)
"""When the day shift is there to look again."""


@dataclass(frozen=True, slots=True)
class DurationChoice:
    """A text to translate with its `n`; `seconds` from when it is chosen, or a moment as ISO."""

    text: str
    n: int = 0
    seconds: int | None = None
    moment: str = ""


def shelving_choices(priority: Priority, now: datetime, zone: ZoneInfo) -> list[DurationChoice]:
    """How long an alarm may be hidden: one about life an hour at most."""
    if priority == Priority.LIFE:
        return [_minutes(15), _minutes(30), _hours(1)]
    return [_minutes(30), _hours(2), _morning(now, zone), _days(1), _days(3)]


def mode_choices(mode: Mode, now: datetime, zone: ZoneInfo) -> list[DurationChoice]:
    """Usual lengths of a mode; a test ends within 15 minutes."""
    if mode == Mode.TEST:
        return [_minutes(5), _minutes(15)]
    if mode == Mode.AWAY:
        return [_days(1), _days(3), _days(7), _days(14)]
    return [_hours(1), _hours(4), _morning(now, zone), _days(1)]


def _minutes(n: int) -> DurationChoice:
    return DurationChoice(N_("{n} minutes"), n, n * 60)


def _hours(n: int) -> DurationChoice:
    return DurationChoice(N_("{n} hour") if n == 1 else N_("{n} hours"), n, n * 3600)


def _days(n: int) -> DurationChoice:
    return DurationChoice(N_("{n} day") if n == 1 else N_("{n} days"), n, n * 86_400)


def _morning(now: datetime, zone: ZoneInfo) -> DurationChoice:
    here = now.astimezone(zone)
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    at = datetime.combine(day, MORNING, zone).astimezone(now.tzinfo)
    return DurationChoice(N_("until 07:00"), moment=at.isoformat())
