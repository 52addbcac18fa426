"""Free space of the disks that an installation lives on, and when they will be full.

What is watched are directories of this machine (a setting): a database elsewhere cannot say how
much room it has. That a write was refused for want of room is told by what was refused.
"""

import os
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic

FULL_BYTES = 32 * 2**20
"""Less is full: PostgreSQL writes its log in segments of 16 MB, and stops without room for one."""
LOW_SHARE, LOW_BYTES = 0.10, 5 * 2**30
"""Less than both is nearly full: a busy day of ten thousand homes with its indexes."""
SOON = 72 * 3600.0
"""Seconds until it is full, at the pace of late: a weekend, to do something about it."""
SAMPLE_EVERY = 60.0
REMEMBERED = 24 * 60
"""Samples: a day, so that a night's backup is no forecast."""
SHORTEST = 600.0
"""Seconds of samples below which nothing is foretold."""


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """Bytes. `full_in`: seconds until nothing is free at the pace of the samples; None: it does not
    shrink, or nobody knows yet."""

    path: str
    free: int
    total: int
    full_in: float | None = None

    @property
    def full(self) -> bool:
        return self.free < FULL_BYTES

    @property
    def low(self) -> bool:
        little = self.free < min(LOW_BYTES, LOW_SHARE * self.total)
        return self.full or little or (self.full_in is not None and self.full_in < SOON)

    @property
    def line(self) -> str:
        """Why somebody has to make room; codes and numbers only."""
        free = _bytes(self.free)
        if self.full:
            return f"disk: {self.path} is full ({free} free)"
        if self.full_in is None:
            return f"disk: {self.path} is nearly full ({free} free)"
        hours = f"{self.full_in / 3600:.0f}"
        return f"disk: {self.path} is nearly full ({free} free, full in {hours} h)"


class DiskWatch:
    """Measures directories; remembers a day of it. Any thread may ask."""

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self._samples: dict[str, deque[tuple[float, int]]] = {
            path: deque(maxlen=REMEMBERED) for path in paths
        }
        self._lock = Lock()

    def look(self) -> list[DiskSpace]:
        """As they are now; a directory that cannot be looked at is left out."""
        return [found for path in self._samples if (found := self._measured(path)) is not None]

    def _measured(self, path: str) -> DiskSpace | None:
        try:
            told = os.statvfs(path)
        except OSError:
            return None
        free, at = told.f_bavail * told.f_frsize, monotonic()
        with self._lock:
            samples = self._samples[path]
            if not samples or at - samples[-1][0] >= SAMPLE_EVERY:
                samples.append((at, free))
            return DiskSpace(path, free, told.f_blocks * told.f_frsize, full_in(list(samples)))


def full_in(samples: Sequence[tuple[float, int]]) -> float | None:
    """Seconds until nothing is free, at the pace from the first to the last of (seconds, bytes
    free). Pure."""
    if len(samples) < 2:
        return None
    (began, before), (ended, now) = samples[0], samples[-1]
    if ended - began < SHORTEST or now >= before:
        return None
    return now * (ended - began) / (before - now)


def complaints(spaces: Iterable[DiskSpace]) -> list[str]:
    return [space.line for space in spaces if space.low]


def _bytes(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
