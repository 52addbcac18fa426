"""How a day is lived in a home, and what its devices report of it. No I/O, no clock."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from device_sim.homes_file import DeviceSpec, HomeSpec

FIRST_REPORT_S = 15.0
"""A device reports soon after its hub came up, so that a new home does not look dead."""

Values = dict[str, float | int | bool]


@dataclass(frozen=True)
class Event:
    """A report of a device at a moment."""

    at: datetime
    device: str
    values: Values


@dataclass(frozen=True)
class Day:
    """When the person gets up, is out and goes to bed, in hours of the local day."""

    up: float
    out: float
    back: float
    bed: float
    night_walks: tuple[float, ...]

    def awake(self, hour: float) -> bool:
        """Up and about?"""
        return self.up <= hour < self.bed

    def away(self, hour: float) -> bool:
        """Out of the home?"""
        return self.out <= hour < self.back


def day_of(seed: str, date: datetime) -> Day:
    """The day that this seed lives on that date; the same for the same arguments."""
    rng = _rng(seed, f"{date:%Y-%m-%d}")
    out = rng.uniform(8.5, 10.5)
    stays_in = rng.random() < 0.25
    return Day(
        up=rng.gauss(6.3, 0.4),
        out=out,
        back=out if stays_in else out + rng.uniform(0.7, 2.5),
        bed=rng.gauss(21.5, 0.5),
        night_walks=tuple(sorted(rng.uniform(0.0, 5.5) for _ in range(rng.randint(0, 2)))),
    )


class HomeLife:
    """The reports of one home from `start` on, in order of time, for ever.

    `utc_offset_h` says when day and night are (8: China). Same seed, spec and start: same events.
    """

    def __init__(
        self, spec: HomeSpec, seed: int, start: datetime, utc_offset_h: float = 8.0
    ) -> None:
        self._spec = spec
        self._seed = f"{seed}/{spec.home}"
        self._start = start.astimezone(UTC)
        self._offset = timedelta(hours=utc_offset_h)
        self._base_c = _rng(self._seed, "warmth").uniform(18.5, 22.5)

    def device(self, spec: DeviceSpec) -> Iterator[Event]:
        """What this device reports: at its own interval, a tenth early or late each time."""
        rng = _rng(self._seed, spec.device)
        battery = rng.uniform(60.0, 100.0)
        drift = 0.0
        at = self._start + timedelta(seconds=rng.uniform(0.0, min(spec.interval, FIRST_REPORT_S)))
        while True:
            drift = 0.95 * drift + rng.gauss(0.0, 0.08)
            battery = max(1.0, battery - spec.interval / 86_400 * 0.15)
            values = self._measured(spec, at, rng, drift) | {"battery": round(battery)}
            yield Event(at, spec.device, values)
            at += timedelta(seconds=spec.interval * rng.uniform(0.9, 1.1))

    def _measured(self, spec: DeviceSpec, at: datetime, rng: random.Random, drift: float) -> Values:
        local = at + self._offset
        hour = local.hour + local.minute / 60 + local.second / 3600
        day = day_of(self._seed, local)
        match spec.kind:
            case "climate":
                warmth = self._base_c + 1.6 * math.sin((hour - 9.0) / 24 * 2 * math.pi) + drift
                damp = 52.0 - 2.5 * (warmth - self._base_c) + 2 * drift
                return {"temperature": round(warmth, 1), "humidity": round(damp)}
            case "motion":
                return {"motion": rng.random() < self._stir(day, hour, spec.room)}
            case "door":
                return {"door": self._door_open(day, hour)}
            case "bed":
                walking = any(walk <= hour < walk + 0.15 for walk in day.night_walks)
                return {"bed": not day.awake(hour) and not walking}
        return {}

    def _stir(self, day: Day, hour: float, room: str) -> float:
        """How likely somebody is seen in this room within a report."""
        if day.away(hour):
            return 0.0
        if not day.awake(hour):
            return 0.9 if any(walk <= hour < walk + 0.15 for walk in day.night_walks) else 0.01
        meal = any(start <= hour < start + 0.8 for start in (7.0, 11.5, 17.5))
        return 0.7 if meal and room in ("kitchen", "厨房") else 0.35

    def _door_open(self, day: Day, hour: float) -> bool:
        """The door stands open for about three minutes on leaving and on coming back."""
        return day.out < day.back and any(m <= hour < m + 0.05 for m in (day.out, day.back))


def _rng(seed: str, part: str) -> random.Random:
    return random.Random(f"{seed}/{part}")  # noqa: S311 - a simulation wants the same again
