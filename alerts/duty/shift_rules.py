"""Works out from shifts and exceptions when a responder is on duty. Pure.

A shift begins at the first moment at which the clocks of its area show its start or later, and
ends likewise: where clocks go forward over a start it begins as they do, where they go back it
begins the first time, and two shifts that meet on the clock leave no gap between them.

On duty is who is not switched off, not absent, and either has a shift or an extra one, or has no
weekly shifts at all: then the switch alone decides, as it does for a volunteer without a rota.
Absence beats every shift.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.duty.rotas import DutyException, ExceptionKind, Shift

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `starts_at` until just before `ends_at`, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """When one responder works. `on_duty` is the switch by hand: off means never."""

    on_duty: bool
    zone: ZoneInfo
    shifts: Sequence[Shift] = field(default=())
    exceptions: Sequence[DutyException] = field(default=())


def on_duty(rota: Rota, at: datetime) -> bool:
    return bool(periods(rota, at, at + timedelta(microseconds=1)))


def periods(rota: Rota, since: datetime, until: datetime) -> list[Period]:
    """When the responder is on duty between two instants, in order, apart from each other."""
    if not rota.on_duty:
        return []
    there = [*_shifts(rota, since, until), *_exceptions(rota, ExceptionKind.EXTRA)]
    if not rota.shifts:
        there = [Period(since, until)]
    away = _exceptions(rota, ExceptionKind.ABSENT)
    return _clipped(without(merged(there), away), since, until)


def gaps(rotas: Iterable[Rota], since: datetime, until: datetime) -> list[Period]:
    """When none of them is on duty between two instants."""
    covered = [period for rota in rotas for period in periods(rota, since, until)]
    return without([Period(since, until)] if since < until else [], covered)


def merged(given: Iterable[Period]) -> list[Period]:
    """The same time as few periods in order; those that touch become one."""
    found: list[Period] = []
    for period in sorted(p for p in given if p.starts_at < p.ends_at):
        if found and period.starts_at <= found[-1].ends_at:
            found[-1] = Period(found[-1].starts_at, max(found[-1].ends_at, period.ends_at))
        else:
            found.append(period)
    return found


def without(given: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """What is left of some periods when others are taken out."""
    left = list(given)
    for cut in merged(taken):
        left = [
            part
            for period in left
            for part in (
                Period(period.starts_at, min(period.ends_at, cut.starts_at)),
                Period(max(period.starts_at, cut.ends_at), period.ends_at),
            )
            if part.starts_at < part.ends_at
        ]
    return left


def first_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant at which the clocks in `zone` show `day` `at` or later, in UTC."""
    wall = datetime.combine(day, at)
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) == wall:
        return found
    # The clocks go forward over it: the instant at which they do, found by halving.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = found
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).replace(tzinfo=None, fold=0) >= wall:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _shifts(rota: Rota, since: datetime, until: datetime) -> list[Period]:
    """Every occurrence that may touch the time asked for: at most 25 hours long, so one that began
    two days before is over."""
    first, last = (at.astimezone(rota.zone).date() for at in (since, until))
    days = [first + n * _DAY for n in range(-2, (last - first).days + 2)]
    return [
        _occurrence(shift, day, rota.zone)
        for shift in rota.shifts
        for day in days
        if _begins_on(shift, day)
    ]


def _begins_on(shift: Shift, day: date) -> bool:
    return (
        day.isoweekday() in shift.weekdays
        and (shift.valid_from is None or shift.valid_from <= day)
        and (shift.valid_until is None or day <= shift.valid_until)
    )


def _occurrence(shift: Shift, day: date, zone: ZoneInfo) -> Period:
    ends_on = day if shift.starts < shift.ends else day + _DAY
    return Period(first_moment(day, shift.starts, zone), first_moment(ends_on, shift.ends, zone))


def _exceptions(rota: Rota, kind: ExceptionKind) -> list[Period]:
    return [Period(e.starts_at, e.ends_at) for e in rota.exceptions if e.kind == kind]


def _clipped(given: Iterable[Period], since: datetime, until: datetime) -> list[Period]:
    cut = (Period(max(p.starts_at, since), min(p.ends_at, until)) for p in given)
    return [period for period in cut if period.starts_at < period.ends_at]
