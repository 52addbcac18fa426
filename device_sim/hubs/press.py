"""A press that the hub repeats until the centre has acknowledged it, and the backoff."""

import threading
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Self


@dataclass(frozen=True)
class Backoff:
    """Seconds between repeats: `first`, then `factor` times longer each, at most `longest`."""

    first: float = 2.0
    factor: float = 1.5
    longest: float = 30.0

    def __post_init__(self) -> None:
        if not (self.first > 0 and self.factor >= 1 and self.longest >= self.first):
            raise ValueError("a backoff needs first > 0, factor >= 1 and longest >= first")

    def delay(self, attempt: int) -> float:
        """Seconds to wait after the `attempt`-th try (counted from 1)."""
        try:
            return min(self.longest, self.first * self.factor ** (attempt - 1))
        except OverflowError:
            return self.longest


class Press:
    """A signal on its way. `alarm` is the number of its alarm once it is acknowledged."""

    def __init__(
        self, signal_id: str, device: str, kind: str, at: datetime, payload: bytes
    ) -> None:
        self.id = signal_id
        self.device = device
        self.kind = kind
        self.at = at
        self.payload = payload
        """What is published, the same bytes each time."""
        self.attempts = 0
        """How often it was published."""
        self.pressed_at = monotonic()
        self.published_at: float | None = None
        """`time.monotonic()` of the first publication; None while there was no connection."""
        self.acknowledged_at: float | None = None
        """`time.monotonic()` of the acknowledgement, for latencies."""
        self.alarm: int | None = None
        self.error = ""
        """Why the centre has not understood it: it is not repeated any more."""
        self._refused = threading.Event()
        self._acknowledged = threading.Event()

    def __repr__(self) -> str:
        state = f"alarm {self.alarm}" if self.acknowledged else f"{self.attempts} attempts"
        return f"<Press {self.kind} {self.device} {self.id}: {state}>"

    @property
    def acknowledged(self) -> bool:
        """Has the centre named its id?"""
        return self._acknowledged.is_set()

    def wait_acknowledged(self, timeout: float = 10.0) -> Self:
        """Returns itself when the centre has it; TimeoutError after that many seconds."""
        if not self._acknowledged.wait(timeout):
            raise TimeoutError(f"not acknowledged in {timeout} s: {self!r}")
        return self

    @property
    def refused(self) -> bool:
        """Has the centre said that it does not understand it?"""
        return self._refused.is_set()

    def wait_refused(self, timeout: float = 10.0) -> Self:
        """Returns itself when the centre has refused it; TimeoutError after that many seconds."""
        if not self._refused.wait(timeout):
            raise TimeoutError(f"not refused in {timeout} s: {self!r}")
        return self

    def refuse(self, error: str) -> None:
        """The hub has seen that it was not understood."""
        self.error = error
        self._refused.set()

    def acknowledge(self, alarm: int | None) -> None:
        """The hub has seen the acknowledgement; the first one counts."""
        if not self.acknowledged:
            self.alarm = alarm
            self.acknowledged_at = monotonic()
            self._acknowledged.set()
