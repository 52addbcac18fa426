"""Simulated time: real, faster, or none; given to hubs, people and runs."""

from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic


def utc_now() -> datetime:
    """The present real moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class SimulatedTime:
    """Time that runs `speed` times as fast as real time: at the real moment `epoch` it was
    `simulated` (the same moment if left out).

    All processes of a simulation must use the same numbers, or the centre will take the devices'
    times for wrong ones.
    """

    epoch: datetime
    speed: float = 1.0
    simulated: datetime | None = None

    @classmethod
    def read(cls, setting: str) -> "SimulatedTime":
        """The clock of an ANXIN_CLOCK, `FACTOR@SIMULATED@REAL`; ValueError says what is wrong."""
        parts = setting.split("@")
        if len(parts) != 3:
            raise ValueError("a clock is FACTOR@SIMULATED@REAL, like ANXIN_CLOCK")
        simulated, real = (datetime.fromisoformat(part) for part in parts[1:])
        if simulated.tzinfo is None or real.tzinfo is None or not float(parts[0]) > 0:
            raise ValueError("a clock has a factor above 0 and two moments with a time zone")
        return cls(real, float(parts[0]), simulated)

    def setting(self) -> str:
        """The text for ANXIN_CLOCK that gives another process this same clock."""
        begun = self.simulated or self.epoch
        return f"{self.speed!r}@{begun.isoformat()}@{self.epoch.isoformat()}"

    def now(self) -> datetime:
        """The simulated moment."""
        return (self.simulated or self.epoch) + (utc_now() - self.epoch) * self.speed

    def due(self, at: datetime) -> float:
        """When the simulated moment `at` comes, on the `time.monotonic()` scale."""
        return monotonic() + (at - self.now()).total_seconds() / self.speed
