"""Whether to believe a device's own time or use the time of arrival. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.errors import UnreadableError

OLDEST = timedelta(days=7)
NEWEST = timedelta(minutes=5)
LATE = timedelta(minutes=5)
"""A signal that happened longer ago than this came late: the hub was cut off."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]")


@dataclass(frozen=True, slots=True)
class TrustedTime:
    """`at` is the device's own time where it can be believed, else the arrival."""

    at: datetime
    device_time: bool


def trusted_time(claimed: datetime | None, received_at: datetime) -> TrustedTime:
    """A device's clock is believed from 7 days before arrival to 5 minutes after it."""
    if claimed is None or not received_at - OLDEST <= claimed <= received_at + NEWEST:
        return TrustedTime(received_at, device_time=False)
    return TrustedTime(claimed, device_time=True)


def is_late(at: datetime, received_at: datetime) -> bool:
    return received_at - at > LATE


def read_time(value: object) -> datetime | None:
    """A time as devices write it: ISO 8601, or epoch seconds or milliseconds; None stays None.

    Without a zone the time is taken as UTC, and the trust window sorts out what that makes absurd.
    Raises UnreadableError for what is no time at all; an impossible date (a clock that was never
    set) is read as None: the signal counts, its time does not.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnreadableError("at: expected a time like 2026-11-21T08:00:00Z")
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC)
        if not _ISO.match(value):
            raise UnreadableError(
                f"at: expected a time like 2026-11-21T08:00:00Z, got {value[:40]!r}"
            )
        at = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError) as error:
        if isinstance(error, UnreadableError):
            raise
        return None
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return None
