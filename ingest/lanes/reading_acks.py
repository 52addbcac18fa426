"""Acknowledges stored readings to the hubs by seq, at most once a second for each device."""

from collections import deque
from collections.abc import Mapping
from time import monotonic

import orjson

from ingest.lanes.lane_client import LaneClient

PAUSE = 1.0
MAX_UNACKNOWLEDGED = 100
"""Answers on their way at a time. When a whole district comes back at once there are tens of
thousands, and each takes the time of two readings: those must not wait for them."""


class ReadingAcks:
    """Gathers the newest seq of each device and publishes it when its second is over, in rounds:
    who was answered last waits longest."""

    def __init__(self, lane: LaneClient) -> None:
        self._lane = lane
        self._waiting: dict[tuple[str, str], int] = {}
        self._round: deque[tuple[str, str]] = deque()
        self._began = monotonic() - PAUSE

    def add(self, stored_seqs: Mapping[tuple[str, str], int]) -> None:
        """Keys are (home, device)."""
        self._waiting.update(stored_seqs)

    def flush(self) -> bool:
        """Publish what there is room for; whether some of this round are still to be published."""
        if not self._round and self._waiting and monotonic() - self._began >= PAUSE:
            self._began = monotonic()
            self._round.extend(self._waiting)
        if self._round:
            for _ in range(min(len(self._round), MAX_UNACKNOWLEDGED - self._lane.unacknowledged())):
                self._publish(self._round.popleft())
        return bool(self._round)

    def _publish(self, key: tuple[str, str]) -> None:
        home, device = key
        answer = {"device": device, "upto": self._waiting.pop(key)}
        self._lane.publish(f"homes/{home}/ack", orjson.dumps(answer))
