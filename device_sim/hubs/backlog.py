"""The readings that a hub keeps until the centre has acknowledged them."""

from collections import deque
from collections.abc import Iterator
from datetime import datetime

import orjson

from device_sim.centre.wire import HeldReading

CAPACITY = 10_000
"""Readings kept a hub; beyond that the oldest go, and are counted."""
CHUNK = 100
"""Readings in one message of a replay: 100 are about 10 kB, under every broker's limit."""


class ReadingBacklog:
    """Numbers readings a device, keeps them until acknowledged, gives them back in order."""

    def __init__(self, first_seq: int = 1, capacity: int = CAPACITY) -> None:
        self.dropped = 0
        """Readings lost because the backlog was full."""
        self._first_seq = first_seq
        self._capacity = capacity
        self._last: dict[str, int] = {}
        self._held: deque[HeldReading] = deque()

    def __len__(self) -> int:
        return len(self._held)

    def add(self, device: str, at: datetime, values: dict[str, float | int | bool]) -> HeldReading:
        """Number a new reading and keep it."""
        seq = self._last.get(device, self._first_seq - 1) + 1
        self._last[device] = seq
        reading = HeldReading(device, seq, at, values)
        self._held.append(reading)
        if len(self._held) > self._capacity:
            self._held.popleft()
            self.dropped += 1
        return reading

    def acknowledge(self, device: str, last_seq: int) -> None:
        """Forget this device's readings up to and including that seq."""
        self._held = deque(r for r in self._held if r.device != device or r.seq > last_seq)

    def messages(self) -> Iterator[tuple[str, bytes]]:
        """(device, payload) for all that is kept: arrays of at most 100, oldest first."""
        devices = dict.fromkeys(reading.device for reading in self._held)
        for device in devices:
            mine = [reading.document() for reading in self._held if reading.device == device]
            for start in range(0, len(mine), CHUNK):
                yield device, orjson.dumps(mine[start : start + CHUNK])
