"""Which alarms a home's mode (test, away, …) suppresses, and for how long. Pure.

No mode hides a danger to life by itself. A walk test explains the alarms of the devices in its
list, for a quarter of an hour; maintenance and out of service hide life-safety only when a second
person has consented; away never does.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.errors import RefusedError
from store.alarm.kinds import record_of
from store.model import Kind
from store.watch.home_modes import HomeMode, Mode

LONGEST: dict[Mode, timedelta] = {
    Mode.TEST: timedelta(minutes=15),
    Mode.AWAY: timedelta(days=180),
    Mode.MAINTENANCE: timedelta(days=7),
    Mode.OUT_OF_SERVICE: timedelta(days=90),
}
"""A test ends itself within 15 minutes (telecare practice); the others are set anew when needed."""


def explains(mode: HomeMode, kind: Kind, device_id: int | None, now: datetime) -> bool:
    """Whether the mode is the reason for such a signal, so that nobody is to be disturbed."""
    if mode.ended_at is not None or not mode.starts_at <= now < mode.ends_at:
        return False
    if mode.mode == Mode.TEST:
        walked = device_id is not None and device_id in mode.devices
        return walked or record_of(kind).technical
    if mode.mode == Mode.AWAY:
        return record_of(kind).of_somebody_at_home
    if mode.mode not in (Mode.MAINTENANCE, Mode.OUT_OF_SERVICE):
        return False  # only a newer process knows it
    return not record_of(kind).life or (mode.hides_life and mode.consented_by is not None)


def mode_that_explains(
    modes: Iterable[HomeMode], kind: Kind, device_id: int | None, now: datetime
) -> HomeMode | None:
    """The mode that explains it for longest; None: it is to be raised."""
    found = [mode for mode in modes if explains(mode, kind, device_id, now)]
    return max(found, key=lambda mode: (mode.ends_at, mode.id), default=None)


def check_period(mode: Mode, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """RefusedError when it does not end, ended before, or lasts too long."""
    if ends_at <= max(starts_at, now):
        raise RefusedError("the end must lie in the future, and after the start")
    if ends_at - starts_at > LONGEST[mode]:
        raise RefusedError(f"{mode} may last {LONGEST[mode]} at most: choose an earlier end")


def check_hides_life(mode: Mode, *, hides_life: bool) -> None:
    if hides_life and mode not in (Mode.MAINTENANCE, Mode.OUT_OF_SERVICE):
        raise RefusedError(f"{mode} never hides a danger to life: leave hides_life away")


def excused_until(mode: HomeMode, kind: Kind) -> datetime | None:
    """When a mode ends or ended that explains such a condition of the home; None: it never did."""
    if mode.ended_at is not None and mode.ended_at <= mode.starts_at:
        return None
    in_force = replace(mode, ended_at=None)
    if not explains(in_force, kind, None, mode.starts_at):
        return None
    return min(mode.ended_at or mode.ends_at, mode.ends_at)
