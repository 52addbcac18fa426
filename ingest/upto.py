"""Tells hubs up to which reading everything is stored: at most once a second and device."""

import json
from collections.abc import Mapping
from time import monotonic

from ingest.lane import Lane

PAUSE = 1.0


class UptoAnswers:
    """Gathers the newest seq of each device and publishes it when its second is over."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._waiting: dict[tuple[str, str], int] = {}
        self._flushed = monotonic() - PAUSE

    def add(self, uptos: Mapping[tuple[str, str], int]) -> None:
        """Keys are (home, device)."""
        self._waiting.update(uptos)

    def flush(self) -> None:
        if not self._waiting or monotonic() - self._flushed < PAUSE:
            return
        self._flushed = monotonic()
        for (home, device), upto in self._waiting.items():
            answer = {"device": device, "upto": upto}
            self._lane.publish(f"homes/{home}/ack", json.dumps(answer))
        self._waiting.clear()
