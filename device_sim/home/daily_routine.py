"""When a resident sleeps, eats and goes out. Pure: same seed and date, same day."""

import random
from dataclasses import dataclass
from datetime import datetime

BED, BATHROOM, KITCHEN, LIVING, OUT = "bed", "bathroom", "kitchen", "living", "out"
MEALS = (7.0, 11.5, 17.5)
"""Hours of the local day; breakfast, lunch, dinner."""
_ROOMS = {
    BATHROOM: ("bath", "toilet", "wc", "卫生间", "浴室", "厕所"),
    KITCHEN: ("kitchen", "厨房"),
    BED: ("bed", "卧室"),
}


@dataclass(frozen=True)
class DailyRoutine:
    """Hours of the local day; `bed` may be after midnight (above 24)."""

    up: float
    out: float
    back: float
    bed: float
    night_walks: tuple[float, ...]
    visit: tuple[float, float] | None = None

    def asleep(self, hour: float) -> bool:
        """In bed for the night?"""
        return not self.up <= hour < self.bed

    def away(self, hour: float) -> bool:
        """Out of the home?"""
        return self.out <= hour < self.back


def routine_of_day(seed: str, date: datetime, visitors: float = 0.3) -> DailyRoutine:
    """The day that this seed lives on that local date. `visitors`: how likely somebody comes."""
    rng = seeded_random(seed, f"{date:%Y-%m-%d}")
    weekend = date.weekday() >= 5
    out = rng.uniform(8.5, 10.5) + (1.0 if weekend else 0.0)
    stays_in = rng.random() < 0.25
    begins = rng.uniform(14.0, 16.5)
    visit = (begins, begins + rng.uniform(0.5, 2.0))
    comes = rng.random() < visitors * (1.5 if weekend else 1.0)
    return DailyRoutine(
        up=rng.gauss(6.3, 0.4) + (0.4 if weekend else 0.0),
        out=out,
        back=out if stays_in else out + rng.uniform(0.7, 2.5),
        bed=rng.gauss(21.5, 0.5),
        night_walks=tuple(sorted(rng.uniform(0.0, 5.5) for _ in range(rng.randint(0, 2)))),
        visit=visit if comes else None,
    )


def next_stay(day: DailyRoutine, hour: float, rng: random.Random) -> tuple[str, float]:
    """Where the resident goes at this hour, and for how many seconds."""
    if day.asleep(hour):
        return _night(day, hour, rng)
    if day.away(hour):
        return OUT, (day.back - hour) * 3600
    if any(start <= hour < start + 0.6 for start in MEALS):
        return KITCHEN, rng.uniform(1200, 2700)
    if rng.random() < 0.22:
        return BATHROOM, rng.uniform(240, 600)  # a visit of the bathroom: p99 20 minutes
    where = rng.choice((LIVING, LIVING, LIVING, KITCHEN))
    stay = rng.uniform(900, 3600)
    if day.out < day.back and hour < day.out:
        stay = min(stay, (day.out - hour) * 3600)
    return where, max(60.0, min(stay, (day.bed - hour) * 3600))


def room_of(text: str) -> str:
    """Which part of the home a room's name means; the living room if no other."""
    low = text.casefold()
    for room, words in _ROOMS.items():
        if any(word in low for word in words):
            return room
    return LIVING


def seeded_random(seed: str, part: str) -> random.Random:
    """Numbers of this part's own, the same again for the same seed."""
    return random.Random(f"{seed}/{part}")  # noqa: S311 - a simulation wants the same again


def _night(day: DailyRoutine, hour: float, rng: random.Random) -> tuple[str, float]:
    if any(walk <= hour < walk + 0.1 for walk in day.night_walks):
        return BATHROOM, rng.uniform(360, 600)
    later = [walk for walk in day.night_walks if walk > hour]
    before_midnight = hour >= day.bed  # the next day has walks of its own
    until = 24.0 if before_midnight else later[0] if later else day.up
    return BED, max(60.0, (until - hour) * 3600)
