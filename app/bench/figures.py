"""Figures as the bench reports them: median and tail, next to the limit of the same run."""

import statistics
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

_POLL = 0.002


@dataclass(frozen=True)
class Figure:
    """One line of the report. `limit` is a bare figure measured in the same run."""

    name: str
    unit: str
    p50: float
    p99: float
    count: int
    limit: "Figure | None" = None

    @classmethod
    def of(
        cls, name: str, unit: str, values: Sequence[float], limit: "Figure | None" = None
    ) -> "Figure":
        ordered = sorted(values)
        tail = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
        return cls(name, unit, statistics.median(ordered), tail, len(ordered), limit)

    def __str__(self) -> str:
        line = f"{self.name:<58} p50 {self.p50:8.2f}  p99 {self.p99:8.2f} {self.unit}"
        if self.limit is not None:
            line += f"   ×{self.p50 / self.limit.p50:.1f} of {self.limit.name}"
        return f"{line}   (n={self.count})"


def wait_or_time_out(come: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again; TimeoutError names what did not come."""
    deadline, pause = monotonic() + seconds, threading.Event()
    while not come():
        if monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds:g} s")
        pause.wait(_POLL)
