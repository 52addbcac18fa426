"""Real time, or a simulation's faster time that all its processes share.

`ANXIN_CLOCK=FACTOR@SIMULATED@REAL` says: at the real moment REAL it was SIMULATED, and since then
FACTOR simulated seconds pass in each real one. All processes get the same text, so they agree to
the accuracy of the machine's own clock, also after a restart.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

FASTEST = 100_000.0


class SystemClock:
    """The machine's own clock."""

    factor: ClassVar[float] = 1.0

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def seconds_until(self, at: datetime) -> float:
        """Return the real seconds until `at`; zero or less when it has come."""
        return (at - self.now()).total_seconds()


@dataclass(frozen=True)
class ScaledClock:
    """A clock that ran `factor` times as fast as the real one since `real`, from `simulated` on."""

    factor: float
    simulated: datetime
    real: datetime

    @classmethod
    def starting_now(cls, factor: float, simulated: datetime | None = None) -> "ScaledClock":
        """Make a clock that begins at `simulated` (default: the real time) at this moment."""
        real = datetime.now(UTC)
        return cls(factor, simulated or real, real)

    def now(self) -> datetime:
        """Return the simulated moment, aware, in UTC."""
        return self.simulated + (datetime.now(UTC) - self.real) * self.factor

    def seconds_until(self, at: datetime) -> float:
        """Return the real seconds until the simulated moment `at`."""
        return (at - self.now()) / timedelta(seconds=self.factor)

    def setting(self) -> str:
        """Return the text for ANXIN_CLOCK that gives another process this same clock."""
        simulated, real = (moment.isoformat() for moment in (self.simulated, self.real))
        return f"{self.factor!r}@{simulated}@{real}"


def clock_from(setting: str) -> SystemClock | ScaledClock:
    """Return the clock of an ANXIN_CLOCK; empty means real time. ValueError says why not."""
    if not setting:
        return SystemClock()
    parts = setting.split("@")
    if len(parts) != 3:
        raise ValueError("it has not three parts with @ between them")
    try:
        factor = float(parts[0])
    except ValueError:
        raise ValueError("its factor is not a number") from None
    if not 0 < factor <= FASTEST:
        raise ValueError(f"its factor is not above 0 and at most {FASTEST:.0f}")
    return ScaledClock(factor, _moment(parts[1]), _moment(parts[2]))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("one of its moments is not an ISO 8601 time") from None
    if moment.tzinfo is None:
        raise ValueError("one of its moments has no time zone (end it with Z)")
    return moment.astimezone(UTC)
